"""Discounts: who may use a code, what it takes off, and for how long."""

from __future__ import annotations

from typing import Any

from .. import objects
from ..events import change, happened
from ..refusals import Refused, missing
from ..store import Object, Store
from .periods import later

UNEVEN = 3 * 86_400  # seconds by which months differ, at most


def find_code(store: Store, text: str) -> Object | None:
    """The promotion code that somebody typed; letters count the same in either case."""
    codes = store.all("promotion_code")
    return next((one for one in codes if one["code"].lower() == text.strip().lower()), None)


def usable(store: Store, at: int, code: Object, customer: str | None) -> bool:
    """May this customer use the code now?"""
    coupon = store.get("coupon", code["promotion"]["coupon"])
    is_theirs = code["customer"] in (None, customer)
    is_left = code["max_redemptions"] is None or code["times_redeemed"] < code["max_redemptions"]
    in_time = code["expires_at"] is None or at < code["expires_at"]
    is_first = not code["restrictions"]["first_time_transaction"] or not _has_paid(store, customer)
    return code["active"] and is_theirs and is_left and in_time and is_first and is_valid(coupon, at)


def is_valid(coupon: Object, at: int) -> bool:
    is_left = coupon["max_redemptions"] is None or coupon["times_redeemed"] < coupon["max_redemptions"]
    return is_left and (coupon["redeem_by"] is None or at < coupon["redeem_by"])


def _has_paid(store: Store, customer: str | None) -> bool:
    invoices = store.all("invoice", customer=customer) if customer else []
    return any(one["amount_paid"] for one in invoices)


def asked_for(store: Store, at: int, asked: list[Object], customer: str | None) -> list[Object]:
    """What a request or a page asks for, as pairs of coupon and promotion code; Refused if it cannot be had."""
    return [_pair(store, at, one, customer) for one in asked]


def _pair(store: Store, at: int, asked: Object, customer: str | None) -> Object:
    if ident := asked.get("promotion_code"):
        code = store.get("promotion_code", ident, param="discounts[0][promotion_code]")
        if not usable(store, at, code, customer):
            raise Refused(f"This promotion code cannot be redeemed: {code['code']}", param="discounts")
        return {"coupon": code["promotion"]["coupon"], "promotion_code": ident}
    ident = asked.get("coupon") or ""
    coupon = store.find("coupon", ident)
    if coupon is None:
        raise missing("coupon", ident, param="discounts[0][coupon]")
    if not is_valid(coupon, at):
        raise Refused(f"Coupon expired: {ident}", code="coupon_expired", param="discounts")
    return {"coupon": ident, "promotion_code": None}


def begin(store: Store, at: int, pair: Object, **holder: Any) -> Object:
    """Redeem it: the discount of a subscription, or of a one-off payment."""
    coupon = store.get("coupon", pair["coupon"])
    _count(store, coupon, at)
    if pair["promotion_code"]:
        _count(store, store.get("promotion_code", pair["promotion_code"]), at)
    months = coupon["duration_in_months"] if coupon["duration"] == "repeating" else None
    discount = objects.discount(
        store, at, coupon, promotion_code=pair["promotion_code"], end=later(at, months) if months else None, **holder
    )  # fmt: skip
    happened(store, at, "customer.discount.created", store.save(discount))
    return discount


def _count(store: Store, thing: Object, at: int) -> None:
    kind = "coupon.updated" if thing["object"] == "coupon" else "promotion_code.updated"
    with change(store, at, thing, kind):
        thing["times_redeemed"] += 1
        limit = thing["max_redemptions"]
        if limit is not None and thing["times_redeemed"] >= limit:
            thing["valid" if thing["object"] == "coupon" else "active"] = False


def off(store: Store, pair: Object, amount: int) -> int:
    """What the coupon takes off `amount`; never more than there is."""
    coupon = store.get("coupon", pair["coupon"])
    if amount <= 0:
        return 0
    if coupon["percent_off"] is not None:
        return round(amount * coupon["percent_off"] / 100)
    return min(amount, int(coupon["amount_off"] or 0))


def in_force(store: Store, at: int, subscription: Object) -> list[Object]:
    """The discounts that count for an invoice of this moment."""
    found = [store.get("discount", ident) for ident in subscription["discounts"]]
    return [one for one in found if one["end"] is None or at < one["end"] - _slack(one, subscription)]


def _slack(discount: Object, subscription: Object) -> int:
    """Begun together, a discount ends with a period; but where a clock moved both, months are shorter or longer."""
    return UNEVEN if discount["start"] == subscription["start_date"] else 0


def used(store: Store, at: int, subscription: Object) -> None:
    """An invoice was written: what was for one invoice only, or is over, is gone."""
    kept = [
        one["id"]
        for one in in_force(store, at, subscription)
        if store.get("coupon", one["source"]["coupon"])["duration"] != "once"
    ]
    if kept != subscription["discounts"]:
        subscription["discounts"] = kept
        store.save(subscription)
