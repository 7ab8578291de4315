"""Pages and calls: what leads a buyer to a page, and what tells a seller about it."""

from __future__ import annotations

from typing import Any

import stripe

from ..store import Object, Store
from .shape import nullable, shown


def checkout_session(store: Store, at: int, **facts: Any) -> Object:
    return shown(stripe.checkout.Session, **{
        "id": store.new_id("cs_test", 58), "created": at, "expires_at": at + 86_400, "status": "open",
        "payment_status": "unpaid", "ui_mode": "hosted_page", "payment_method_collection": "always",
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "custom_fields": [], "custom_text": dict.fromkeys(nullable(stripe.checkout.Session.CustomText)),
        "payment_method_types": ["card"], "shipping_options": [], "metadata": {}, "redirect_on_completion": None,
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0}, **facts,
    })  # fmt: skip


def line_item(store: Store, price: Object, quantity: int) -> Object:
    amount = price["unit_amount"] * quantity
    return {
        "id": store.new_id("li"), "object": "item", "amount_discount": 0, "amount_subtotal": amount, "amount_tax": 0,
        "amount_total": amount, "currency": price["currency"], "price": price, "quantity": quantity,
        "description": price["nickname"],
    }  # fmt: skip


def portal_configuration(store: Store, at: int, **facts: Any) -> Object:
    return shown(stripe.billing_portal.Configuration, **{
        "id": store.new_id("bpc"), "created": at, "updated": at, "active": True, "is_default": False,
        "metadata": {}, "login_page": {"enabled": False, "url": None}, **facts,
    })  # fmt: skip


def portal_session(store: Store, at: int, **facts: Any) -> Object:
    return shown(stripe.billing_portal.Session, **{"id": store.new_id("bps"), "created": at, **facts})


def webhook_endpoint(store: Store, at: int, **facts: Any) -> Object:
    return shown(
        stripe.WebhookEndpoint,
        **{"id": store.new_id("we"), "created": at, "status": "enabled", "metadata": {}, **facts},
    )


def event(store: Store, at: int, kind: str, thing: Object, before: Object | None, waiting: int) -> Object:
    data = {"object": thing} | ({"previous_attributes": before} if before is not None else {})
    return {
        "id": store.new_id("evt"), "object": "event", "api_version": stripe.api_version, "created": at,
        "livemode": False, "type": kind, "data": data, "pending_webhooks": waiting, "request": dict(store.request),
    }  # fmt: skip
