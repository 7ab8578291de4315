"""Gateway: the only room that talks to Stripe. It takes plain values, hands on plain values, and says in three
kinds of failure what may be done: try later (`Unavailable`), never ask like that again (`Refused`), or live
without it (`Missing`). What a request may hold is checked by Stripe, and by the stand-in with the SDK's own types.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import stripe
from django.conf import settings

Json = dict[str, Any]

API_VERSION: str = stripe.api_version
PATIENCE = 10  # seconds that one request may take
RETRIES = 2
EXPANDED = ("latest_invoice", "default_payment_method")  # of every subscription that is fetched
SHORT_PATIENCE = 5  # seconds, while somebody looks at a page that is not there yet

_in_a_hurry: ContextVar[bool] = ContextVar("in_a_hurry", default=False)


class StripeFailure(Exception):
    """Stripe did not do what it was asked. The text is for the operator, and holds no card data."""


class Unavailable(StripeFailure):
    """No answer, or none that counts. The same request may work later."""


class Broken(Unavailable):
    """Stripe answered with an error of its own, which it repeats for the same idempotency key for a day."""


class Refused(StripeFailure):
    """Stripe understood, and will not."""


class Missing(Refused):
    """No such thing at Stripe, or not in this mode."""


class Unsigned(Exception):
    """Not from Stripe, or not as Stripe sent it, or no event at all."""


@dataclass(frozen=True)
class Page:
    """A part of a list, newest first, and the id after which it goes on; blank at the end."""

    items: list[Json]
    after: str


def client() -> stripe.StripeClient:
    """Stripe as the settings reach it; the same client for the same key and address."""
    return _client(settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE, _in_a_hurry.get())


@lru_cache(maxsize=8)
def _client(key: str, base: str, hurried: bool) -> stripe.StripeClient:
    return stripe.StripeClient(
        key,
        base_addresses={"api": base} if base else None,
        max_network_retries=0 if hurried else RETRIES,
        http_client=stripe.RequestsClient(timeout=SHORT_PATIENCE if hurried else PATIENCE),
    )


@contextmanager
def hurry() -> Iterator[None]:
    """In here Stripe is asked once, and briefly: somebody is waiting for the page."""
    was = _in_a_hurry.set(True)
    try:
        yield
    finally:
        _in_a_hurry.reset(was)


def moment(seconds: int | None) -> datetime | None:
    """Stripe's time, in seconds since 1970, as ours."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


# Customers ----------------------------------------------------------------------------------------------------


def customer(customer_id: str) -> Json:
    """With the card that pays where a subscription has none of its own."""
    card = "invoice_settings.default_payment_method"
    try:
        return _asked(lambda: _v1().customers.retrieve(customer_id, {"expand": [card]}))
    except Missing:
        raise
    except Refused:  # who is deleted there has no card that could be shown
        return _asked(lambda: _v1().customers.retrieve(customer_id))


def customer_page(earliest: datetime, after: str) -> Page:
    """All customers of the account that are still there, ours or not."""
    return _page(lambda: _v1().customers.list({**_since(earliest), **_after(after)}))


def create_customer(params: Json, *, key: str) -> Json:
    return _asked(lambda: _v1().customers.create(params, {"idempotency_key": key}))


def update_customer(customer_id: str, **params: Any) -> Json:
    return _asked(lambda: _v1().customers.update(customer_id, params))


# Subscriptions ------------------------------------------------------------------------------------------------


def subscriptions(customer_id: str) -> list[Json]:
    """All that the customer has or ever had, each with its latest invoice and its card."""
    params = {"customer": customer_id, "status": "all", "limit": 100, "expand": _each(EXPANDED)}
    return _all(lambda: _v1().subscriptions.list(params))


def subscription_page(price_id: str, after: str, earliest: datetime | None = None) -> Page:
    """Everybody's subscriptions at a price, over or not, each with its latest invoice."""
    params = {"price": price_id, "status": "all", "expand": _each(EXPANDED), **_after(after)}
    return _page(lambda: _v1().subscriptions.list({**params, **(_since(earliest) if earliest else {})}))


def subscription(subscription_id: str) -> Json:
    return _asked(lambda: _v1().subscriptions.retrieve(subscription_id, {"expand": list(EXPANDED)}))


