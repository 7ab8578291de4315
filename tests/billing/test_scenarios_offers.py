"""B76, B78 to B80: codes, taxes, trials, and what is given until a day."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from accounts import closing
from accounts.models import User
from billing import gateway, notices, trials
from billing.models import AccessGrant, BillingNotice, CheckoutAttempt, PlanPrice, Trial
from billing.plus import State
from digestly.work.sweep import sweep_all
from tests.billing.local_stripe import GOOD, LocalStripe
from tests.billing.shop import Reader, calls

pytestmark = pytest.mark.django_db(transaction=True)
DAY = timedelta(days=1)


def code(shop: LocalStripe, **coupon: Any) -> None:
    made = shop.api.coupons.create({"duration": "once", **coupon})  # type: ignore[typeddict-item]
    params: Any = {"promotion": {"type": "coupon", "coupon": made.id}, "code": "SPRING"}
    shop.api.promotion_codes.create(params)


# Codes and taxes -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("coupon", "first", "following"),
    [
        ({"percent_off": 20}, 400, 500),
        ({"percent_off": 20, "duration": "forever"}, 400, 400),
        ({"percent_off": 100}, 0, 500),
    ],
)
def test_b76_a_code_takes_off_what_it_says_and_the_next_charge_is_told_with_it(
    coupon: dict[str, Any], first: int, following: int, shop: LocalStripe, reader: Reader
) -> None:
    code(shop, **coupon)

    shop.pay(reader.goes_to_pay(), card=GOOD, code="spring")

    assert reader.standing.state is State.ACTIVE
    assert reader.subscription.latest_invoice_paid == first
    assert reader.subscription.next_amount == following
    assert f"${following // 100} on " in reader.account()


def test_b76_a_code_that_is_not_good_costs_nothing(shop: LocalStripe, reader: Reader) -> None:
    assert shop.pay(reader.goes_to_pay(), card=GOOD, code="WINTER") == ""

    assert not reader.has_plus
    assert not shop.api.charges.list().data


@pytest.mark.parametrize(("held", "paid"), [("exclusive", 595), ("inclusive", 500)])
def test_b79_tax_is_reckoned_where_the_seller_wants_it(
    held: str, paid: int, stripe: LocalStripe, settings: Any, live_server: Any
) -> None:
    settings.BASE_URL, settings.STRIPE_TAX = live_server.url, held
    call_command("billing_setup", verbosity=0)
    reader = Reader.named("robin")

    back = stripe.pay(reader.goes_to_pay(), card=GOOD, country="DE")
    reader.returns(back)

    assert reader.subscription.latest_invoice_paid == paid
    assert reader.subscription.next_amount == paid
    guest = reader.browser.__class__()
    words = "Prices include tax" if held == "inclusive" else "Plus tax where it applies"
    assert words in guest.get("/en/pricing/").content.decode()


def test_b79_without_the_setting_nobody_is_asked_where_they_live(shop: LocalStripe, reader: Reader) -> None:
    shop.pay(reader.goes_to_pay(), card=GOOD)

    assert "automatic_tax[enabled]" not in calls(shop, "POST", "/v1/checkout/sessions")[-1]["params"]
    assert reader.subscription.latest_invoice_paid == 500


# Trials ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def on_trial(settings: Any) -> None:
    settings.PLUS_TRIAL_DAYS = 14


def tries(reader: Reader) -> Any:
    return reader.browser.post("/billing/checkout/", {"price": "plus_monthly", "trial": "1"})


def begin_trial(shop: LocalStripe, reader: Reader) -> None:
    address = tries(reader).headers["Location"]
    assert shop.send(address), "no card was asked for"
    assert reader.standing.state is State.TRIALING


def test_b80_by_default_there_is_no_trial(shop: LocalStripe, reader: Reader) -> None:
    assert "Try it free" not in reader.browser.get("/en/pricing/").content.decode()
    assert "/pricing/" in tries(reader).headers["Location"]
    assert not CheckoutAttempt.objects.exists()


@pytest.mark.usefixtures("on_trial")
def test_b80_a_trial_needs_no_card_ends_by_itself_and_is_had_once(shop: LocalStripe, reader: Reader) -> None:
    assert "Try it free for 14 days" in reader.browser.get("/en/pricing/").content.decode()
    begin_trial(shop, reader)
    assert "None on file" in reader.account()
    customer = reader.customer.stripe_customer_id or ""

    shop.advance(customer, days=12)
    for _ in range(3):
        sweep_all()
    assert BillingNotice.objects.filter(kind=notices.TRIAL_ENDING).count() == 1
    assert "no card on file" in str(mail.outbox[-1].body)
    shop.advance(customer, days=3)

    assert reader.standing.state is State.LAPSED
    assert not shop.api.charges.list().data
    page = reader.browser.get("/en/pricing/").content.decode()
    assert "Try it free" not in page
    assert "Subscribe monthly" in page
    assert "/pricing/" in tries(reader).headers["Location"]
    assert reader.goes_to_pay().startswith(shop.url)


@pytest.mark.usefixtures("on_trial")
def test_b80_a_trial_that_was_left_on_the_page_is_still_there(shop: LocalStripe, reader: Reader) -> None:
    tries(reader)
    reader.goes_to_pay()
    assert Trial.objects.begun().count() == 0

    begin_trial(shop, reader)


@pytest.mark.usefixtures("on_trial")
@pytest.mark.parametrize(
    "spelling", ["robin@reader.example", "ROBIN@reader.example", "robin+again@reader.example"]
)
def test_b80_a_new_account_with_the_same_address_had_its_trial(
    spelling: str, shop: LocalStripe, reader: Reader
) -> None:
    begin_trial(shop, reader)
    closing.begin(reader.user)
    assert closing.attempt(reader.user.pk)
    assert "robin" not in str(Trial.objects.values().get()), "nobody reads the address from it"

    again = User.objects.create_user(spelling, "a-long-password")
    EmailAddress.objects.create(user=again, email=again.email, verified=True, primary=True)
    reader.browser.force_login(again)

    assert trials.days_for(again) == 0
    assert "/pricing/" in tries(Reader(again, reader.browser)).headers["Location"]


@pytest.mark.usefixtures("on_trial")
def test_b80_who_changes_the_address_takes_the_memory_along(shop: LocalStripe, reader: Reader) -> None:
    from allauth.account.signals import email_changed

    begin_trial(shop, reader)
    reader.user.email = "elsewhere@reader.example"
    reader.user.save()
    email_changed.send(
        sender=User, request=None, user=reader.user, from_email_address=None, to_email_address=None
    )
    reader.user.delete()

    again = User.objects.create_user("elsewhere@reader.example", "a-long-password")
    assert trials.days_for(again) == 0


@pytest.mark.usefixtures("on_trial")
def test_b80_two_tabs_at_once_are_led_to_one_trial(shop: LocalStripe, reader: Reader) -> None:
    def click(_: int) -> str:
        try:
            return str(tries(reader).headers["Location"])
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        addresses = set(pool.map(click, range(4)))

    assert len({one for one in addresses if one.startswith(shop.url)}) == 1
    assert Trial.objects.count() == 1
    assert CheckoutAttempt.objects.filter(state="open").count() == 1


@pytest.mark.usefixtures("on_trial")
def test_b80_of_two_accounts_with_one_person_behind_them_one_tries(shop: LocalStripe, reader: Reader) -> None:
    """Two addresses that are one person's, at the same moment."""
    twin = Reader.named("robin+twin")
    for one in (reader, twin):
        one.goes_to_pay()
        CheckoutAttempt.objects.filter(user=one.user).update(state="expired")

    def click(one: Reader) -> str:
        try:
            return str(tries(one).headers["Location"])
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        addresses = list(pool.map(click, (reader, twin)))

    assert sum(one.startswith(shop.url) for one in addresses) == 1
    assert Trial.objects.get().attempt.state == "open"  # type: ignore[union-attr]


