"""B71 to B75: Plus as a gift, from the form to the day that it is over."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from billing import gateway
from billing.gifts import redeeming
from billing.models import AccessGrant, BillingIncident, BillingNotice, CheckoutAttempt, Gift
from billing.periods import months_after
from billing.plus import State
from digestly.work.sweep import sweep_all
from tests.billing.local_stripe import DECLINED, GOOD, LocalStripe
from tests.billing.shop import Reader, calls

pytestmark = pytest.mark.django_db(transaction=True)
DAY = timedelta(days=1)


def form(**more: Any) -> dict[str, Any]:
    return {
        "key": uuid.uuid4(), "price": "plus_yearly", "recipient": "friend@elsewhere.example", "sender": "Robin",
        "message": "Read on!\nYours", "language": "ko", **more,
    }  # fmt: skip


def gives(reader: Reader, **more: Any) -> str:
    answer = reader.browser.post("/billing/gift/", form(**more))
    assert answer.status_code == 303, answer.content.decode()[:2000]
    return str(answer.headers["Location"])


@pytest.fixture
def gift(shop: LocalStripe, reader: Reader) -> Gift:
    """Robin gives a year, and has paid."""
    shop.pay(gives(reader), card=GOOD)
    return Gift.objects.get()


def redeem(reader: Reader, gift: Gift) -> str:
    """What the page says after it."""
    path = f"/billing/redeem/{gift.spelled}/"
    return reader.browser.post(path, follow=True).content.decode()


def at_once(works: list[Callable[[], Any]]) -> list[Any]:
    def run(work: Callable[[], Any]) -> Any:
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def test_b71_a_gift_is_paid_once_mailed_and_opens_plus_for_whoever_has_the_link(
    shop: LocalStripe, reader: Reader, other: Reader
) -> None:
    address = gives(reader)
    asked = calls(shop, "POST", "/v1/checkout/sessions")[-1]["params"]
    assert (asked["mode"], asked["line_items[0][price_data][unit_amount]"]) == ("payment", "5000")

    back = shop.pay(address, card=GOOD)
    assert "Thank you" in reader.browser.get(back[back.index("/billing") :], follow=True).content.decode()

    gift = Gift.objects.get()
    assert (gift.state, gift.months, gift.amount) == ("paid", 12, 5000)
    bought, sent = mail.outbox
    assert (bought.to, sent.to) == ([reader.user.email], ["friend@elsewhere.example"])
    assert "Robin 님" in sent.subject, "in the language that the giver chose"
    assert "Read on!" in str(sent.body)
    link = re.search(r"http\S+(/billing/redeem/\S+)", str(sent.body))
    assert link
    assert "Robin gives you" in Client().get(link[1]).content.decode()
    assert not reader.has_plus, "who gives has nothing of it"

    told = redeem(other, gift)

    assert "You have Plus until" in told
    assert (other.standing.state, other.has_plus) == (State.GRANTED, True)
    assert other.standing.until == months_after(AccessGrant.objects.get().starts_at, 12)
    assert "Redeemed on" in reader.browser.get("/billing/gifts/").content.decode()
    assert "You have redeemed this gift" in other.browser.get(link[1]).content.decode()


def test_b71_a_gift_waits_for_its_day(shop: LocalStripe, reader: Reader) -> None:
    day = timezone.localdate() + 3 * DAY
    shop.pay(gives(reader, send_on=day.isoformat()), card=GOOD)
    sweep_all()
    assert [letter.to for letter in mail.outbox] == [[reader.user.email]]
    assert "It will be sent on" in reader.browser.get("/billing/gifts/").content.decode()

    Gift.objects.update(send_on=timezone.localdate())
    for _ in range(3):
        sweep_all()

    assert BillingNotice.objects.filter(kind="gift").count() == 1
    assert mail.outbox[-1].to == ["friend@elsewhere.example"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"recipient": "nobody"}, {"price": "plus_free"}, {"send_on": "2020-01-01"}, {"sender": ""},
        {"key": "no key"}, {"message": "x" * 1001}, {"send_on": "2099-01-01"},
    ],
    ids=str,
)  # fmt: skip
def test_b71_what_is_filled_in_wrongly_is_said_and_nothing_begins(
    wrong: dict[str, Any], shop: LocalStripe, reader: Reader
) -> None:
    assert reader.browser.post("/billing/gift/", form(**wrong)).status_code == 400
    assert not Gift.objects.exists()
    assert not calls(shop, "POST", "/v1/checkout/sessions")


def test_b71_a_gift_is_found_without_any_event_and_never_sent_before_it_is_paid(
    shop: LocalStripe, reader: Reader
) -> None:
    shop.drop()
    address = gives(reader)
    assert shop.pay(address, card=DECLINED) == ""
    sweep_all()
    assert Gift.objects.get().state == "open"
    assert not mail.outbox
    shop.pay(address, card=GOOD)
    Gift.objects.update(created_at=timezone.now() - DAY)

    sweep_all()

    assert Gift.objects.get().state == "paid"
    assert len(mail.outbox) == 2


def test_b72_a_gift_is_redeemed_once_whoever_comes_at_the_same_moment(
    gift: Gift, reader: Reader, other: Reader
) -> None:
    def attempt(who: Reader) -> Callable[[], str]:
        return lambda: who.user.email if "You have Plus until" in redeem(who, gift) else ""

    won = at_once([attempt(one) for one in (reader, other, reader, other)])

    assert len(set(won) - {""}) == 1  # who has it is told so again
    assert AccessGrant.objects.count() == 1
    assert reader.has_plus != other.has_plus
    late = other if reader.has_plus else reader
    assert "has been redeemed already" in redeem(late, gift)


def test_b72_a_code_is_typed_as_people_type(gift: Gift, reader: Reader) -> None:
    for typed in (gift.code, gift.spelled, gift.spelled.lower(), f"  {gift.spelled} "):
        answer = reader.browser.get("/billing/redeem/", {"code": typed})
        assert answer.headers["Location"].endswith(f"/{gift.spelled}/")
    assert reader.browser.get("/billing/redeem/", {"code": "ABCD-EFGH"}).status_code == 404
    assert Client().get("/billing/redeem/ABCD/").status_code == 404
    assert len({redeeming.find(gift.code), redeeming.find(gift.spelled)}) == 1


def test_b72_who_is_not_signed_in_is_led_there_and_back(gift: Gift) -> None:
    path = f"/billing/redeem/{gift.spelled}/"

    assert Client().post(path).headers["Location"] == f"/account/login/?next={path}"
    assert Gift.objects.redeemable().exists()


def test_b73_a_form_that_is_sent_twice_at_once_buys_one_gift(shop: LocalStripe, reader: Reader) -> None:
    reader.goes_to_pay()  # so that both find the customer there
    key = uuid.uuid4()

    pages = at_once([lambda: gives(reader, key=key)] * 4)

    assert len(set(pages)) == 1
    assert Gift.objects.count() == 1
    shop.pay(pages[0], card=GOOD)
    assert reader.browser.post("/billing/gift/", form(key=key)).headers["Location"] == "/billing/gifts/"
    assert len([one for one in shop.api.charges.list().data if one.paid]) == 1


def test_b73_nobody_takes_over_somebody_elses_gift(shop: LocalStripe, gift: Gift, other: Reader) -> None:
    answer = other.browser.post("/billing/gift/", form(key=gift.uuid))
    assert answer.headers["Location"] == "/billing/gift/"
    assert other.browser.get(f"/billing/gift/return/?session_id={gift.stripe_session_id}").status_code == 404
    assert gift.recipient not in other.browser.get("/billing/gifts/").content.decode()


def test_b73_giving_and_subscribing_do_not_disturb_each_other(shop: LocalStripe, reader: Reader) -> None:
    given = gives(reader)
    own = reader.goes_to_pay()

    assert shop.pay(given, card=GOOD), "its page is still open"
    assert shop.pay(own, card=GOOD)
    assert reader.standing.state is State.ACTIVE
    assert Gift.objects.get().state == "paid"


def test_b74_who_pays_already_is_charged_again_only_after_the_gift(
    shop: LocalStripe, gift: Gift, other: Reader
) -> None:
    shop.pay(other.goes_to_pay(), card=GOOD)
    paid_until = other.subscription.current_period_end

    assert "It follows what you have already" in redeem(other, gift)
    shop.flow()  # a worker may be at the customer still, and looks once more

    grant = AccessGrant.objects.get()
    assert (grant.starts_at, grant.ends_at) == (paid_until, months_after(paid_until, 12))
    assert (other.standing.state, other.standing.until) == (State.ACTIVE, grant.ends_at)
    assert "You have Plus. It renews on" in other.account()
    shop.advance(other.customer.stripe_customer_id, days=200)
    assert len(shop.api.charges.list({"customer": other.customer.stripe_customer_id or ""}).data) == 1
    shop.advance(other.customer.stripe_customer_id, days=200)
    assert len(shop.api.charges.list({"customer": other.customer.stripe_customer_id or ""}).data) == 2


def test_b74_a_silent_stripe_is_asked_again_until_the_charge_is_moved(
    shop: LocalStripe, gift: Gift, other: Reader
) -> None:
    shop.pay(other.goes_to_pay(), card=GOOD)
    shop.fault("error", path="/v1/subscriptions/", times=1 + gateway.RETRIES)
    redeem(other, gift)
    assert other.has_plus
    assert Gift.objects.get().postponed_at is None

    Gift.objects.update(woken_at=None)
    sweep_all()
    shop.flow()  # what it told is heard

    assert Gift.objects.get().postponed_at
    assert other.subscription.is_postponed


def test_b74_two_gifts_follow_each_other_even_at_the_same_moment(
    shop: LocalStripe, gift: Gift, reader: Reader, other: Reader
) -> None:
    shop.pay(gives(reader, price="plus_monthly"), card=GOOD)
    first, second = Gift.objects.order_by("pk")

    at_once([lambda: redeem(other, first), lambda: redeem(other, second)])

    early, late = AccessGrant.objects.order_by("starts_at")
    assert late.starts_at == early.ends_at
    assert other.standing.until == late.ends_at


def test_b74_a_gift_that_runs_is_read_to_its_end_before_a_subscription_is_charged(
    shop: LocalStripe, gift: Gift, other: Reader
) -> None:
    redeem(other, gift)
    ends = other.standing.until
    shop.pay(other.goes_to_pay(), card=GOOD)

    assert not shop.api.charges.list({"customer": other.customer.stripe_customer_id or ""}).data
    assert (other.standing.state, other.standing.until) == (State.ACTIVE, ends)
    assert CheckoutAttempt.objects.get(user=other.user).state == "complete"


def test_b74_who_cancelled_gets_the_gift_after_what_was_paid_and_may_come_back(
    shop: LocalStripe, gift: Gift, other: Reader
) -> None:
    shop.pay(other.goes_to_pay(), card=GOOD)
    other.browser.post("/billing/cancel/")
    redeem(other, gift)
    assert AccessGrant.objects.get().starts_at == other.subscription.current_period_end
    assert Gift.objects.get().postpones == ""

    other.browser.post("/billing/resume/")

    assert other.subscription.is_postponed
    assert other.standing.until == AccessGrant.objects.get().ends_at


@pytest.mark.parametrize("told", [True, False])
def test_b74_a_page_from_before_the_gift_does_not_charge_for_its_time(
    told: bool, shop: LocalStripe, reader: Reader, other: Reader
) -> None:
    before = other.goes_to_pay()
    shop.pay(gives(reader), card=GOOD)
    gift = Gift.objects.get()
    if not told:  # the worker who closes the page has not come yet
        shop.fault(
            "error", path=f"/v1/customers/{other.customer.stripe_customer_id}", times=1 + gateway.RETRIES
        )
    redeem(other, gift)

    if told:
        shop.pay(before, card=GOOD)
    after = other.goes_to_pay()
    shop.pay(before, card=GOOD)

    assert after != before
    assert not [
        one for one in shop.api.charges.list().data if one.customer == other.customer.stripe_customer_id
    ]
    shop.pay(after, card=GOOD)
    gift.refresh_from_db()
    assert gift.grant
    assert (other.standing.state, other.standing.until) == (State.ACTIVE, gift.grant.ends_at)


def test_b74_plus_without_an_end_keeps_the_gift_for_somebody_else(gift: Gift, other: Reader) -> None:
    AccessGrant.objects.create(user=other.user)

    assert "wasted on you" in redeem(other, gift)
    assert Gift.objects.redeemable().exists()


def charge_of(shop: LocalStripe, gift: Gift) -> str:
    intent = shop.api.payment_intents.retrieve(gift.stripe_payment_id or "")
    return str(intent.latest_charge)


@pytest.mark.parametrize("heard", [True, False], ids=["told", "found"])
def test_b75_a_refund_takes_back_what_nobody_redeemed(
    heard: bool, shop: LocalStripe, gift: Gift, reader: Reader, other: Reader
) -> None:
    from django.core.management import call_command

    if not heard:
        shop.drop()
    shop.control("refund", charge=charge_of(shop, gift), amount=100)
    if not heard:
        call_command("billing_sync")
    assert Gift.objects.get().state == "paid", "a part of it changes nothing"

    shop.control("refund", charge=charge_of(shop, gift))
    if not heard:
        call_command("billing_sync")

    assert Gift.objects.get().state == "revoked"
    assert "revoked" in BillingIncident.objects.get(kind="refund").told
    assert "taken back" in redeem(other, gift)
    assert not other.has_plus
    assert "Refunded, and taken back" in reader.browser.get("/billing/gifts/").content.decode()


def test_b75_staff_see_which_payment_was_for_a_gift(gift: Gift, editor: User) -> None:
    desk = Client()
    desk.force_login(editor)

    page = desk.get(f"/admin/billing/billingcustomer/people/{gift.buyer_id}/refund/").content.decode()

    assert f"A gift for {gift.recipient}" in page


def test_b76_a_gift_says_what_was_paid_for_it_with_a_code(shop: LocalStripe, reader: Reader) -> None:
    coupon = shop.api.coupons.create({"percent_off": 50, "duration": "once"})
    shop.api.promotion_codes.create({"promotion": {"type": "coupon", "coupon": coupon.id}, "code": "HALF"})

    shop.pay(gives(reader), card=GOOD, code="HALF")

    assert "12 months, $25" in reader.browser.get("/billing/gifts/").content.decode()


def test_b75_what_was_redeemed_stays_after_a_refund_and_ends_with_a_dispute(
    shop: LocalStripe, gift: Gift, other: Reader
) -> None:
    redeem(other, gift)
    shop.control("refund", charge=charge_of(shop, gift))
    assert other.has_plus, "staff may decide otherwise"

    shop.control("dispute", charge=charge_of(shop, gift))
    assert not other.has_plus


def test_b75_redeeming_and_refunding_at_once_end_in_one_of_both(
    shop: LocalStripe, gift: Gift, other: Reader
) -> None:
    charge = charge_of(shop, gift)

    at_once([lambda: redeem(other, gift), lambda: shop.control("refund", charge=charge)])

    found = Gift.objects.get()
    assert (found.state == "revoked") != bool(found.redeemed_at)
    assert other.has_plus == bool(found.redeemed_at)


def test_gifts_given_are_listed_page_by_page(
    shop: LocalStripe, gift: Gift, reader: Reader, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(25):
        Gift.objects.create(
            buyer=reader.user, customer=gift.customer, sender="Robin", recipient=f"friend{number}@x.example",
            language="en", months=1, amount=500, currency="usd", params={}, state="paid", expires_at=timezone.now(),
        )  # fmt: skip
    with django_assert_max_num_queries(8):
        first = reader.browser.get("/billing/gifts/").content.decode()
    older = re.search(r"\?before=(\d+)", first)
    assert older
    assert "friend24@" in first
    assert "friend4@" not in first
    assert "friend4@" in reader.browser.get(f"/billing/gifts/?before={older[1]}").content.decode()
    assert reader.browser.get("/billing/gifts/?before=%00x").status_code == 200
