"""B85 to B95: who pays is charged once, for something, and reads what was paid for."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts import closing
from billing import facts, gateway, links, membership, notices, plus, sync
from billing.models import AccessGrant, BillingNotice, PlanPrice, Subscription
from billing.periods import following
from billing.plus import State
from digestly.work.sweep import sweep_all
from tests.billing.local_stripe import FAILS_LATER, GOOD, LocalStripe
from tests.billing.shop import Reader, calls

pytestmark = pytest.mark.django_db(transaction=True)

DAY = timedelta(days=1)


@pytest.fixture
def member(shop: LocalStripe, reader: Reader) -> Reader:
    shop.pay(reader.goes_to_pay(), card=GOOD)
    assert reader.has_plus
    return reader


@pytest.fixture
def debtor(shop: LocalStripe, reader: Reader) -> Reader:
    shop.pay(reader.goes_to_pay(), card=FAILS_LATER)
    shop.advance(reader.customer.stripe_customer_id or "", days=32)
    assert reader.standing.state is State.PAST_DUE
    return reader


def invoices(reader: Reader) -> list[tuple[str, int]]:
    """What became of each, newest first."""
    listed = gateway.invoices(reader.customer.stripe_customer_id or "", most=10)
    return [(one["status"], one["amount_paid"]) for one in listed]


# Once ------------------------------------------------------------------------------------------------------------


def paused_and_unpaid(shop: LocalStripe, reader: Reader) -> None:
    reader.browser.post("/billing/pause/", {"months": "2"})
    shop.advance(reader.customer.stripe_customer_id or "", days=40)


def test_b85_who_clicks_resume_in_three_tabs_pays_for_one_month(shop: LocalStripe, member: Reader) -> None:
    paused_and_unpaid(shop, member)

    def click(_: int) -> None:
        try:
            member.browser.post("/billing/resume/")
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(click, range(3)))

    assert invoices(member) == [("paid", 500), ("void", 0), ("paid", 500)]
    assert member.standing.state is State.ACTIVE


def test_b85_an_answer_that_got_lost_is_no_second_month(shop: LocalStripe, member: Reader) -> None:
    paused_and_unpaid(shop, member)
    path = f"/v1/subscriptions/{member.subscription.stripe_subscription_id}"
    shop.drop()
    shop.fault("drop_reply", method="POST", path=path, times=3)
    member.browser.post("/billing/resume/")

    member.browser.post("/billing/resume/")

    assert invoices(member) == [("paid", 500), ("void", 0), ("paid", 500)]
    assert member.has_plus


def test_b85_an_error_that_stripe_repeats_does_not_keep_anybody_paused(
    shop: LocalStripe, member: Reader
) -> None:
    paused_and_unpaid(shop, member)
    path = f"/v1/subscriptions/{member.subscription.stripe_subscription_id}"
    shop.fault("error", method="POST", path=path, keep=True)
    member.browser.post("/billing/resume/")
    assert member.standing.state is State.PAUSED

    member.browser.post("/billing/resume/")

    assert invoices(member) == [("paid", 500), ("void", 0), ("paid", 500)]


def test_b13_a_page_that_was_left_open_closes_when_its_buyer_pays_otherwise(
    shop: LocalStripe, reader: Reader
) -> None:
    page, customer = reader.goes_to_pay(), reader.customer.stripe_customer_id or ""
    card = shop.api.payment_methods.attach("pm_card_visa", {"customer": customer})
    price = PlanPrice.objects.get(lookup_key="plus_yearly").stripe_price_id or ""
    shop.api.subscriptions.create(
        {"customer": customer, "items": [{"price": price}], "default_payment_method": card.id}
    )
    sync.customer(reader.customer.pk, sync.Reason.SWEEP)

    shop.pay(page, card=GOOD)

    assert invoices(reader) == [("paid", 5000)]
    assert Subscription.objects.count() == 1


def second_subscription(shop: LocalStripe, reader: Reader) -> None:
    """As it must not be, and as somebody at Stripe's desk may make it."""
    customer = reader.customer.stripe_customer_id or ""
    card = gateway.subscriptions(customer)[0]["default_payment_method"]["id"]
    price = PlanPrice.objects.get(lookup_key="plus_yearly").stripe_price_id or ""
    shop.api.subscriptions.create(
        {"customer": customer, "items": [{"price": price}], "default_payment_method": card}
    )
    sync.customer(reader.customer.pk, sync.Reason.SWEEP)
    assert Subscription.objects.count() == 2


def test_b88_whoever_came_to_pay_twice_cancels_both(shop: LocalStripe, member: Reader) -> None:
    second_subscription(shop, member)

    member.browser.post("/billing/cancel/")

    assert all(one.leaves_at for one in Subscription.objects.all())
    assert member.standing.state is State.ENDING


