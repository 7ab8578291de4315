"""Probe: replays what Digestly asks of Stripe against a sandbox and against the stand-in, and says where they differ.

Values are of no account, since ids and moments differ always; what an answer holds, of which kind, and the words
that are read from it (statuses, codes, reasons) are.
"""

from __future__ import annotations

import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import stripe

from .server import serve

Object = dict[str, Any]
WORDS = frozenset(
    "object status type code reason billing_reason payment_status mode interval collection_method currency".split()
)
KEY = "sk_test_standin"
WITH_CARD: Any = {"expand": ["invoice_settings.default_payment_method"]}
WITH_CHARGE: Any = {"expand": ["data.charge"], "limit": 10}


@dataclass(frozen=True)
class Difference:
    """One place in one answer."""

    call: str
    place: str
    at_stripe: str
    at_standin: str

    def __str__(self) -> str:
        return f"{self.call}: {self.place}: Stripe {self.at_stripe}, the stand-in {self.at_standin}"


def compare(key: str, base: str = "") -> Iterator[Difference]:
    """Ask both the same, and say where the answers differ. The sandbox is left as it was, but for a customer that is
    deleted and a product that is archived."""
    with _standin() as url:
        ours = dict(_walk(_client(KEY, url)))
    theirs = dict(_walk(_client(key, base)))
    for call in theirs:
        yield from _differences(call, theirs[call], ours.get(call, {}))


def _client(key: str, base: str) -> Any:
    return stripe.StripeClient(
        key, base_addresses={"api": base} if base else None, max_network_retries=2,
        http_client=stripe.RequestsClient(timeout=20),
    ).v1  # fmt: skip


@contextmanager
def _standin() -> Iterator[str]:
    """A stand-in of this probe's own."""
    with tempfile.TemporaryDirectory() as folder:
        server = serve(0, Path(folder) / "stripe.sqlite3")
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server.url
        finally:
            server.shutdown()
            server.server_close()


# What is asked ------------------------------------------------------------------------------------------------


def _walk(api: Any) -> Iterator[tuple[str, Object]]:
    """One member's life from first to last, and some questions that are refused."""
    mark = uuid.uuid4().hex[:12]
    product = api.products.create({"name": f"Probe {mark}"})
    yield "products.create", _plain(product)
    price = api.prices.create(
        {"product": product.id, "unit_amount": 500, "currency": "usd", "recurring": {"interval": "month"},
         "lookup_key": f"probe_{mark}"}
    )  # fmt: skip
    yield "prices.create", _plain(price)
    yield (
        "prices.list",
        _plain(api.prices.list({"lookup_keys": [f"probe_{mark}"], "active": True, "limit": 100})),
    )
    customer = api.customers.create({"email": f"{mark}@probe.example", "metadata": {"user_id": mark}})
    yield "customers.create", _plain(customer)
    yield "customers.update", _plain(api.customers.update(customer.id, {"email": f"b{mark}@probe.example"}))
    yield from _checkout(api, customer.id, price.id)
    yield from _gift(api, customer.id, product.id)
    yield from _subscription(api, customer.id, price.id)
    yield from _membership(api, customer.id, price.id)
    yield from _portal(api, customer.id, product.id, price.id)
    yield from _lists(api)
    yield from _refusals(api, customer.id)
    yield "customers.delete", _plain(api.customers.delete(customer.id))
    yield "customers.retrieve, deleted", _asked(lambda: api.customers.retrieve(customer.id, WITH_CARD))
    api.prices.update(price.id, {"active": False})
    api.products.update(product.id, {"active": False})


def _checkout(api: Any, customer: str, price: str) -> Iterator[tuple[str, Object]]:
    session = api.checkout.sessions.create(
        {"mode": "subscription", "customer": customer, "client_reference_id": "1",
         "line_items": [{"price": price, "quantity": 1}], "metadata": {"attempt": "1"},
         "success_url": "https://probe.example/back?session_id={CHECKOUT_SESSION_ID}",
         "cancel_url": "https://probe.example/"}
    )  # fmt: skip
    yield "checkout.sessions.create", _plain(session)
    yield "checkout.sessions.retrieve", _plain(api.checkout.sessions.retrieve(session.id))
    listed = api.checkout.sessions.list({"customer": customer, "status": "open", "limit": 100})
    yield "checkout.sessions.list", _plain(listed)
    yield "checkout.sessions.expire", _plain(api.checkout.sessions.expire(session.id))
    yield "checkout.sessions.expire, again", _asked(lambda: api.checkout.sessions.expire(session.id))