@pytest.mark.usefixtures("on_trial")
def test_b80_a_trial_with_a_card_goes_on_and_says_the_sum_before(shop: LocalStripe, reader: Reader) -> None:
    begin_trial(shop, reader)
    shop.portal(reader.portal("card").headers["Location"], "card", card=GOOD)
    customer = reader.customer.stripe_customer_id or ""
    shop.advance(customer, days=12)
    sweep_all()
    assert "$5" in str(mail.outbox[-1].body)

    shop.advance(customer, days=3)

    assert reader.standing.state is State.ACTIVE
    assert [one["amount_paid"] for one in gateway.invoices(customer, most=5)] == [500, 0]


# Until a day -----------------------------------------------------------------------------------------------------


def test_b78_the_end_of_a_comp_is_told_a_week_and_a_day_before_once_each(
    free: User, price: PlanPrice
) -> None:
    now = timezone.now()
    grant = AccessGrant.objects.create(user=free, starts_at=now - 30 * DAY, ends_at=now + 8 * DAY)
    sweep_all()
    assert not BillingNotice.objects.exists()
    told = []
    for left in (6.5, 3, 0.5, -0.5):
        _later(grant, now + left * DAY)
        for _ in range(3):
            sweep_all()
        for notice in BillingNotice.objects.filter(sent_at=None):
            notices.send(notice)
        told.append(BillingNotice.objects.filter(kind=notices.GRANT_ENDING).count())

    assert told == [1, 1, 2, 2]
    assert [letter.subject for letter in mail.outbox] == ["Your Digestly Plus ends soon"] * 2
    assert "as a gift until" in str(mail.outbox[0].body)