def test_b88_an_old_receipt_cancels_what_is_paid_for_today(shop: LocalStripe, member: Reader) -> None:
    old = urlsplit(links.to_cancel(member.subscription.stripe_subscription_id)).path
    shop.control("cancel", subscription=member.subscription.stripe_subscription_id)
    assert "cancelled already" in Client().get(old).content.decode()
    shop.pay(member.goes_to_pay(), card=GOOD)
    assert member.standing.state is State.ACTIVE
    assert "Cancel Plus now" in Client().get(old).content.decode()

    Client().post(old)

    assert member.standing.state is State.ENDING


# For something ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["cancelled", "given up", "closed"])
def test_b86_the_invoice_of_what_has_ended_cannot_be_paid(
    end: str, shop: LocalStripe, debtor: Reader
) -> None:
    customer, url = debtor.customer, debtor.subscription.latest_invoice_url
    if end == "cancelled":
        debtor.browser.post("/billing/cancel/")
    elif end == "given up":
        shop.advance(customer.stripe_customer_id or "", days=30)
    else:
        closing.begin(debtor.user)
        shop.hold()  # else an event's sync may hold the customer meanwhile, and void the invoice a moment later
        assert closing.attempt(debtor.user.pk)

    shop.pay(url, card=GOOD)

    listed = gateway.invoices(customer.stripe_customer_id or "", most=10)
    assert [(one["status"], one["amount_paid"]) for one in listed] == [("void", 0), ("paid", 500)]


def test_b93_a_trial_without_a_card_says_that_nothing_is_charged(
    shop: LocalStripe, reader: Reader, settings: Settings
) -> None:
    settings.PLUS_TRIAL_DAYS = 14
    shop.send(
        reader.browser.post("/billing/checkout/", {"price": "plus_monthly", "trial": "1"}).headers["Location"]
    )
    assert reader.standing.state is State.TRIALING
    assert "None: the trial ends by itself" in reader.account()
    customer = reader.customer.stripe_customer_id or ""
    card = shop.api.payment_methods.attach("pm_card_visa", {"customer": customer})

    shop.api.customers.update(customer, {"invoice_settings": {"default_payment_method": card.id}})
    shop.advance(customer, days=12)
    sweep_all()

    assert "$5 on" in reader.account(), "the customer's card pays where the subscription has none"
    assert "Your card is charged $5 then" in str(mail.outbox[-1].body)


# What was paid for -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("told", ["by an event", "on the way back"])
def test_b87_a_new_card_pays_at_once_what_the_old_one_did_not(
    told: str, shop: LocalStripe, debtor: Reader
) -> None:
    if told == "on the way back":
        shop.drop()
    shop.portal(debtor.portal("card").headers["Location"], "card", card=GOOD)
    debtor.browser.get("/billing/return/")

    assert debtor.standing.state is State.ACTIVE
    assert invoices(debtor) == [("paid", 500), ("paid", 500)]
    assert debtor.subscription.unpaid_by == ""


def test_b87_a_new_card_that_is_no_good_is_asked_once(shop: LocalStripe, debtor: Reader) -> None:
    shop.portal(debtor.portal("card").headers["Location"], "card", card=FAILS_LATER)
    for _ in range(3):
        debtor.browser.get("/billing/return/")

    assert debtor.standing.state is State.PAST_DUE
    invoice = f"/v1/invoices/{debtor.subscription.latest_invoice_id}/pay"
    assert len(calls(shop, "POST", invoice)) == 1
    told = debtor.account()
    assert "Pay now" in told
    assert debtor.subscription.latest_invoice_url in told

    shop.portal(debtor.portal("card").headers["Location"], "card", card=GOOD)
    assert debtor.standing.state is State.ACTIVE


def test_b87_a_payment_that_stripe_cannot_make_now_keeps_nobody_from_being_synced(
    shop: LocalStripe, debtor: Reader
) -> None:
    shop.fault("error", path="/v1/invoices/", method="POST", times=1 + gateway.RETRIES)

    shop.portal(debtor.portal("card").headers["Location"], "card", card=GOOD)

    assert debtor.subscription.card == "Visa •••• 4242"
    assert debtor.customer.last_error == ""


def test_b37_the_grace_begins_when_the_invoice_was_made_out() -> None:
    item = {"current_period_start": 1_790_000_000, "current_period_end": 1_792_600_000}
    invoice = {"id": "in_1", "status": "open", "status_transitions": {"finalized_at": 1_790_003_600}}
    owing = {"status": "past_due", "items": {"data": [item]}, "latest_invoice": invoice}

    assert facts.columns(owing)["past_due_since"] == datetime.fromtimestamp(1_790_003_600, UTC)
    del invoice["status_transitions"]
    assert facts.columns(owing)["past_due_since"] == datetime.fromtimestamp(1_790_000_000, UTC)
    assert facts.columns({**owing, "status": "active"})["past_due_since"] is None


def test_b89_an_address_that_stripe_does_not_take_locks_nobody_out(shop: LocalStripe, reader: Reader) -> None:
    page = reader.goes_to_pay()
    reader.user.email = "odd@reader.example"
    reader.user.save()
    path = f"/v1/customers/{reader.customer.stripe_customer_id}"
    shop.fault("error", path=path, method="POST", status=400, times=50)

    shop.pay(page, card=GOOD)

    assert reader.has_plus
    assert reader.customer.last_error == ""


