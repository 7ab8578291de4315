"""Selling: coupons, the codes that people type for them, and the discounts that come of it."""

from __future__ import annotations

from typing import Any

import stripe

from ..store import Object, Store
from .shape import shown


def coupon(store: Store, at: int, **facts: Any) -> Object:
    return shown(stripe.Coupon, **{
        "id": store.new_id("cpn", 8), "created": at, "duration": "once", "metadata": {}, "times_redeemed": 0,
        "valid": True, **facts,
    })  # fmt: skip


def promotion_code(store: Store, at: int, **facts: Any) -> Object:
    return shown(stripe.PromotionCode, **{
        "id": store.new_id("promo"), "created": at, "active": True, "metadata": {}, "times_redeemed": 0,
        "code": store.new_id("code", 8).removeprefix("code_").upper(), **facts,
    })  # fmt: skip


def discount(store: Store, at: int, coupon: Object, **facts: Any) -> Object:
    made = shown(
        stripe.Discount,
        id=store.new_id("di"),
        start=at,
        source={"type": "coupon", "coupon": coupon["id"]},
        **facts,
    )
    del made["livemode"]  # as with refunds, there is none
    return made


def tax(amount: int, taxable: int, behavior: str, rate: str) -> Object:
    """A tax as invoices and their lines show it."""
    return {
        "amount": amount, "tax_behavior": behavior, "tax_rate_details": {"tax_rate": rate},
        "taxability_reason": "standard_rated", "taxable_amount": taxable, "type": "tax_rate_details",
    }  # fmt: skip
