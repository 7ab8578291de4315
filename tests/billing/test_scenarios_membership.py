"""B69, B70, B77, B81 to B84: what members do by themselves, and what they are told of it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.core.signing import Signer
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from billing import gateway, links, notices
from billing.models import BillingNotice, Subscription
from billing.plus import State
from digestly.work.sweep import sweep_all
from tests.billing.local_stripe import FAILS_LATER, GOOD, LocalStripe
from tests.billing.shop import Reader, calls

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def member(shop: LocalStripe, reader: Reader) -> Reader:
    shop.pay(reader.goes_to_pay(), card=GOOD)
    assert reader.has_plus
    return reader


def page(reader: Reader, path: str) -> str:
    return reader.browser.get(path).content.decode()


def letters(kind: str) -> int:
    return BillingNotice.objects.filter(kind=kind).exclude(sent_at=None).count()


def change_plan(shop: LocalStripe, reader: Reader) -> str:
    """Through our page to the portal's; the address of the latter."""
    answer = reader.browser.post("/billing/plan/")
    assert answer.status_code == 303, answer.headers.get("Location")
    return f"{answer.headers['Location']}/change/{reader.subscription.stripe_subscription_id}"


def test_b69_a_month_becomes_a_year_once_its_price_was_seen_and_confirmed(
    shop: LocalStripe, member: Reader
) -> None:
    ours = page(member, "/billing/plan/")
    assert "$50 per year" in ours
    assert "$45" in ours, "the month that was just paid is taken off"
    step = change_plan(shop, member)
    shown = shop.visit(step).read().decode()
    assert "Unused time on" in shown
    assert "$45.00" in shown
    assert "$5 per month" in member.account(), "nothing has changed yet"

    back = shop.send(step)

    assert member.returns(back).headers["Location"] == "/account/"
    told = member.account()
    assert "$50 per year" in told
    assert re.search(r"\$50 on \w+ \d+, 20\d\d", told), "the next charge, with its day"
    invoices = gateway.invoices(member.customer.stripe_customer_id or "", most=10)
    assert [one["amount_paid"] for one in invoices] == [4500, 500]
    assert letters(notices.RECEIPT) == 1
    assert "$45" in str(mail.outbox[-1].body)


def test_b70_back_to_the_month_what_is_left_of_the_year_pays_first(shop: LocalStripe, reader: Reader) -> None:
    shop.pay(reader.goes_to_pay("plus_yearly"), card=GOOD)
    assert "Kept for the next payments" in page(reader, "/billing/plan/")

    shop.send(change_plan(shop, reader))
    reader.browser.get("/billing/return/")

    assert reader.subscription.stripe_price_id != ""
    assert "$5 per month" in reader.account()
    assert reader.subscription.next_amount == 0, "credit pays the next month"
    assert "$0 on" in reader.account()
    shop.advance(reader.customer.stripe_customer_id, days=40)
    assert reader.has_plus
    customer = gateway.customer(reader.customer.stripe_customer_id or "")
    assert customer["balance"] == -4000


def test_b70_who_cannot_pay_keeps_the_old_plan(shop: LocalStripe, member: Reader) -> None:
    step = change_plan(shop, member)
    shop.control("decline_next")

    assert shop.send(step) == ""

    assert "$5 per month" in member.account()
    assert member.standing.state is State.ACTIVE


def test_b69_where_stripe_is_silent_the_page_says_so_and_still_leads_on(
    shop: LocalStripe, member: Reader
) -> None:
    shop.fault("error", path="/v1/invoices/create_preview")

    assert "does not answer just now" in page(member, "/billing/plan/")


# Pausing ---------------------------------------------------------------------------------------------------------


def paused(shop: LocalStripe, reader: Reader, months: str = "2") -> None:
    assert "two" not in reader.browser.post("/billing/pause/", {"months": months}).headers["Location"]


def test_b77_a_pause_charges_nothing_closes_after_what_was_paid_and_goes_on_by_itself(
    shop: LocalStripe, member: Reader
) -> None:
    end = member.subscription.current_period_end
    assert "After 2 months" in page(member, "/billing/pause/")
    paused(shop, member)
    assert (member.standing.state, member.has_plus, member.standing.until) == (State.PAUSED, True, end)
    assert "None, as things are" in member.account()

    customer = member.customer.stripe_customer_id or ""
    shop.advance(customer, days=40)
    assert (member.standing.state, member.has_plus) == (State.PAUSED, False)
    assert "It goes on by itself on" in member.account()
    shop.advance(customer, days=90)

    assert (member.standing.state, member.has_plus) == (State.ACTIVE, True)
    newest, *others = [one["status"] for one in gateway.invoices(customer, most=10)]
    assert (newest, others[-1]) == ("paid", "paid")
    assert "void" in others