def _subscription(api: Any, customer: str, price: str) -> Iterator[tuple[str, Object]]:
    card = api.payment_methods.attach("pm_card_visa", {"customer": customer})
    yield "payment_methods.attach", _plain(card)
    sale = {"customer": customer, "items": [{"price": price}], "default_payment_method": card.id}
    one = api.subscriptions.create(sale)
    yield "subscriptions.create", _plain(one)
    listed = {"customer": customer, "status": "all", "limit": 100, "expand": ["data.latest_invoice"]}
    yield "subscriptions.list", _plain(api.subscriptions.list(listed))
    yield "invoices.list", _plain(api.invoices.list({"customer": customer, "limit": 100}))
    charges = api.charges.list({"customer": customer, "limit": 20})
    yield "charges.list", _plain(charges)
    payment = {"type": "payment_intent", "payment_intent": charges.data[0].payment_intent}
    paid = api.invoice_payments.list({"payment": payment, "expand": ["data.invoice"]})
    yield "invoice_payments.list", _plain(paid)
    leaving = api.subscriptions.update(one.id, {"cancel_at_period_end": True})
    yield "subscriptions.update, leaving", _plain(leaving)
    staying = api.subscriptions.update(one.id, {"cancel_at_period_end": False})
    yield "subscriptions.update, staying", _plain(staying)
    refund = {"charge": charges.data[0].id, "amount": 100, "reason": "requested_by_customer"}
    yield "refunds.create", _plain(api.refunds.create(refund))
    yield "refunds.list", _plain(api.refunds.list({"charge": charges.data[0].id, "limit": 100}))
    yield "subscriptions.cancel", _plain(api.subscriptions.cancel(one.id))
    retrieved = api.subscriptions.retrieve(one.id, {"expand": ["latest_invoice"]})
    yield "subscriptions.retrieve, canceled", _plain(retrieved)


def _gift(api: Any, customer: str, product: str) -> Iterator[tuple[str, Object]]:
    """Paid once, for what has a price only here."""
    made = {"currency": "usd", "unit_amount": 500, "product": product}
    session = api.checkout.sessions.create(
        {"mode": "payment", "customer": customer, "line_items": [{"quantity": 1, "price_data": made}],
         "payment_intent_data": {"metadata": {"gift": "1"}}, "allow_promotion_codes": True,
         "success_url": "https://probe.example/?session_id={CHECKOUT_SESSION_ID}"}
    )  # fmt: skip
    yield "checkout.sessions.create, gift", _plain(session)
    api.checkout.sessions.expire(session.id)


def _membership(api: Any, customer: str, price: str) -> Iterator[tuple[str, Object]]:
    """A trial without a card, which gets one and is paid; then a pause, its end, a postponement and a look ahead."""
    end = {"end_behavior": {"missing_payment_method": "cancel"}}
    trial = {"customer": customer, "items": [{"price": price}], "trial_period_days": 7, "trial_settings": end}
    one = api.subscriptions.create(trial)
    yield "subscriptions.create, trial", _plain(one)
    card = api.payment_methods.attach("pm_card_visa", {"customer": customer})
    settings = {"invoice_settings": {"default_payment_method": card.id}}
    yield "customers.update, card", _plain(api.customers.update(customer, settings))
    yield "customers.retrieve, card", _plain(api.customers.retrieve(customer, WITH_CARD))
    yield "subscriptions.update, paid", _plain(api.subscriptions.update(one.id, {"trial_end": "now"}))
    pause = {"pause_collection": {"behavior": "void", "resumes_at": int(time.time()) + 40 * 86_400}}
    yield "subscriptions.update, paused", _plain(api.subscriptions.update(one.id, pause))
    anew: Any = {
        "pause_collection": "",
        "billing_cycle_anchor": {"type": "now"},
        "proration_behavior": "none",
    }
    yield "subscriptions.update, anew", _plain(api.subscriptions.update(one.id, anew))
    yield "invoices.create_preview", _plain(api.invoices.create_preview({"subscription": one.id}))
    later = {"trial_end": int(time.time()) + 60 * 86_400, "proration_behavior": "none"}
    yield "subscriptions.update, postponed", _plain(api.subscriptions.update(one.id, later))
    yield "subscriptions.resume, not paused", _asked(lambda: api.subscriptions.resume(one.id))
    api.subscriptions.cancel(one.id)
    paid = api.invoices.list({"customer": customer, "limit": 1}).data[0].id
    yield "invoices.void, paid", _asked(lambda: api.invoices.void_invoice(paid))
    pay = {"payment_method": card.id}
    yield "invoices.pay, paid", _asked(lambda: api.invoices.pay(paid, pay))