def update_subscription(subscription_id: str, params: Json, *, key: str = "") -> Json:
    options = {"idempotency_key": key} if key else {}
    return _asked(lambda: _v1().subscriptions.update(subscription_id, params, options))


def resume_subscription(subscription_id: str) -> Json:
    return _asked(lambda: _v1().subscriptions.resume(subscription_id))


def preview(params: Json) -> Json:
    """The invoice that would be written: the next one, or that of a change."""
    return _asked(lambda: _v1().invoices.create_preview(params))


def invoices(customer_id: str, *, most: int) -> list[Json]:
    """The latest ones, newest first."""
    with _failures():
        listed = _v1().invoices.list({"customer": customer_id, "limit": most})
        return [one.to_dict(for_json=True) for one in listed.data]


def pay_invoice(invoice_id: str, method: str, *, key: str) -> Json:
    """Have this card pay it, now."""
    params = {"payment_method": method}
    return _asked(lambda: _v1().invoices.pay(invoice_id, params, {"idempotency_key": key}))


def void_invoice(invoice_id: str) -> Json:
    """Nobody can pay it any more."""
    return _asked(lambda: _v1().invoices.void_invoice(invoice_id))


def cancel_subscription(subscription_id: str) -> Json:
    """End it now."""
    return _asked(lambda: _v1().subscriptions.cancel(subscription_id))


# Checkout and portal ------------------------------------------------------------------------------------------


def session(session_id: str) -> Json:
    return _asked(lambda: _v1().checkout.sessions.retrieve(session_id))


def create_session(params: Json, *, key: str) -> Json:
    return _asked(lambda: _v1().checkout.sessions.create(params, {"idempotency_key": key}))


def expire_session(session_id: str) -> Json:
    return _asked(lambda: _v1().checkout.sessions.expire(session_id))


def open_sessions(customer_id: str) -> list[Json]:
    return _all(
        lambda: _v1().checkout.sessions.list({"customer": customer_id, "status": "open", "limit": 100})
    )


def open_portal(params: Json) -> Json:
    return _asked(lambda: _v1().billing_portal.sessions.create(params))


def portal_configurations() -> list[Json]:
    return _all(lambda: _v1().billing_portal.configurations.list({"active": True, "limit": 100}))


def create_portal_configuration(params: Json) -> Json:
    return _asked(lambda: _v1().billing_portal.configurations.create(params))


def update_portal_configuration(configuration_id: str, params: Json) -> Json:
    return _asked(lambda: _v1().billing_portal.configurations.update(configuration_id, params))


# Money ---------------------------------------------------------------------------------------------------------


def charge(charge_id: str) -> Json:
    return _asked(lambda: _v1().charges.retrieve(charge_id))


def dispute(dispute_id: str) -> Json:
    return _asked(lambda: _v1().disputes.retrieve(dispute_id))


def charges(customer_id: str) -> list[Json]:
    """The customer's latest payments, tried and made, newest first."""
    params = {"customer": customer_id, "limit": 20}
    return _page(lambda: _v1().charges.list(params)).items


def create_refund(params: Json, *, key: str) -> Json:
    return _asked(lambda: _v1().refunds.create(params, {"idempotency_key": key}))


def refunds_of(charge_id: str) -> list[Json]:
    return _all(lambda: _v1().refunds.list({"charge": charge_id, "limit": 100}))


def dispute_page(earliest: datetime, after: str) -> Page:
    """Disputes, each with its charge."""
    params = {**_since(earliest), **_after(after), "expand": ["data.charge"]}
    return _page(lambda: _v1().disputes.list(params))


def refund_page(earliest: datetime, after: str) -> Page:
    """Refunds, each with its charge."""
    params = {**_since(earliest), **_after(after), "expand": ["data.charge"]}
    return _page(lambda: _v1().refunds.list(params))


def invoice_paid_by(payment_intent_id: str) -> Json | None:
    """The invoice that a payment was for, if it was for one."""
    payment = {"type": "payment_intent", "payment_intent": payment_intent_id}
    paid = _all(lambda: _v1().invoice_payments.list({"payment": payment, "expand": ["data.invoice"]}))
    return next((one["invoice"] for one in paid if isinstance(one.get("invoice"), dict)), None)


def _each(names: Sequence[str]) -> list[str]:
    return [f"data.{name}" for name in names]


def _since(earliest: datetime) -> Json:
    return {"created": {"gte": int(earliest.timestamp())}, "limit": 100}


