"""The local Stripe: a stand-in as tests drive it, over real HTTP, and what one may do to it."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.parse
import urllib.request
from http.client import HTTPResponse
from typing import Any

import stripe as sdk
from django.http import HttpResponse
from django.test import Client

from billing.standin.server import Standin

KEY, SECRET = "sk_test_standin", "whsec_standin"
GOOD, DECLINED, INSUFFICIENT = "4242424242424242", "4000000000000002", "4000000000009995"
FAILS_LATER, ASKS = "4000000000000341", "4000002760003155"


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


class LocalStripe:
    def __init__(self, server: Standin) -> None:
        self.server = server
        self.url = server.url
        self.api = sdk.StripeClient(KEY, base_addresses={"api": self.url}, max_network_retries=0).v1
        self._browser = urllib.request.build_opener(NoRedirect)
        self._posted: set[str] = set()

    # What may be made to happen ----------------------------------------------------------------------------------

    def control(self, name: str, **params: Any) -> Any:
        """One of `billing.standin.control`; it returns once the events of it were delivered."""
        request = urllib.request.Request(
            f"{self.url}/_fake/{name}", json.dumps(params).encode(), {"Content-Type": "application/json"}
        )
        try:
            with urllib.request.urlopen(request) as response:
                return json.load(response)
        except urllib.error.HTTPError as refusal:
            raise AssertionError(json.load(refusal)["error"]["message"]) from None

    def advance(self, customer: str, **time: float) -> Any:
        """Let `days`, `hours` or `seconds` pass for a customer: their dates move back, now stays now."""
        return self.control("advance", customer=customer, **time)

    def hold(self) -> None:
        """Keep events back until `release()`."""
        self.control("hold")

    def release(self, order: str = "same") -> None:
        self.control("release", order=order)

    def drop(self) -> None:
        """Events from now on never arrive, until `flow()`."""
        self.control("drop")

    def flow(self) -> None:
        self.control("flow")

    def fault(self, kind: str, **params: Any) -> None:
        """The next requests fail: see `billing.standin.faults.Fault`."""
        self.control("fault", kind=kind, **params)

    def requests(self, method: str = "", path: str = "") -> list[dict[str, Any]]:
        """What was asked of the API so far, oldest first."""
        log = self.control("requests")["requests"]
        return [one for one in log if one["method"].startswith(method) and one["path"].startswith(path)]

    def events(self, *types: str) -> list[dict[str, Any]]:
        """What happened so far, oldest first."""
        return [one for one in self.control("events")["events"] if not types or one["type"] in types]

    # Pages -------------------------------------------------------------------------------------------------------

    def visit(self, url: str, **form: str) -> HTTPResponse | urllib.error.HTTPError:
        """The answer of a page, redirects not followed; with fields it is a form that is sent."""
        data = urllib.parse.urlencode(form).encode() if form else None
        try:
            return self._browser.open(urllib.parse.urljoin(self.url, url), data)
        except urllib.error.HTTPError as answer:
            return answer

    def send(self, url: str, **form: str) -> str:
        """Send a page's form; returns where it leads, or blank when the page stays."""
        request = urllib.request.Request(
            urllib.parse.urljoin(self.url, url), urllib.parse.urlencode(form).encode(), method="POST"
        )
        try:
            self._browser.open(request)
        except urllib.error.HTTPError as answer:
            return answer.headers.get("Location") or ""
        return ""

    def pay(self, checkout_url: str, card: str = GOOD, **form: str) -> str:
        """Pay on the checkout (or an invoice's) page; returns where it leads, blank when the card is refused."""
        return self.send(checkout_url, card=card, **form)

    def approve(self, bank_url: str, answer: str = "approve") -> str:
        """Answer the bank's question, which `pay` led to; `answer="deny"` refuses."""
        return self.send(bank_url, answer=answer)

    def portal(self, session_url: str, act: str, subscription: str = "", **form: str) -> str:
        """`act` on a portal session's page: "cancel" or "keep" a subscription, or change the "card"."""
        return self.send(f"{session_url}/{act}{f'/{subscription}' if subscription else ''}", **form)

    # Webhooks ----------------------------------------------------------------------------------------------------

    def listen(self, site: Any, path: str = "/billing/webhook/") -> None:
        """Have events delivered to a live server (pytest-django's `live_server`) over real HTTP."""
        self.api.webhook_endpoints.create({"url": f"{site.url}{path}", "enabled_events": ["*"]})

    def deliver(self, *events: dict[str, Any], client: Client | None = None, path: str = "/billing/webhook/",
                ) -> list[HttpResponse]:  # fmt: skip
        """Post events, signed, through Django's test client: these, or all that were not posted before."""
        chosen = list(events) or [one for one in self.events() if one["id"] not in self._posted]
        self._posted |= {one["id"] for one in chosen}
        return [self.post(json.dumps(one).encode(), client=client, path=path) for one in chosen]

    def post(
        self, body: bytes, *, client: Client | None = None, path: str = "/billing/webhook/", secret: str = SECRET,
        age: int = 0, signature: str | None = None,
    ) -> HttpResponse:  # fmt: skip
        """Post any body to the webhook, signed `age` seconds ago, or with a signature of one's own."""
        if signature is None:
            text = body.decode("utf-8", "surrogateescape")
            signature = self.sign(text, secret=secret, age=age)
        return (client or Client()).post(
            path, body, content_type="application/json", headers={"Stripe-Signature": signature}
        )

    @staticmethod
    def sign(text: str, *, secret: str = SECRET, age: int = 0) -> str:
        at = int(time.time()) - age
        try:
            return sdk.WebhookSignature.generate_signature_header(text, secret, at)
        except UnicodeEncodeError:  # a body that is no text cannot be signed
            return f"t={at},v1={'0' * 64}"