def _portal(api: Any, customer: str, product: str, price: str) -> Iterator[tuple[str, Object]]:
    update = {
        "enabled": True, "default_allowed_updates": ["price"], "proration_behavior": "always_invoice",
        "products": [{"product": product, "prices": [price]}], "trial_update_behavior": "continue_trial",
    }  # fmt: skip
    features = {
        "customer_update": {"enabled": True, "allowed_updates": ["address", "tax_id"]},
        "invoice_history": {"enabled": True}, "payment_method_update": {"enabled": True},
        "subscription_cancel": {"enabled": True, "mode": "at_period_end"}, "subscription_update": update,
    }  # fmt: skip
    pages = {"features": features, "default_return_url": "https://probe.example/"}
    made = api.billing_portal.configurations.create(pages)
    yield "billing_portal.configurations.create", _plain(made)
    there = {"customer": customer, "configuration": made.id, "return_url": "https://probe.example/"}
    yield "billing_portal.sessions.create", _plain(api.billing_portal.sessions.create(there))
    after = {"type": "redirect", "redirect": {"return_url": "https://probe.example/"}}
    flow: Any = {"flow_data": {"type": "payment_method_update", "after_completion": after}}
    yield "billing_portal.sessions.create, card", _plain(api.billing_portal.sessions.create(there | flow))
    api.billing_portal.configurations.update(made.id, {"active": False})


def _lists(api: Any) -> Iterator[tuple[str, Object]]:
    """What a comparison goes through; of some there may be none."""
    since = {"gte": int(time.time()) - 3600}
    yield "refunds.list, all", _plain(api.refunds.list({"created": since, **WITH_CHARGE}))
    yield "disputes.list", _plain(api.disputes.list({"created": since, **WITH_CHARGE}))
    types = ["customer.subscription.deleted"]
    yield "events.list", _plain(api.events.list({"created": since, "types": types, "limit": 10}))


def _refusals(api: Any, customer: str) -> Iterator[tuple[str, Object]]:
    yield "customers.retrieve, unknown", _asked(lambda: api.customers.retrieve("cus_of_nobody"))
    yield "subscriptions.retrieve, unknown", _asked(lambda: api.subscriptions.retrieve("sub_of_nobody"))
    mistyped = {"customer": customer, "items": [], "misspelt": 1}
    yield "subscriptions.create, misspelt", _asked(lambda: api.subscriptions.create(mistyped))
    declined = {"customer": customer}
    refused = _asked(lambda: api.payment_methods.attach("pm_card_chargeDeclined", declined))
    yield "payment_methods.attach, declined", refused
    key = {"idempotency_key": uuid.uuid4().hex}
    api.customers.update(customer, {"name": "One"}, key)
    yield (
        "an idempotency key of another request",
        _asked(lambda: api.customers.update(customer, {"name": "Two"}, key)),
    )


def _asked(ask: Callable[[], Any]) -> Object:
    """The answer, or how it was refused."""
    try:
        return _plain(ask())
    except stripe.StripeError as error:
        told = error.error.type if error.error else None
        return {"refused": {"type": told, "code": error.code, "status": str(error.http_status)}}


def _plain(answer: Any) -> Object:
    return dict(answer.to_dict(for_json=True))


# How answers are compared -------------------------------------------------------------------------------------


def _differences(call: str, theirs: Object, ours: Object) -> Iterator[Difference]:
    there, here = _places(theirs), _places(ours)
    for place in sorted(there.keys() | here.keys()):
        at_stripe, at_standin = there.get(place, "lacks it"), here.get(place, "lacks it")
        is_blank = "nothing" in (at_stripe, at_standin) and "lacks it" not in (at_stripe, at_standin)
        is_left_out = at_stripe == "nothing" and at_standin == "lacks it"
        if at_stripe != at_standin and not is_blank and not is_left_out:
            yield Difference(call, place, at_stripe, at_standin)


def _places(value: Any, place: str = "") -> dict[str, str]:
    """Every place in an answer, and what stands there: a kind of value, or the word itself where words are read."""
    if isinstance(value, dict):
        if place.rpartition(".")[2] == "metadata":
            return {place: "an object"}
        inside: dict[str, str] = {}
        for name, part in value.items():
            inside |= _places(part, f"{place}.{name}".lstrip("."))
        return inside or {place: "an object"}
    if isinstance(value, list):
        inside = {place: "a list"}
        for part in value:
            inside |= _places(part, f"{place}[]")
        return inside
    if value is None:
        return {place: "nothing"}
    if isinstance(value, str) and place.rpartition(".")[2] in WORDS:
        return {place: f"says {value}"}
    return {place: {str: "a text", bool: "yes or no"}.get(type(value), "a number")}