def test_b77_time_that_nobody_paid_for_is_not_opened_by_resuming(shop: LocalStripe, member: Reader) -> None:
    customer = member.customer.stripe_customer_id or ""
    paused(shop, member)
    shop.advance(customer, days=40)
    assert "a new month begins today" in member.account()

    member.browser.post("/billing/resume/")

    assert member.standing.state is State.ACTIVE
    invoices = gateway.invoices(customer, most=10)
    assert [one["status"] for one in invoices] == ["paid", "void", "paid"]
    assert [one["amount_paid"] for one in invoices] == [500, 0, 500]
    assert member.subscription.current_period_end > timezone.now() + timedelta(days=27)


def test_b77_resumed_in_time_it_is_as_if_nothing_had_been(shop: LocalStripe, member: Reader) -> None:
    end = member.subscription.current_period_end
    paused(shop, member, "1")
    member.browser.post("/billing/resume/")

    assert (member.standing.state, member.standing.until) == (State.ACTIVE, end)
    assert len(gateway.invoices(member.customer.stripe_customer_id or "", most=10)) == 1


@pytest.mark.parametrize("months", ["0", "4", "-1", "two", ""])
def test_b77_a_pause_has_one_of_three_lengths(months: str, shop: LocalStripe, member: Reader) -> None:
    member.browser.post("/billing/pause/", {"months": months})

    assert member.standing.state is State.ACTIVE
    assert not calls(shop, "POST", f"/v1/subscriptions/{member.subscription.stripe_subscription_id}")


# Cancelling ------------------------------------------------------------------------------------------------------


def test_b81_two_clicks_cancel_say_the_date_and_are_confirmed_once(shop: LocalStripe, member: Reader) -> None:
    end = member.subscription.current_period_end
    assert 'href="/billing/cancel/"' in member.account()
    asked = page(member, "/billing/cancel/")
    assert f"{end:%Y}" in asked
    assert member.standing.state is State.ACTIVE, "to look is not to cancel"
    assert "why" not in asked.lower()

    for _ in range(2):
        member.browser.post("/billing/cancel/")
    sweep_all()

    assert (member.standing.state, member.standing.until) == (State.ENDING, end)
    assert [letter.subject for letter in mail.outbox].count("Your Digestly Plus will not renew") == 1
    told = member.account()
    assert "Resume Plus" in told
    assert "None, as things are" in told
    assert 'href="/billing/cancel/"' not in told

    member.browser.post("/billing/resume/")
    assert member.standing.state is State.ACTIVE


def test_b81_what_is_overdue_ends_at_once(shop: LocalStripe, reader: Reader) -> None:
    shop.pay(reader.goes_to_pay(), card=FAILS_LATER)
    shop.advance(reader.customer.stripe_customer_id, days=32)
    assert reader.standing.state is State.PAST_DUE
    assert "It ends today" in page(reader, "/billing/cancel/")

    reader.browser.post("/billing/cancel/")

    assert reader.standing.state is State.LAPSED
    assert gateway.subscription(reader.subscription.stripe_subscription_id)["status"] == "canceled"


def test_b81_while_stripe_is_down_nothing_is_promised(shop: LocalStripe, member: Reader) -> None:
    shop.fault("error", method="POST", times=1 + gateway.RETRIES)

    answer = member.browser.post("/billing/cancel/")

    assert answer.status_code == 503
    assert "does not answer" in answer.content.decode()
    assert member.standing.state is State.ACTIVE


def link_in(letter: Any) -> str:
    found = re.search(r"https?://\S+/billing/cancel/\S+", str(letter.body))
    assert found
    return urlsplit(found[0]).path


def test_b82_a_receipt_cancels_without_signing_in_and_no_scanner_does(
    shop: LocalStripe, member: Reader
) -> None:
    path = link_in(mail.outbox[-1])
    scanner = Client()
    for _ in range(3):
        assert "Cancel Plus now" in scanner.get(path).content.decode()
        scanner.head(path)
    assert member.standing.state is State.ACTIVE
    assert Client(enforce_csrf_checks=True).post(path).status_code == 403
    stranger = Client(enforce_csrf_checks=True)
    asked = stranger.get(path)
    assert member.user.email not in asked.content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', asked.content.decode())
    assert token

    done = stranger.post(path, {"csrfmiddlewaretoken": token[1]})

    assert "Plus stays open until" in done.content.decode()
    assert member.standing.state is State.ENDING
    assert "cancelled already" in stranger.get(path).content.decode(), "the link is not used up"
    member.browser.post("/billing/resume/")
    assert "Cancel Plus now" in stranger.get(path).content.decode()


