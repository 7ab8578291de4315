"""The shop: Digestly and the stand-in side by side, over real HTTP both ways, and readers who come to buy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.account.models import EmailAddress
from django.core.management import call_command
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from billing import plus
from billing.models import BillingCustomer, Subscription
from digestly.celery import app
from tests.billing.local_stripe import LocalStripe

DIGEST = "/en/2026/03/02/a-talk/#s-c1"


@dataclass
class Reader:
    """Somebody with a browser."""

    user: User
    browser: Client

    @classmethod
    def named(cls, name: str) -> Reader:
        user = User.objects.create_user(f"{name}@reader.example", "a-long-password")
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        browser = Client()
        browser.force_login(user)
        return cls(user, browser)

    def subscribe(self, price: str = "plus_monthly", back_to: str = DIGEST) -> HttpResponse:
        return self.browser.post("/billing/checkout/", {"price": price, "next": back_to})

    def goes_to_pay(self, price: str = "plus_monthly", back_to: str = DIGEST) -> str:
        answer = self.subscribe(price, back_to)
        assert answer.status_code == 303, answer.headers.get("Location", answer.content)
        return answer.headers["Location"]

    def returns(self, address: str) -> HttpResponse:
        """From Stripe's page to ours: the address that Stripe led to."""
        parts = urlsplit(address)
        return self.browser.get(f"{parts.path}?{parts.query}")

    def account(self) -> str:
        return unescape(self.browser.get("/account/").content.decode())

    def portal(self, flow: str = "home") -> HttpResponse:
        return self.browser.post("/billing/portal/", {"flow": flow})

    @property
    def has_plus(self) -> bool:
        return plus.has_plus(self.user)

    @property
    def standing(self) -> plus.Standing:
        return plus.standing(self.user)

    @property
    def customer(self) -> BillingCustomer:
        return BillingCustomer.objects.get(user=self.user, deleted_at=None)

    @property
    def subscription(self) -> Subscription:
        return Subscription.objects.get(customer__user=self.user)


@pytest.fixture
def shop(stripe: LocalStripe, live_server: LiveServer, settings: Settings) -> Iterator[LocalStripe]:
    """The stand-in as billing_setup leaves it, telling a live server what happens. Workers are at hand: what wakes
    one is done at once."""
    settings.BASE_URL = live_server.url
    app.conf.task_always_eager = True
    try:
        call_command("billing_setup", verbosity=0)
        yield stripe
    finally:
        app.conf.task_always_eager = False


@pytest.fixture
def reader(shop: LocalStripe) -> Reader:
    return Reader.named("robin")


@pytest.fixture
def other(shop: LocalStripe) -> Reader:
    return Reader.named("mallory")


def session_of(address: str) -> str:
    return parse_qs(urlsplit(address).query)["session_id"][0]


def calls(stripe: LocalStripe, method: str, path: str) -> list[dict[str, Any]]:
    """The requests of one kind so far, oldest first."""
    return [one for one in stripe.requests(method, path) if one["path"] == path]


def open_pages(stripe: LocalStripe, reader: Reader) -> list[str]:
    """The addresses at which the reader could pay now."""
    params: Any = {"customer": reader.customer.stripe_customer_id or "", "status": "open"}
    return [str(session.url) for session in stripe.api.checkout.sessions.list(params).data]