# What is sold, and where Stripe reports -----------------------------------------------------------------------


def prices(lookup_keys: Sequence[str]) -> list[Json]:
    params = {"lookup_keys": list(lookup_keys), "active": True, "limit": 100}
    return _all(lambda: _v1().prices.list(params))


def create_price(params: Json, *, key: str) -> Json:
    return _asked(lambda: _v1().prices.create(params, {"idempotency_key": key}))


def product(product_id: str) -> Json:
    return _asked(lambda: _v1().products.retrieve(product_id))


def create_product(params: Json, *, key: str) -> Json:
    return _asked(lambda: _v1().products.create(params, {"idempotency_key": key}))


def webhook_endpoints() -> list[Json]:
    return _all(lambda: _v1().webhook_endpoints.list({"limit": 100}))


def create_webhook_endpoint(params: Json) -> Json:
    return _asked(lambda: _v1().webhook_endpoints.create(params))


def update_webhook_endpoint(endpoint_id: str, params: Json) -> Json:
    return _asked(lambda: _v1().webhook_endpoints.update(endpoint_id, params))


# Events -------------------------------------------------------------------------------------------------------


def event_page(earliest: datetime, after: str, types: Sequence[str]) -> Page:
    """What Stripe told us, or would have, newest first; it forgets after thirty days."""
    return _page(lambda: _v1().events.list({**_since(earliest), **_after(after), "types": list(types)}))


def signed_event(body: bytes, signature: str) -> Json:
    """The event, if one of our secrets signed it within five minutes; several are good while one is replaced."""
    for secret in settings.STRIPE_WEBHOOK_SECRETS:
        try:
            stripe.WebhookSignature.verify_header(body.decode(), signature, secret, tolerance=300)
        except stripe.SignatureVerificationError:
            continue
        except ValueError:  # not UTF-8
            break
        return _event(body)
    raise Unsigned


def _event(body: bytes) -> Json:
    """The event that the body is; databases cannot hold the NUL that JSON can."""
    try:
        event = json.loads(body.replace(b"\\u0000", b""))
    except (ValueError, RecursionError):
        raise Unsigned from None
    if not _is_event(event):
        raise Unsigned
    return dict(event)


def _is_event(event: Any) -> bool:
    """A whole one: a thin event, which only names what happened, is of another kind."""
    if (
        not isinstance(event, dict)
        or event.get("object") != "event"
        or not isinstance(event.get("data"), dict)
    ):
        return False
    names = (event.get("id"), event.get("type"))
    return (
        isinstance(event["data"].get("object"), dict)
        and all(isinstance(name, str) and 0 < len(name) <= 100 for name in names)
        and isinstance(event.get("created"), int)
        and 0 <= event["created"] < 2**32
    )


# How Stripe is asked ------------------------------------------------------------------------------------------


def _v1() -> Any:
    return client().v1


def _asked(ask: Any) -> Json:
    with _failures():
        return dict(ask().to_dict(for_json=True))


def _all(ask: Any) -> list[Json]:
    """Every page of a list."""
    with _failures():
        return [item.to_dict(for_json=True) for item in ask().auto_paging_iter()]


def _page(ask: Any) -> Page:
    """One page of a list."""
    with _failures():
        found = ask()
        items = [item.to_dict(for_json=True) for item in found.data]
        return Page(items, str(items[-1]["id"]) if found.has_more and items else "")


def _after(ident: str) -> Json:
    return {"limit": 100, **({"starting_after": ident} if ident else {})}


@contextmanager
def _failures() -> Iterator[None]:
    try:
        yield
    except stripe.StripeError as error:
        raise _kind(error)(_told(error)) from error


def _kind(error: stripe.StripeError) -> type[StripeFailure]:
    if isinstance(error, stripe.InvalidRequestError):
        return Missing if error.code == "resource_missing" else Refused
    if isinstance(error, stripe.CardError | stripe.AuthenticationError | stripe.PermissionError):
        return Refused
    if isinstance(error, stripe.IdempotencyError) or (error.http_status or 0) >= 500:
        return Broken
    return Unavailable


def _told(error: stripe.StripeError) -> str:
    parts = (type(error).__name__, str(error.http_status or ""), error.code or "", error.user_message or "")
    request = f"({error.request_id})" if error.request_id else ""
    return " ".join(part for part in (*parts, request) if part)[:300]