def test_b82_only_what_we_signed_opens(shop: LocalStripe, member: Reader, settings: Any) -> None:
    one = member.subscription.stripe_subscription_id
    path = urlsplit(links.to_cancel(one)).path
    others = [
        f"/billing/cancel/{one}/",
        f"/billing/cancel/{Signer(salt='other').sign(one)}/",
        path[:-3] + "xx/",
    ]
    assert [Client().get(other).status_code for other in others] == [404, 404, 404]
    assert Client().get(path).status_code == 200

    settings.SECRET_KEY = "another key, after a rotation"
    assert Client().get(path).status_code == 404


# The account's page ----------------------------------------------------------------------------------------------


def test_b83_the_account_says_all_of_it_in_words_from_rows(
    shop: LocalStripe, member: Reader, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    asked = len(shop.requests())
    with django_assert_max_num_queries(16):
        told = member.account()

    assert len(shop.requests()) == asked, "Stripe was not asked"
    for words in ("$5 per month", "It renews on", "$5 on ", "Visa •••• 4242", "The latest one, of", "/billing/plan/",
                  "/billing/pause/", "/billing/cancel/", "/billing/invoices/", "/billing/portal/"):  # fmt: skip
        assert words in told, words
    assert "Subscribe" not in told
    assert "Subscribe" not in page(member, "/en/pricing/").replace("Subscribed", "")
    assert "checkout" not in page(member, "/en/pricing/")


def test_b83_a_new_card_is_shown(shop: LocalStripe, member: Reader) -> None:
    shop.portal(member.portal("card").headers["Location"], "card", card=FAILS_LATER)
    member.browser.get("/billing/return/")

    assert "Visa •••• 0341" in member.account()


def test_b83_invoices_are_listed_and_without_stripe_the_latest_one_is(
    shop: LocalStripe, member: Reader
) -> None:
    shop.advance(member.customer.stripe_customer_id, days=32)
    listed = page(member, "/billing/invoices/")
    assert listed.count("/i/in_") == 4, "two invoices, each as a page and as PDF"
    assert "paid" in listed

    shop.fault("error", path="/v1/invoices")
    listed = page(member, "/billing/invoices/")
    assert "does not answer just now" in listed
    assert listed.count("/i/in_") == 1


def test_b83_who_never_paid_has_an_account_without_money(reader: Reader) -> None:
    assert "Next charge" not in reader.account()
    for path in ("/billing/cancel/", "/billing/pause/", "/billing/plan/"):
        assert reader.browser.get(path).headers["Location"] == "/account/"
    assert "no subscription to manage" in page(reader, "/billing/invoices/")
    assert Client().get("/billing/cancel/").headers["Location"].startswith("/account/login/")


# Letters ---------------------------------------------------------------------------------------------------------


def test_b84_every_payment_has_one_receipt_however_often_it_is_told(
    shop: LocalStripe, member: Reader
) -> None:
    assert letters(notices.WELCOME) == 1
    assert "$5" in str(mail.outbox[-1].body)
    shop.control("duplicate", copies=3)

    shop.advance(member.customer.stripe_customer_id, days=32)
    sweep_all()

    assert [letters(kind) for kind in (notices.WELCOME, notices.RECEIPT)] == [1, 1]
    receipt = next(one for one in mail.outbox if "receipt" in one.subject)
    assert "/i/in_" in str(receipt.body)
    assert link_in(receipt)


def test_b84_a_failed_payment_has_a_link_that_mends_it_and_the_end_of_grace_is_told_once(
    shop: LocalStripe, reader: Reader
) -> None:
    shop.pay(reader.goes_to_pay(), card=FAILS_LATER)
    shop.advance(reader.customer.stripe_customer_id, days=32)
    assert letters(notices.PAYMENT_FAILED) == 1
    failed = next(one for one in mail.outbox if "did not go through" in one.subject)
    pay = re.search(r"http\S+/i/in_\w+", str(failed.body))
    assert pay

    Subscription.objects.update(past_due_since=timezone.now() - timedelta(days=6))
    for _ in range(3):
        sweep_all()
    assert letters(notices.GRACE_ENDING) == 1
    assert "Update your card by" in str(mail.outbox[-1].body)

    shop.pay(pay[0], card=GOOD)
    assert reader.standing.state is State.ACTIVE
