"""Who and what: customers, their cards, products, prices."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import stripe

from ..cards import Card
from ..store import Object, Store
from .shape import nullable, shown


def customer(store: Store, at: int, **facts: Any) -> Object:
    settings = {
        "custom_fields": None,
        "default_payment_method": None,
        "footer": None,
        "rendering_options": None,
    }
    return shown(
        stripe.Customer,
        id=store.new_id("cus", 14),
        created=at,
        balance=0,
        delinquent=False,
        invoice_settings=settings,
        metadata={},
        preferred_locales=[],
        tax_exempt="none",
        **facts,
    )


def payment_method(store: Store, at: int, card: Card, customer: str | None = None) -> Object:
    details = dict.fromkeys(nullable(stripe.PaymentMethod.Card)) | {
        "brand": "visa", "country": "US", "display_brand": "visa", "exp_month": 12, "exp_year": 2034,
        "funding": "credit", "last4": card.last4,
    }  # fmt: skip
    return {
        "id": store.new_id("pm"), "object": "payment_method", "livemode": False, "created": at, "type": "card",
        "allow_redisplay": "unspecified", "customer": customer, "metadata": {}, "card": details,
        "billing_details": dict.fromkeys(("address", "email", "name", "phone", "tax_id")),
        "_number": card.number,
    }  # fmt: skip


def product(store: Store, at: int, **facts: Any) -> Object:
    return shown(stripe.Product, **{
        "id": store.new_id("prod", 14), "created": at, "updated": at, "active": True, "images": [],
        "marketing_features": [], "metadata": {}, "type": "service", **facts,
    })  # fmt: skip


def price(store: Store, at: int, **facts: Any) -> Object:
    cents = facts.get("unit_amount")
    return shown(stripe.Price, **{
        "id": store.new_id("price"), "created": at, "active": True, "billing_scheme": "per_unit", "metadata": {},
        "tax_behavior": "unspecified", "type": "recurring" if facts.get("recurring") else "one_time",
        "unit_amount_decimal": None if cents is None else str(Decimal(cents)), **facts,
    })  # fmt: skip


def recurring(interval: str, interval_count: int = 1) -> Object:
    return {
        "interval": interval, "interval_count": interval_count, "meter": None, "trial_period_days": None,
        "usage_type": "licensed",
    }  # fmt: skip


def plan(price: Object) -> Object:
    """A recurring price in the older shape, which items still carry."""
    same = (
        "id",
        "active",
        "billing_scheme",
        "created",
        "currency",
        "metadata",
        "nickname",
        "product",
        "tiers_mode",
    )
    return shown(
        stripe.Plan,
        **{name: price[name] for name in same},
        amount=price["unit_amount"],
        amount_decimal=price["unit_amount_decimal"],
        interval=price["recurring"]["interval"],
        interval_count=price["recurring"]["interval_count"],
        usage_type="licensed",
    )
