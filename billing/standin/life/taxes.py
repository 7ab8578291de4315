"""Taxes: what a country adds. A few countries are enough to see that it is added; the rates are those of 2026."""

from __future__ import annotations

from ..store import Object, Store

RATES = {"DE": 19, "FR": 20, "GB": 20, "IE": 23, "JP": 10, "KR": 10, "US": 0}  # percent


def rate_for(store: Store, customer: str | None) -> int | None:
    """The percentage where the customer lives; None while nobody knows where that is."""
    found = store.find("customer", customer) if customer else None
    country = ((found or {}).get("address") or {}).get("country")
    return RATES.get(country, 0) if country else None


def part(amount: int, rate: int, behavior: str) -> int:
    """The tax on an amount, or in it where the amount has it in already."""
    if behavior == "inclusive":
        return amount - round(amount * 100 / (100 + rate))
    return round(amount * rate / 100)


def behavior_of(price: Object) -> str:
    """Prices that do not say are without tax."""
    return "inclusive" if price.get("tax_behavior") == "inclusive" else "exclusive"


def settled(liable: bool, *, known: bool) -> Object:
    """`automatic_tax` as sessions and invoices show it."""
    if not liable:
        return {"enabled": False, "liability": None, "provider": None, "status": None}
    status = "complete" if known else "requires_location_inputs"
    return {"enabled": True, "liability": {"type": "self"}, "provider": "stripe", "status": status}
