"""B32, B39, B53, B57, B58, B61, B67b, B68: what goes wrong around a payment, and heals."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from billing import customers, gateway, plus, sync
from billing.models import BillingCustomer, CheckoutAttempt, StripeEvent, Subscription, Trial
from billing.plus import State
from digestly.work.sweep import sweep_all
from tests.billing.local_stripe import ASKS, FAILS_LATER, GOOD, KEY, SECRET, LocalStripe
from tests.billing.processes import run
from tests.billing.shop import Reader, calls

pytestmark = pytest.mark.django_db(transaction=True)

# What a web process does with an event while the broker is away.
POSTS = """
from django.test import Client
body, signature = json.loads(sys.argv[1])
answer = Client().post("/billing/webhook/", body, content_type="application/json",
                       headers={"Stripe-Signature": signature})
print(answer.status_code)
"""


@pytest.fixture
def member(shop: LocalStripe, reader: Reader) -> Reader:
    shop.pay(reader.goes_to_pay(), card=GOOD)
    assert reader.has_plus
    return reader


def advanced_past_renewal(shop: LocalStripe, reader: Reader, *, more_days: int = 0) -> None:
    end = reader.subscription.current_period_end
    assert end
    shop.advance(reader.customer.stripe_customer_id or "", days=(end - timezone.now()).days + 1 + more_days)


def test_b32_with_the_broker_down_an_event_is_stored_and_looked_into_later(
    shop: LocalStripe, reader: Reader
) -> None:
    page = reader.goes_to_pay()
    shop.drop()
    shop.pay(page, card=GOOD)
    (paid,) = shop.events("invoice.paid")
    body = json.dumps(paid)

    said = run(POSTS, body, shop.sign(body))

    assert said.strip() == "200"
    event = StripeEvent.objects.get()
    assert (event.status, reader.has_plus) == ("received", False)
    StripeEvent.objects.update(received_at=timezone.now() - timedelta(minutes=2))
    sweep_all()
    event.refresh_from_db()
    assert (event.status, reader.has_plus) == ("processed", True)


@pytest.mark.parametrize(
    ("then", "state", "may_buy"), [("cancel", State.LAPSED, True), ("unpaid", State.UNPAID, False)]
)
def test_b39_when_every_try_failed_plus_is_over_and_only_who_owes_nothing_may_buy_again(
    then: str, state: State, may_buy: bool, shop: LocalStripe, reader: Reader
) -> None:
    shop.control("after_retries", then=then)
    shop.pay(reader.goes_to_pay(), card=FAILS_LATER)

    advanced_past_renewal(shop, reader, more_days=25)

    assert (reader.standing.state, reader.has_plus) == (state, False)
    answer = reader.subscribe()
    assert ("/c/pay/" in answer.headers["Location"]) is may_buy
    if not may_buy:
        asked = calls(shop, "POST", "/v1/billing_portal/sessions")[-1]["params"]
        assert asked["flow_data[type]"] == "payment_method_update"


def test_b38_a_card_put_right_in_the_grace_ends_it_and_the_banner(shop: LocalStripe, reader: Reader) -> None:
    shop.pay(reader.goes_to_pay(), card=FAILS_LATER)
    advanced_past_renewal(shop, reader)
    assert (reader.standing.state, reader.has_plus) == (State.PAST_DUE, True)
    assert "did not go through" in reader.account()

    shop.portal(reader.portal("card").headers["Location"], "card", card=GOOD)

    assert reader.standing.state is State.ACTIVE
    assert reader.subscription.past_due_since is None
    assert "did not go through" not in reader.account()


def test_b53_a_trial_without_a_card_is_plus_until_its_end_and_then_is_not(
    shop: LocalStripe, reader: Reader
) -> None:
    customer = customers.ensure(reader.user)
    price = gateway.prices(["plus_monthly"])[0]["id"]
    trial: Any = {
        "customer": customer.stripe_customer_id, "items": [{"price": price}], "trial_period_days": 7,
        "trial_settings": {"end_behavior": {"missing_payment_method": "cancel"}},
    }  # fmt: skip
    shop.api.subscriptions.create(trial)
    shop.flow()
    assert (reader.standing.state, reader.has_plus) == (State.TRIALING, True)
    assert reader.standing.until == reader.subscription.trial_end

    shop.advance(customer.stripe_customer_id or "", days=7)

    assert (reader.standing.state, reader.has_plus) == (State.LAPSED, False)
    assert Trial.objects.begun().filter(user=reader.user).exists(), "one for life"


# What the SDK's own types call optional, and what of it we read.
OPTIONAL = (
    "cancel_at", "canceled_at", "ended_at", "trial_start", "trial_end", "pause_collection",
    "cancellation_details", "status_details", "metadata", "description",
)  # fmt: skip


def test_b57_what_stripe_leaves_out_breaks_nothing(shop: LocalStripe, member: Reader) -> None:
    ident = member.subscription.stripe_subscription_id
    store = shop.server.store
    with store.transaction():
        bare = store.get("subscription", ident)
        for name in OPTIONAL:
            bare.pop(name, None)
        store.save(bare | {"latest_invoice": None, "default_payment_method": None})

    sync.customer(member.customer.pk, sync.Reason.EVENT)

    assert member.has_plus
    assert member.subscription.latest_invoice_id == ""
    customer = member.customer
    with store.transaction():
        store.save({"id": customer.stripe_customer_id, "object": "customer", "deleted": True})
        store.save(
            {**bare, "latest_invoice": None, "status": "canceled", "items": {"object": "list", "data": []}}
        )
    sync.customer(customer.pk, sync.Reason.EVENT)

    customer.refresh_from_db()
    assert customer.deleted_at
    assert not member.has_plus
    assert "ended" in member.account()


def test_b58_no_page_that_is_only_read_asks_stripe_and_nothing_asked_was_misspelt(
    shop: LocalStripe, member: Reader, other: Reader
) -> None:
    shop.portal(
        member.portal("cancel").headers["Location"], "cancel", member.subscription.stripe_subscription_id
    )
    other.goes_to_pay()
    asked = len(shop.requests())

    for browser in (member.browser, other.browser, Client()):
        for path in (
            "/",
            "/en/",
            "/ko/pricing/",
            "/en/pricing/",
            "/account/",
            "/healthz",
            "/account/preferences/",
        ):
            assert browser.get(path).status_code in (200, 302)

    assert len(shop.requests()) == asked
    member.returns("/billing/return/?")
    assert len(shop.requests()) > asked, "but on the way back from Stripe it is asked"
    refused = [one for one in shop.requests() if one["status"] == 400]
    assert refused == [], "the stand-in refuses what the SDK's own types do not know"


def test_b61_what_arrives_and_what_goes_wrong_is_logged_without_a_payload_or_a_secret(
    shop: LocalStripe, member: Reader, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    secret_part = "a line that only the payload holds"
    event = {**shop.events("invoice.paid")[0], "id": "evt_marked", "livemode": True}
    event["data"]["object"]["description"] = secret_part
    shop.post(json.dumps(event).encode())
    shop.post(json.dumps({**event, "id": "evt_2", "livemode": False}).encode(), secret="whsec_wrong")
    shop.fault("error", times=1 + gateway.RETRIES)
    shop.post(json.dumps({**event, "id": "evt_3", "livemode": False}).encode())
    shop.pay(Reader.named("declined").goes_to_pay(), card="4000000000000002")
    shop.fault("rate_limit", times=9)
    told = member.portal()

    assert StripeEvent.objects.get(stripe_event_id="evt_3").status == "failed"
    said = caplog.text + told.content.decode() + str(list(StripeEvent.objects.values_list("last_error")))
    assert "evt_marked" in said, "operators hear of it"
    for hidden in (secret_part, KEY, SECRET, "whsec_", GOOD, "4000000000000002", "hosted_invoice_url"):
        assert hidden not in said


def test_b67b_an_address_that_changed_between_a_crash_and_the_next_try_makes_no_second_customer(
    shop: LocalStripe, reader: Reader
) -> None:
    shop.fault("drop_reply", path="/v1/customers", method="POST", times=1 + gateway.RETRIES)
    assert "/pricing/" in reader.subscribe().headers["Location"]
    reader.user.email = "moved@reader.example"
    reader.user.save()

    assert reader.goes_to_pay()

    tries = calls(shop, "POST", "/v1/customers")
    assert len({one["idempotency_key"] for one in tries}) == 1
    assert {one["params"]["email"] for one in tries} == {"robin@reader.example"}
    assert len(shop.api.customers.list().data) == 1
    sync.customer(reader.customer.pk, sync.Reason.EVENT)
    assert gateway.customer(reader.customer.stripe_customer_id or "")["email"] == "moved@reader.example"


@pytest.mark.parametrize(
    ("zone", "moment", "day"),
    [
        ("UTC", datetime(2099, 1, 31, 23, 59, 59, tzinfo=UTC), "Jan 31, 2099"),
        ("Asia/Seoul", datetime(2099, 1, 31, 14, 59, 59, tzinfo=UTC), "Jan 31, 2099"),
        ("Asia/Seoul", datetime(2099, 1, 31, 15, 0, 0, tzinfo=UTC), "Feb 1, 2099"),
        (
            "America/New_York",
            datetime(2036, 3, 9, 4, 59, 59, tzinfo=UTC),
            "Mar 8, 2036",
        ),  # the night clocks go on
        ("America/New_York", datetime(2036, 11, 2, 4, 30, 0, tzinfo=UTC), "Nov 2, 2036"),  # and back
        ("America/New_York", datetime(2096, 2, 29, 5, 0, 0, tzinfo=UTC), "Feb 29, 2096"),
    ],
)
def test_b68_a_date_is_the_second_that_stripe_named_and_the_day_it_is_here(
    zone: str, moment: datetime, day: str, shop: LocalStripe, reader: Reader, settings: Any
) -> None:
    settings.TIME_ZONE = zone
    customer = customers.ensure(reader.user)
    card = shop.api.payment_methods.attach("pm_card_visa", {"customer": customer.stripe_customer_id or ""})
    sale: Any = {
        "customer": customer.stripe_customer_id, "default_payment_method": card.id,
        "items": [{"price": gateway.prices(["plus_monthly"])[0]["id"]}], "cancel_at": int(moment.timestamp()),
    }  # fmt: skip
    shop.drop()
    ident = shop.api.subscriptions.create(sale).id
    shop.api.subscriptions.update(ident, {"cancel_at": int(moment.timestamp())})
    sync.customer(customer.pk, sync.Reason.EVENT)

    row = reader.subscription
    assert row.cancel_at == moment
    assert row.current_period_end
    assert row.current_period_end.tzinfo is not None
    assert day in reader.standing.sentence
    last, first = moment - timedelta(seconds=1), moment
    Subscription.objects.update(current_period_end=moment)
    assert [plus.standing(reader.user, at).has_plus for at in (last, first)] == [True, False]


def test_what_no_worker_finished_is_left_to_nobody(shop: LocalStripe, reader: Reader) -> None:
    """Everything that may wait for a worker is seen by a sweep: events, customers, letters, refunds, comparisons."""
    shop.pay(reader.goes_to_pay(), card=ASKS)
    assert CheckoutAttempt.objects.filter(state="open").exists()
    long_ago = timezone.now() - timedelta(hours=2)
    CheckoutAttempt.objects.update(created_at=long_ago)
    BillingCustomer.objects.update(last_synced_at=long_ago)
    asked = len(calls(shop, "GET", "/v1/subscriptions"))

    sweep_all()

    assert len(calls(shop, "GET", "/v1/subscriptions")) > asked, "who did not come back is looked at"
    assert not StripeEvent.objects.due().exists()