def test_b89_who_is_deleted_at_stripe_need_not_be_shown_with_a_card(
    shop: LocalStripe, member: Reader
) -> None:
    customer = member.customer.stripe_customer_id or ""
    shop.drop()
    shop.control("delete_customer", customer=customer)
    shop.fault("error", path=f"/v1/customers/{customer}", method="GET", status=400)

    sync.customer(member.customer.pk, sync.Reason.SWEEP)

    assert member.standing.state is State.LAPSED


def test_b90_word_of_the_first_charge_after_a_gift_may_be_late(shop: LocalStripe, reader: Reader) -> None:
    ends = timezone.now().replace(microsecond=0) + 20 * DAY
    AccessGrant.objects.create(user=reader.user, starts_at=timezone.now() - DAY, ends_at=ends)
    shop.pay(reader.goes_to_pay(), card=GOOD)

    late = plus.standing(reader.user, ends + timedelta(hours=71))

    assert (late.has_plus, late.state) == (True, State.ACTIVE)
    assert not plus.standing(reader.user, ends + timedelta(hours=73)).has_plus


def test_b90_no_charge_is_put_off_for_longer_than_stripe_allows(shop: LocalStripe, reader: Reader) -> None:
    now = timezone.now()
    grant = AccessGrant.objects.create(user=reader.user, starts_at=now - DAY, ends_at=now + 900 * DAY)
    assert "have Plus already" in reader.browser.get(reader.subscribe().headers["Location"]).content.decode()
    assert not calls(shop, "POST", "/v1/checkout/sessions")

    until = facts.postponement(grant.ends_at or now)["trial_end"]

    assert now + 728 * DAY < datetime.fromtimestamp(until, UTC) < now + 730 * DAY


def test_b91_who_cancels_again_is_told_again(shop: LocalStripe, member: Reader) -> None:
    for _ in range(2):
        for _ in range(2):
            member.browser.post("/billing/cancel/")
        member.browser.post("/billing/resume/")
    sweep_all()

    assert [letter.subject for letter in mail.outbox].count("Your Digestly Plus will not renew") == 2


def test_b92_while_a_payment_is_disputed_nothing_new_is_paid(shop: LocalStripe, member: Reader) -> None:
    shop.control("dispute", charge=shop.api.charges.list().data[0].id)
    assert member.standing.state is State.DISPUTED
    asked = len(calls(shop, "POST", "/v1/checkout/sessions"))

    answer = member.browser.post("/billing/checkout/", {"price": "plus_monthly"}, follow=True)

    assert "being disputed" in answer.content.decode()
    assert "Write to us</a>" in member.account()
    assert len(calls(shop, "POST", "/v1/checkout/sessions")) == asked


def test_b94_plus_is_not_said_to_have_ended_where_it_goes_on(shop: LocalStripe, member: Reader) -> None:
    AccessGrant.objects.create(user=member.user, ends_at=timezone.now() + 200 * DAY)

    shop.control("cancel", subscription=member.subscription.stripe_subscription_id)

    letter = mail.outbox[-1]
    assert letter.subject == "Your Digestly subscription has ended"
    assert "You have Plus as a gift until" in str(letter.body)
    assert BillingNotice.objects.filter(kind=notices.ENDED).count() == 1


def test_b95_a_pause_lasts_until_the_day_of_the_next_charge(shop: LocalStripe, member: Reader) -> None:
    anchor, end = datetime(2026, 12, 31, 9, tzinfo=UTC), datetime(2027, 2, 28, 9, tzinfo=UTC)
    Subscription.objects.update(current_period_end=end, raw={"billing_cycle_anchor": int(anchor.timestamp())})
    assert "Mar 31, 2027" in member.browser.get("/billing/pause/").content.decode()

    member.browser.post("/billing/pause/", {"months": "1"})

    there: Any = gateway.subscription(member.subscription.stripe_subscription_id)
    paused_until = gateway.moment(there["pause_collection"]["resumes_at"])
    assert paused_until == datetime(2027, 3, 31, 9, tzinfo=UTC) - membership.BEFORE_THE_PERIOD


@pytest.mark.parametrize(
    ("anchor", "end", "months", "expected"),
    [
        ("2027-01-31", "2027-02-28", 1, "2027-03-31"),
        ("2027-01-31", "2027-02-28", 2, "2027-04-30"),
        ("2027-01-15", "2027-02-15", 3, "2027-05-15"),
        ("2028-01-30", "2028-02-29", 1, "2028-03-30"),
        ("2026-11-30", "2027-02-28", 12, "2028-02-29"),
        ("2027-01-31", "2027-02-14", 1, "2027-03-14"),  # moved by hand: from there, then
    ],
)
def test_b95_months_are_counted_from_where_they_began(
    anchor: str, end: str, months: int, expected: str
) -> None:
    one, other, then = (datetime.fromisoformat(day) for day in (anchor, end, expected))

    assert following(one, other, months) == then
