"""A small shop at the stand-in, and a listener that keeps what it is told."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import stripe as sdk

from tests.billing.local_stripe import SECRET, LocalStripe


@dataclass
class Shop:
    """One product, two prices, one customer."""

    stripe: LocalStripe
    product: str
    monthly: str
    yearly: str
    customer: str

    def open(self, **more: Any) -> sdk.checkout.Session:
        """A checkout session for the monthly price."""
        return self.stripe.api.checkout.sessions.create({
            "mode": "subscription",
            "customer": self.customer,
            "line_items": [{"price": self.monthly, "quantity": 1}],
            "success_url": "http://site.example/return/?session_id={CHECKOUT_SESSION_ID}",
            "cancel_url": "http://site.example/pricing/",
            **more,
        })  # fmt: skip

    def subscribe(self, card: str = "4242424242424242", **more: Any) -> sdk.Subscription:
        """Through the page; whatever came of it."""
        self.stripe.pay(self.open(**more).url, card)
        return self.subscription()

    def subscription(self) -> sdk.Subscription:
        """The customer's latest one."""
        return self.stripe.api.subscriptions.list({"customer": self.customer, "status": "all"}).data[0]


@pytest.fixture
def shop(stripe: LocalStripe) -> Shop:
    product = stripe.api.products.create({"name": "Digestly Plus"})
    monthly, yearly = (
        stripe.api.prices.create({
            "product": product.id, "unit_amount": amount, "currency": "usd", "recurring": {"interval": interval},
            "lookup_key": f"plus_{interval}ly",
        })
        for interval, amount in (("month", 500), ("year", 5_000))
    )  # fmt: skip
    customer = stripe.api.customers.create({"email": "reader@site.example"})
    return Shop(stripe, product.id, monthly.id, yearly.id, customer.id)


@dataclass
class Listener:
    """Somebody's webhook: verifies with the SDK, keeps what came, and answers what it is told to."""

    url: str
    secret: str = SECRET
    status: int = 200
    heard: list[sdk.Event] = field(default_factory=list)

    @property
    def types(self) -> list[str]:
        return [event.type for event in self.heard]


@pytest.fixture
def listener(stripe: LocalStripe) -> Iterator[Listener]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            heard.heard.append(
                sdk.Webhook.construct_event(body, self.headers["Stripe-Signature"], heard.secret)
            )
            self.send_response(heard.status)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    heard = Listener(f"http://127.0.0.1:{server.server_address[1]}/hook/")
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    stripe.api.webhook_endpoints.create({"url": heard.url, "enabled_events": ["*"]})
    yield heard
    server.shutdown()
    server.server_close()
