"""B50 to B53, B63: an account that changes, is exported or closes, and its home page."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from accounts import closing, exporting
from accounts.models import User
from billing import gateway, plus
from billing.models import AccessGrant, BillingCustomer, Subscription
from digestly.work.sweep import sweep_all
from tests.billing.local_stripe import GOOD, LocalStripe
from tests.billing.shop import Reader, calls, open_pages

CODE = re.compile(r"^ {4}(\S+)$", re.MULTILINE)
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def member(shop: LocalStripe, reader: Reader) -> Reader:
    shop.pay(reader.goes_to_pay(), card=GOOD)
    assert reader.has_plus
    return reader


def test_b50_a_closed_account_pays_nothing_any_more(shop: LocalStripe, member: Reader) -> None:
    one = member.subscription.stripe_subscription_id
    closing.begin(member.user)
    shop.hold()  # an event that comes at once is looked into beside us, and then it is its sync that writes

    assert closing.attempt(member.user.pk)

    assert not User.objects.filter(pk=member.user.pk).exists()
    assert gateway.subscription(one)["status"] == "canceled"
    assert Subscription.objects.get().status == "canceled"
    assert BillingCustomer.objects.get().create_params == {}


def test_b50_an_open_page_cannot_be_paid_by_somebody_who_left(shop: LocalStripe, reader: Reader) -> None:
    reader.goes_to_pay()
    assert open_pages(shop, reader)
    customer: Any = {"customer": reader.customer.stripe_customer_id or "", "status": "open"}
    closing.begin(reader.user)

    assert closing.attempt(reader.user.pk)

    assert not shop.api.checkout.sessions.list(customer).data


def test_b51_while_stripe_is_down_the_account_waits(shop: LocalStripe, member: Reader) -> None:
    one = member.subscription.stripe_subscription_id
    closing.begin(member.user)
    shop.fault("error", times=1 + gateway.RETRIES)

    assert not closing.attempt(member.user.pk)
    assert User.objects.filter(pk=member.user.pk, is_active=False).exists()
    assert gateway.subscription(one)["status"] == "active"
    User.objects.update(closing_tried_at=None)
    assert closing.attempt(member.user.pk)

    assert gateway.subscription(one)["status"] == "canceled"
    assert any("closed" in letter.subject for letter in mail.outbox)


def test_closing_needs_no_stripe_for_who_never_paid(settings: Any, free: User) -> None:
    settings.STRIPE_SECRET_KEY = ""
    closing.begin(free)

    assert closing.attempt(free.pk)


def test_b52_stripe_learns_the_new_address_once_it_is_confirmed(shop: LocalStripe, member: Reader) -> None:
    customer = member.customer.stripe_customer_id or ""
    browser = Client()
    browser.post("/account/login/", {"login": member.user.email, "password": "a-long-password"})
    browser.post("/account/reauthenticate/", {"password": "a-long-password"})
    mail.outbox.clear()
    confirm = browser.post("/account/email/", {"action_add": "", "email": "robin@elsewhere.example"})
    code = CODE.search(str(mail.outbox[-1].body))
    assert code
    assert gateway.customer(customer)["email"] == "robin@reader.example"
    shop.fault("rate_limit")

    browser.post(confirm.headers["Location"], {"code": code[1]})

    assert User.objects.get(pk=member.user.pk).email == "robin@elsewhere.example"
    assert gateway.customer(customer)["email"] == "robin@reader.example"
    assert member.customer.needs_sync, "it is tried again"
    sweep_all()
    shop.flow()  # returns once the event of it was delivered

    assert gateway.customer(customer)["email"] == "robin@elsewhere.example"
    assert not member.customer.needs_sync


def test_the_export_holds_what_was_bought(shop: LocalStripe, member: Reader) -> None:
    AccessGrant.objects.create(user=member.user)

    billing = exporting.everything_about(member.user)["billing"]

    assert billing["stripe_customers"] == [member.customer.stripe_customer_id]
    assert [one["status"] for one in billing["subscriptions"]] == ["active"]
    assert len(billing["grants"]) == len(billing["checkouts"]) == 1
    assert json.dumps(billing, default=str)


def test_b63_the_portal_is_ones_own_and_leads_back_here(
    shop: LocalStripe, member: Reader, other: Reader
) -> None:
    member.portal()
    asked = calls(shop, "POST", "/v1/billing_portal/sessions")[-1]["params"]
    assert asked["customer"] == member.customer.stripe_customer_id
    assert asked["return_url"].endswith("/billing/return/")
    assert asked["configuration"].startswith("bpc_")

    others = other.browser.post(
        "/billing/portal/", {"flow": "home", "customer": asked["customer"]}, follow=True
    )
    assert "no subscription to manage" in others.content.decode()
    guest = Client().post("/billing/portal/", {"return_url": "https://evil.example/"})
    assert guest.headers["Location"] == "/account/login/?next=/account/"
    assert Client(enforce_csrf_checks=True).post("/billing/portal/").status_code == 403
    assert len(calls(shop, "POST", "/v1/billing_portal/sessions")) == 1


@pytest.mark.parametrize("flow", ["home", "card", "change", "", "nonsense"])
def test_every_flow_of_the_portal_opens(flow: str, shop: LocalStripe, member: Reader) -> None:
    page = member.portal(flow).headers["Location"]

    assert shop.visit(page).status in (200, 303), "the page, or straight to its step"


def test_back_from_the_portal_the_account_knows(shop: LocalStripe, member: Reader) -> None:
    shop.drop()
    page = member.portal().headers["Location"]
    shop.portal(page, "cancel", member.subscription.stripe_subscription_id)

    answer = member.browser.get("/billing/return/")

    assert answer.headers["Location"] == "/account/"
    assert "It will not renew" in member.account()


def test_the_account_of_a_guest_is_the_way_to_sign_in() -> None:
    assert Client().get("/account/").headers["Location"] == "/account/login/?next=/account/"


@pytest.mark.parametrize(
    ("name", "words"),
    [("free", "free previews"), ("lapsed", "Your Plus ended on"), ("plus", "with our compliments")],
)
@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_account_says_where_one_stands_and_links_to_its_rooms(
    name: str, words: str, language: str, request: pytest.FixtureRequest
) -> None:
    user: User = request.getfixturevalue(name)
    browser = Client(headers={"Accept-Language": language})
    browser.force_login(user)
    user.preferences.language = language
    user.preferences.save()

    page = browser.get("/account/")

    assert page.status_code == 200
    assert "no-store" in page.headers["Cache-Control"]
    told = page.content.decode()
    assert f'lang="{language}"' in told
    assert (words in told) == (language == "en")
    for path in ("/account/preferences/", "/account/security/", "/account/export/", "/account/close/"):
        assert f'href="{path}"' in told


def test_without_a_key_plus_is_not_on_sale_and_checkout_is_absent(
    settings: Any, free: User, price: Any, signed_in: Any
) -> None:
    settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRETS = "", []

    page = signed_in(free).get("/en/pricing/").content.decode()

    assert "Plus is not on sale yet" in page
    assert "checkout" not in page
    assert signed_in(free).post("/billing/checkout/", {"price": "plus_monthly"}).status_code == 404
    assert plus.starting_price() is None