def _later(grant: AccessGrant, ends_at: Any) -> None:
    """The clock goes on; told of the same end, which is nearer now."""
    grant.refresh_from_db()
    marks = {name: ends_at if getattr(grant, name) else None for name in ("week_told_of", "day_told_of")}
    AccessGrant.objects.filter(pk=grant.pk).update(ends_at=ends_at, **marks)


@pytest.mark.parametrize("after", ["another", "revoked", "short"])
def test_b78_nobody_is_warned_of_an_end_that_is_none(after: str, free: User) -> None:
    now = timezone.now()
    started = now if after == "short" else now - 30 * DAY
    grant = AccessGrant.objects.create(user=free, starts_at=started, ends_at=now + 5 * DAY)
    if after == "another":
        AccessGrant.objects.create(user=free, starts_at=now + DAY)
    if after == "revoked":
        AccessGrant.objects.filter(pk=grant.pk).update(revoked_at=now)

    sweep_all()

    assert not BillingNotice.objects.exists()


def test_b78_who_reads_on_after_a_comp_pays_only_when_it_is_over(shop: LocalStripe, reader: Reader) -> None:
    ends = timezone.now().replace(microsecond=0) + 20 * DAY
    AccessGrant.objects.create(user=reader.user, starts_at=timezone.now() - DAY, ends_at=ends)
    assert "Continue with $5 per month" in reader.account()
    assert "checkout" not in reader.browser.get("/en/pricing/").content.decode()

    shop.pay(reader.goes_to_pay(), card=GOOD)

    assert not shop.api.charges.list().data
    assert (reader.standing.state, reader.standing.until) == (State.ACTIVE, ends)
    assert reader.subscription.is_postponed
    assert not Trial.objects.exists(), "time that was given is no trial"
    assert "Continue with" not in reader.account()
    shop.advance(reader.customer.stripe_customer_id, days=21)
    assert [one.amount for one in shop.api.charges.list().data] == [500]


def test_b78_plus_without_an_end_cannot_be_bought_on_top(shop: LocalStripe, reader: Reader) -> None:
    AccessGrant.objects.create(user=reader.user)

    assert "/pricing/" in reader.subscribe().headers["Location"]
    assert not calls(shop, "POST", "/v1/checkout/sessions")
