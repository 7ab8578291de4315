"""B01 to B12, B14, B16, B17, B55, B59, B64, B66: from "subscribe" to Stripe's page and back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from billing import gateway, plus, reconcile
from billing.models import (
    BillingIncident,
    BillingNotice,
    CheckoutAttempt,
    PlanPrice,
    StripeEvent,
    Subscription,
)
from billing.plus import State
from tests.billing.local_stripe import ASKS, DECLINED, GOOD, LocalStripe
from tests.billing.shop import DIGEST, Reader, calls, open_pages, session_of

pytestmark = pytest.mark.django_db(transaction=True)
SESSIONS = "/v1/checkout/sessions"


def test_b01_subscribe_leads_to_stripes_page_for_our_price(shop: LocalStripe, reader: Reader) -> None:
    page = reader.goes_to_pay()

    (asked,) = calls(shop, "POST", SESSIONS)
    attempt = CheckoutAttempt.objects.get()
    params = asked["params"]
    assert page == attempt.url
    assert page.startswith(shop.url)
    assert params["customer"] == reader.customer.stripe_customer_id
    assert params["client_reference_id"] == str(reader.user.pk)
    assert params["line_items[0][price]"] == PlanPrice.objects.get(lookup_key="plus_monthly").stripe_price_id
    for marks in ("metadata", "subscription_data[metadata]"):
        assert params[f"{marks}[user_id]"] == str(reader.user.pk)
        assert params[f"{marks}[attempt]"] == str(attempt.uuid)


def test_b02_who_paid_has_plus_and_is_back_where_they_were(shop: LocalStripe, reader: Reader) -> None:
    back = shop.pay(reader.goes_to_pay(), card=GOOD)
    answer = reader.returns(back)

    assert (answer.status_code, answer.headers["Location"]) == (302, DIGEST)
    assert reader.has_plus
    assert Subscription.objects.count() == 1
    assert reader.subscription.status == "active"
    assert CheckoutAttempt.objects.get().state == CheckoutAttempt.State.COMPLETE
    assert BillingNotice.objects.get().kind == "plus_welcome"
    assert "renews on" in reader.account()


def test_b03_the_page_after_paying_needs_no_event(shop: LocalStripe, reader: Reader) -> None:
    shop.hold()
    back = shop.pay(reader.goes_to_pay(), card=GOOD)
    assert not reader.has_plus

    answer = reader.returns(back)

    assert answer.headers["Location"] == DIGEST
    assert reader.has_plus
    before = Subscription.objects.values("status", "current_period_end", "stripe_subscription_id").get()
    shop.release()
    assert StripeEvent.objects.filter(status="processed").exists()
    assert (
        Subscription.objects.values("status", "current_period_end", "stripe_subscription_id").get() == before
    )


def test_b04_who_paid_and_closed_the_tab_has_plus(shop: LocalStripe, reader: Reader) -> None:
    shop.pay(reader.goes_to_pay(), card=GOOD)

    assert reader.has_plus


def test_b05_who_paid_without_a_word_of_it_is_found(shop: LocalStripe, reader: Reader) -> None:
    shop.drop()
    shop.pay(reader.goes_to_pay(), card=GOOD)
    assert not reader.has_plus

    told = [found.told for found in reconcile.go_on(reconcile.by_hand().pk)]

    assert told == [["new: active", "checkout: complete"]]
    assert reader.has_plus
    drift = BillingIncident.objects.get()
    assert (drift.kind, drift.stripe_id) == ("drift", reader.subscription.stripe_subscription_id)
    assert not list(reconcile.go_on(reconcile.by_hand().pk)), "a second look finds nothing"


def test_b05_billing_sync_says_what_it_changed(
    shop: LocalStripe, reader: Reader, capsys: pytest.CaptureFixture[str]
) -> None:
    shop.drop()
    shop.pay(reader.goes_to_pay(), card=GOOD)

    call_command("billing_sync")

    said = capsys.readouterr().out
    assert reader.user.email in said
    assert "new: active" in said
    assert reader.has_plus
    assert StripeEvent.objects.filter(type="checkout.session.completed").exists(), (
        "lost events are fetched too"
    )


def test_b06_who_turns_back_stays_free_and_finds_the_same_page_again(
    shop: LocalStripe, reader: Reader
) -> None:
    first = reader.goes_to_pay()

    assert not reader.has_plus
    assert reader.goes_to_pay() == first
    assert len(calls(shop, "POST", SESSIONS)) == 1


def test_b07_a_declined_card_can_be_replaced_on_the_same_page(shop: LocalStripe, reader: Reader) -> None:
    page = reader.goes_to_pay()
    shop.pay(page, card=DECLINED)
    assert not reader.has_plus

    answer = reader.returns(shop.pay(page, card=GOOD))

    assert answer.headers["Location"] == DIGEST
    assert reader.has_plus
    assert Subscription.objects.filter(status="active").count() == 1


def test_b08_an_unapproved_card_waits_and_blocks_a_second_try_until_it_expires(
    shop: LocalStripe, reader: Reader
) -> None:
    shop.pay(reader.goes_to_pay(), card=ASKS)
    call_command("billing_sync")
    if not Subscription.objects.exists():
        pytest.fail("the stand-in leaves an incomplete subscription behind")

    assert reader.standing.state is State.INCOMPLETE
    assert not reader.has_plus
    assert "Finish your payment" in reader.account()
    answer = reader.subscribe()
    assert answer.headers["Location"] == "/account/"
    assert len(calls(shop, "POST", SESSIONS)) == 1

    shop.advance(reader.customer.stripe_customer_id, days=1)
    assert reader.standing.state is State.FREE
    assert reader.goes_to_pay().startswith(shop.url)


def test_b09_somebody_elses_session_is_not_there_and_nothing_is_asked(
    shop: LocalStripe, reader: Reader, other: Reader
) -> None:
    back = shop.pay(reader.goes_to_pay(), card=GOOD)
    shop.drop()
    asked = len(shop.requests())

    answer = other.returns(back)

    assert answer.status_code == 404
    assert not other.has_plus
    assert len(shop.requests()) == asked


@pytest.mark.parametrize("session_id", ["cs_test_made_up", "", "%00", "x" * 5000])
def test_b10_a_made_up_session_is_a_friendly_page(session_id: str, shop: LocalStripe, reader: Reader) -> None:
    answer = reader.browser.get(f"/billing/return/?session_id={session_id}")

    assert answer.status_code == 404
    assert "<h1" in answer.content.decode()
    assert not reader.has_plus


def test_b10_without_a_session_it_is_the_way_back_from_the_portal(shop: LocalStripe, reader: Reader) -> None:
    assert reader.browser.get("/billing/return/").headers["Location"] == "/account/"
    assert not reader.has_plus


def test_b11_the_way_back_without_paying_opens_nothing(shop: LocalStripe, reader: Reader) -> None:
    reader.goes_to_pay()
    session_id = CheckoutAttempt.objects.get().stripe_session_id

    answer = reader.browser.get(f"/billing/return/?session_id={session_id}", follow=True)

    assert not reader.has_plus
    assert answer.redirect_chain[-1][0].startswith("/en/pricing/?next=%2Fen%2F2026")
    assert "nothing was charged" in answer.content.decode()


def test_b12_two_tabs_at_once_get_one_page(shop: LocalStripe, reader: Reader) -> None:
    others = [reader, *(Reader(reader.user, Client()) for _ in range(3))]
    for tab in others[1:]:
        tab.browser.force_login(reader.user)

    with ThreadPoolExecutor(len(others)) as pool:
        pages = set(pool.map(lambda tab: in_a_thread(tab.goes_to_pay), others))

    assert len(pages) == 1
    assert len(open_pages(shop, reader)) == 1
    assert CheckoutAttempt.objects.count() == 1
    assert len(calls(shop, "POST", "/v1/customers")) >= 1
    assert Reader.customer.fget(reader)  # type: ignore[attr-defined] - exactly one row


def in_a_thread(act: Any) -> Any:
    from django.db import connection

    try:
        return act()
    finally:
        connection.close()


def test_b13_a_second_page_cannot_be_paid_once_the_first_was(shop: LocalStripe, reader: Reader) -> None:
    monthly = reader.goes_to_pay()
    yearly = reader.goes_to_pay("plus_yearly")
    assert monthly != yearly

    shop.pay(yearly, card=GOOD)
    shop.pay(monthly, card=GOOD)

    assert reader.has_plus
    assert Subscription.objects.count() == 1


def test_b14_who_has_plus_is_led_to_the_portal(shop: LocalStripe, reader: Reader) -> None:
    shop.pay(reader.goes_to_pay(), card=GOOD)

    answer = reader.subscribe()

    assert answer.status_code == 303
    assert "/p/session/" in answer.headers["Location"]
    assert len(calls(shop, "POST", SESSIONS)) == 1


def test_b14_a_member_sees_the_current_plan_and_no_second_subscribe(
    shop: LocalStripe, reader: Reader
) -> None:
    shop.pay(reader.goes_to_pay(), card=GOOD)

    page = reader.browser.get("/en/pricing/").content.decode()

    assert "Your current plan" in page
    assert "checkout" not in page


@pytest.mark.parametrize("fault", [{"kind": "error"}, {"kind": "rate_limit"}, {"kind": "drop_reply"}])
def test_b16_when_stripe_cannot_say_nothing_is_begun(
    fault: dict[str, Any], shop: LocalStripe, reader: Reader
) -> None:
    shop.fault(**fault, path="/v1/subscriptions", times=9)

    answer = reader.browser.post("/billing/checkout/", {"price": "plus_monthly"}, follow=True)

    assert "Nothing was charged" in answer.content.decode()
    assert not calls(shop, "POST", SESSIONS)
    assert not CheckoutAttempt.objects.exists()


def test_b17_a_reply_that_was_lost_is_asked_for_again(shop: LocalStripe, reader: Reader) -> None:
    shop.fault("drop_reply", path=SESSIONS, method="POST", times=1 + gateway.RETRIES)
    assert reader.subscribe().headers["Location"].startswith("/en/pricing/")
    assert CheckoutAttempt.objects.get().state == CheckoutAttempt.State.CREATING

    page = reader.goes_to_pay()

    keys = {one["idempotency_key"] for one in calls(shop, "POST", SESSIONS)}
    assert keys == {str(CheckoutAttempt.objects.get().uuid)}
    assert open_pages(shop, reader) == [page]


def test_b18_another_price_is_another_attempt(shop: LocalStripe, reader: Reader) -> None:
    monthly = reader.goes_to_pay("plus_monthly")
    yearly = reader.goes_to_pay("plus_yearly")

    assert monthly != yearly
    assert open_pages(shop, reader) == [yearly]
    assert list(CheckoutAttempt.objects.order_by("pk").values_list("state", flat=True)) == ["expired", "open"]


def test_b55_with_stripe_down_readers_read_and_sign_in(
    shop: LocalStripe, reader: Reader, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    shop.pay(reader.goes_to_pay(), card=GOOD)
    shop.fault("error", times=999)
    asked = len(shop.requests())

    for path in ("/en/", "/en/pricing/", "/account/", "/account/preferences/"):
        assert reader.browser.get(path).status_code == 200
    assert Client().login(email=reader.user.email, password="a-long-password")
    with django_assert_num_queries(1):
        assert plus.has_plus(reader.user)
    assert not plus.has_plus(AnonymousUser())

    assert len(shop.requests()) == asked, "no page asks Stripe"
    answer = reader.browser.post("/billing/portal/", follow=True)
    assert "does not answer just now" in answer.content.decode()


def test_b55_a_payment_that_cannot_be_confirmed_yet_says_so_and_looks_again(
    shop: LocalStripe, reader: Reader
) -> None:
    shop.drop()
    back = shop.pay(reader.goes_to_pay(), card=GOOD)
    shop.fault("error")

    answer = reader.returns(back)

    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'http-equiv="refresh"' in page
    assert session_of(back) in page
    assert "pricing" not in page.split("<main")[1].split("</main>")[0]
    assert reader.returns(back).headers["Location"] == DIGEST


def test_b59_one_client_with_short_patience_that_tries_again(shop: LocalStripe, reader: Reader) -> None:
    assert gateway.client() is gateway.client()
    shop.fault("error", path="/v1/customers", method="POST", times=2)

    assert reader.goes_to_pay().startswith(shop.url)

    tries = calls(shop, "POST", "/v1/customers")
    assert [one["status"] for one in tries] == [500, 500, 200]
    assert len({one["idempotency_key"] for one in tries}) == 1
    http = gateway.client()._requestor._get_http_client()  # type: ignore[attr-defined]
    assert http._timeout <= 10


def test_b59_too_many_requests_is_try_later(shop: LocalStripe, reader: Reader) -> None:
    shop.fault("rate_limit", path="/v1/customers", times=9)

    answer = reader.browser.post("/billing/checkout/", {"price": "plus_monthly"}, follow=True)

    assert answer.status_code == 200
    assert "Try again in a few minutes" in answer.content.decode()


def test_b64_a_guest_signs_in_first_and_is_not_charged(shop: LocalStripe, db: None) -> None:
    guest = Client()

    answer = guest.post("/billing/checkout/", {"price": "plus_monthly", "next": DIGEST})

    assert answer.headers["Location"].startswith("/account/login/?next=/en/pricing/%3Fnext%3D")
    assert not CheckoutAttempt.objects.exists()
    page = guest.get("/en/pricing/", {"next": DIGEST})
    assert "/account/login/?next=%2Fen%2Fpricing%2F%3Fnext%3D" in page.content.decode()
    assert "<form" not in page.content.decode().split("<main")[1]
    assert not page.cookies
    assert "public" in page.headers["Cache-Control"]


def test_b64_an_unconfirmed_address_cannot_buy(shop: LocalStripe, reader: Reader) -> None:
    reader.user.emailaddress_set.update(verified=False)

    answer = reader.subscribe()

    assert answer.headers["Location"] == "/account/email/"
    assert not calls(shop, "POST", "/v1/customers")


@pytest.mark.parametrize(
    "back_to",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "javascript:x",
        "/en/\x00",
        "/" + "x" * 3000,
    ],
)
def test_the_way_back_never_leaves_the_site(back_to: str, shop: LocalStripe, reader: Reader) -> None:
    back = shop.pay(reader.goes_to_pay(back_to=back_to), card=GOOD)

    assert reader.returns(back).headers["Location"] == "/account/"


def test_b66_what_is_shown_is_what_is_asked_for(shop: LocalStripe, reader: Reader) -> None:
    page = reader.browser.get("/en/pricing/").content.decode()
    sold = {one["id"]: one for one in gateway.prices(["plus_monthly", "plus_yearly"])}

    for row in PlanPrice.objects.all():
        price = sold[row.stripe_price_id]
        assert (row.amount, row.currency, row.interval) == (
            price["unit_amount"], price["currency"], price["recurring"]["interval"],
        )  # fmt: skip
    assert "$5 <span>per month</span>" in page
    assert "$50 <span>per year</span>" in page
    assert "saves $10 a year" in page


@pytest.mark.parametrize("price", ["", "plus_weekly", "price_123", "old", "7", "plus_monthly\x00"])
def test_b66_a_price_that_is_not_ours_is_refused(price: str, shop: LocalStripe, reader: Reader) -> None:
    PlanPrice.objects.create(lookup_key="old", amount=1, currency="usd", interval="month", purchasable=False)

    assert reader.subscribe(price).status_code == 400
    assert not calls(shop, "POST", "/v1/customers")


def test_somebody_with_plus_as_a_gift_is_told_so_and_not_charged(shop: LocalStripe, plus: User) -> None:
    from allauth.account.models import EmailAddress

    EmailAddress.objects.create(user=plus, email=plus.email, verified=True, primary=True)
    browser = Client()
    browser.force_login(plus)

    answer = browser.post("/billing/checkout/", {"price": "plus_monthly"}, follow=True)

    assert "You have Plus already" in answer.content.decode()
    assert not calls(shop, "POST", SESSIONS)
