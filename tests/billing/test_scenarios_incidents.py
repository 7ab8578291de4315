"""B05, B41 to B48, B54, B57, B67: what does not happen every day, and is found even if nobody told us."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.management import call_command
from django.utils import timezone

from accounts.models import User
from billing import events, gateway, plus, setup, sync
from billing.models import AccessGrant, BillingCustomer, BillingIncident, PlanPrice, StripeEvent, Subscription
from billing.plus import State
from tests.billing.local_stripe import GOOD, LocalStripe
from tests.billing.shop import Reader, calls

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def member(shop: LocalStripe, reader: Reader) -> Reader:
    shop.pay(reader.goes_to_pay(), card=GOOD)
    assert reader.has_plus
    return reader


def charge_of(shop: LocalStripe, reader: Reader) -> str:
    params: Any = {"customer": reader.customer.stripe_customer_id or ""}
    return shop.api.charges.list(params).data[0].id


def test_b41_a_price_that_we_lost_keeps_its_members(shop: LocalStripe, member: Reader) -> None:
    PlanPrice.objects.update(stripe_price_id=None, stripe_product_id="")

    sync.customer(member.customer.pk, sync.Reason.EVENT)

    assert member.has_plus
    assert BillingIncident.objects.get().kind == BillingIncident.Kind.UNKNOWN_PRICE


def test_b42_who_paid_the_old_price_stays_on_it(shop: LocalStripe, member: Reader, other: Reader) -> None:
    shop.control("change_price", lookup_key="plus_monthly", unit_amount=700)
    call_command("billing_setup")
    sync.customer(member.customer.pk, sync.Reason.EVENT)

    assert member.has_plus
    assert "$5 per month" in member.account()
    assert plus.starting_price().amount == 700  # type: ignore[union-attr]
    other.goes_to_pay()
    asked = calls(shop, "POST", "/v1/checkout/sessions")[-1]["params"]["line_items[0][price]"]
    assert asked == PlanPrice.objects.get(amount=700).stripe_price_id
    assert PlanPrice.objects.filter(lookup_key="plus_monthly").count() == 2
    assert not BillingIncident.objects.exists()


def test_b43_another_product_of_the_same_stripe_account_opens_nothing(
    shop: LocalStripe, reader: Reader
) -> None:
    reader.goes_to_pay()
    customer = reader.customer.stripe_customer_id or ""
    product: Any = {"name": "A mug"}
    mug: Any = {
        "currency": "usd", "unit_amount": 900, "recurring": {"interval": "month"},
        "product": shop.api.products.create(product).id,
    }  # fmt: skip
    subscription: Any = {
        "customer": customer, "items": [{"price": shop.api.prices.create(mug).id}], "trial_period_days": 30,
    }  # fmt: skip
    shop.drop()
    shop.api.subscriptions.create(subscription)
    sync.customer(reader.customer.pk, sync.Reason.EVENT)

    assert Subscription.objects.get().status == "trialing"
    assert not reader.has_plus
    assert reader.goes_to_pay(), "nor does it keep anybody from buying Plus"


def test_b44_b45_a_gift_is_no_business_of_stripes(shop: LocalStripe, member: Reader) -> None:
    gift = AccessGrant.objects.create(user=member.user, ends_at=timezone.now() + timedelta(days=90))
    shop.control("cancel", subscription=member.subscription.stripe_subscription_id)

    assert (member.standing.state, member.standing.until) == (State.GRANTED, gift.ends_at)
    AccessGrant.objects.update(starts_at=timezone.now() - timedelta(days=2), ends_at=timezone.now())
    assert not member.has_plus


@pytest.mark.parametrize("heard", [True, False], ids=["told", "found"])
def test_b46_a_full_refund_ends_plus_and_a_part_of_it_does_not(
    heard: bool, shop: LocalStripe, member: Reader
) -> None:
    charge = charge_of(shop, member)
    if not heard:
        shop.drop()
    for amount, state in [(200, State.ACTIVE), (300, State.LAPSED)]:
        shop.control("refund", charge=charge, amount=amount)
        if not heard:
            call_command("billing_sync")
        assert member.standing.state is state
    incident = BillingIncident.objects.get(kind="refund")
    assert (incident.stripe_id, incident.state) == (charge, "closed")
    assert incident.told.startswith("$5 of $5 refunded")

    asked = len(shop.requests("DELETE"))
    call_command("billing_sync")
    assert len(shop.requests("DELETE")) == asked == 1, "seen again, it is no news"


@pytest.mark.parametrize("heard", [True, False], ids=["told", "found"])
def test_b47_a_dispute_ends_plus_and_the_winning_leaves_it_to_a_person(
    heard: bool, shop: LocalStripe, member: Reader
) -> None:
    if not heard:
        shop.drop()
    dispute = shop.control("dispute", charge=charge_of(shop, member))
    if not heard:
        call_command("billing_sync")

    assert not member.has_plus
    assert member.subscription.status == "canceled"
    assert member.standing.state is State.DISPUTED
    shop.control("close_dispute", dispute=dispute["id"], won=True)
    if not heard:
        call_command("billing_sync")
    assert BillingIncident.objects.get(kind="dispute").state == "won"
    assert member.standing.state is State.LAPSED


def test_b48_a_customer_deleted_at_stripe_is_made_anew_once(shop: LocalStripe, member: Reader) -> None:
    old = member.customer.stripe_customer_id or ""
    shop.control("delete_customer", customer=old)

    assert not member.has_plus
    assert BillingCustomer.objects.get().deleted_at
    assert member.goes_to_pay() == member.goes_to_pay()
    assert member.customer.stripe_customer_id != old
    stale = StripeEvent.objects.filter(type="customer.subscription.created").latest("pk").payload
    events.ingest({**stale, "id": "evt_stale"})
    assert not member.has_plus
    assert BillingCustomer.objects.count() == 2


def test_b49_a_customer_of_another_account_is_replaced(shop: LocalStripe, reader: Reader) -> None:
    BillingCustomer.objects.create(user=reader.user, stripe_customer_id="cus_of_another_account")

    assert reader.goes_to_pay().startswith(shop.url)
    assert reader.customer.stripe_customer_id != "cus_of_another_account"


def test_b54_an_address_that_comes_back_inherits_nothing(shop: LocalStripe, member: Reader) -> None:
    email = member.user.email
    first = member.customer.stripe_customer_id
    member.user.delete()
    again = User.objects.create_user(email, "a-long-password")
    EmailAddress.objects.create(user=again, email=email, verified=True, primary=True)

    assert not plus.has_plus(again)
    newcomer = Reader(again, member.browser)
    newcomer.browser.force_login(again)
    newcomer.goes_to_pay()
    assert newcomer.customer.stripe_customer_id != first


def test_b56_a_status_of_the_future_opens_nothing_and_breaks_nothing(
    shop: LocalStripe, member: Reader
) -> None:
    shop.control("set_status", subscription=member.subscription.stripe_subscription_id, status="hibernating")

    assert member.standing.state is State.UNKNOWN
    assert "Write to us" in member.account()
    assert BillingIncident.objects.get().kind == "unknown_status"
    assert "/p/session/" in member.subscribe().headers["Location"]


def test_b67_a_hundred_and_one_subscriptions_are_all_read(shop: LocalStripe, member: Reader) -> None:
    customer = member.customer.stripe_customer_id or ""
    price = PlanPrice.objects.get(lookup_key="plus_monthly").stripe_price_id or ""
    shop.drop()
    for _ in range(100):
        params: Any = {"customer": customer, "items": [{"price": price}], "trial_period_days": 5}
        shop.api.subscriptions.create(params)

    sync.customer(member.customer.pk, sync.Reason.RECONCILE)

    assert Subscription.objects.count() == 101
    assert BillingIncident.objects.filter(kind="duplicate_sub").count() == 1


@pytest.mark.parametrize("path", ["/v1/checkout/sessions", "/v1/customers"])
def test_b67c_an_answer_that_stripe_repeats_is_asked_for_by_another_key(
    path: str, shop: LocalStripe, reader: Reader
) -> None:
    shop.fault("error", path=path, method="POST", times=1, keep=True)
    assert "/pricing/" in reader.subscribe().headers["Location"]

    assert reader.goes_to_pay().startswith(shop.url)
    keys = {one["idempotency_key"] for one in calls(shop, "POST", path)}
    assert len(keys) == 2


def test_setup_twice_makes_nothing_twice(shop: LocalStripe, capsys: pytest.CaptureFixture[str]) -> None:
    prices = set(PlanPrice.objects.values_list("stripe_price_id", flat=True))

    call_command("billing_setup")

    made = [calls(shop, "POST", f"/v1/{name}") for name in ("prices", "products", "webhook_endpoints")]
    assert [len(one) for one in made] == [2, 1, 1]
    assert len(calls(shop, "POST", "/v1/billing_portal/configurations")) == 1
    assert set(PlanPrice.objects.values_list("stripe_price_id", flat=True)) == prices
    assert "webhook: up to date" in capsys.readouterr().out
    (endpoint,) = gateway.webhook_endpoints()
    assert endpoint["api_version"] == gateway.API_VERSION
    assert set(endpoint["enabled_events"]) == set(events.TYPES)


def test_setup_gives_the_sample_prices_their_place_at_stripe(stripe: LocalStripe, price: PlanPrice) -> None:
    list(setup.run())

    price.refresh_from_db()
    assert price.stripe_price_id
    assert PlanPrice.objects.on_sale().count() == 2


def test_setup_prints_a_secret_that_is_not_set_yet(
    stripe: LocalStripe, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.STRIPE_WEBHOOK_SECRETS = []

    call_command("billing_setup")

    assert "STRIPE_WEBHOOK_SECRET=whsec_standin" in capsys.readouterr().out
