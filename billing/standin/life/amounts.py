"""Amounts: how an invoice adds up, from its lines through discounts and taxes to what is left to pay."""

from __future__ import annotations

from .. import objects
from ..store import Object, Store
from . import discounts, taxes


def add_up(store: Store, at: int, invoice: Object, subscription: Object) -> None:
    """Fill in every sum. A customer's credit pays first, and what an invoice owes them becomes credit."""
    lines = invoice["lines"]["data"]
    subtotal = sum(line["amount"] for line in lines)
    cuts = _cuts(store, at, subscription, subtotal)
    reduced = subtotal - sum(cut["amount"] for cut in cuts)
    found = _taxes(store, invoice, subscription, reduced)
    added = sum(tax["amount"] for tax in found if tax["tax_behavior"] == "exclusive")
    contained = sum(tax["amount"] for tax in found if tax["tax_behavior"] == "inclusive")
    total = reduced + added
    balance = int(store.get("customer", invoice["customer"])["balance"] or 0)
    due = max(0, total + balance)
    invoice |= {
        "subtotal": subtotal, "subtotal_excluding_tax": subtotal - contained, "total": total,
        "total_excluding_tax": reduced - contained, "total_discount_amounts": cuts, "total_taxes": found,
        "discounts": [cut["discount"] for cut in cuts], "amount_due": due, "amount_remaining": due,
        "starting_balance": balance, "ending_balance": total + balance - due,
    }  # fmt: skip
    if lines and cuts:
        lines[-1]["discount_amounts"] = cuts
        lines[-1]["discounts"] = invoice["discounts"]
    if lines:
        lines[-1]["taxes"] = found


def _cuts(store: Store, at: int, subscription: Object, subtotal: int) -> list[Object]:
    cuts, left = [], subtotal
    for discount in discounts.in_force(store, at, subscription):
        amount = discounts.off(store, discount["source"], left)
        cuts.append({"amount": amount, "discount": discount["id"]})
        left -= amount
    return cuts


def _taxes(store: Store, invoice: Object, subscription: Object, amount: int) -> list[Object]:
    liable = bool(subscription["automatic_tax"]["enabled"])
    rate = taxes.rate_for(store, invoice["customer"]) if liable else None
    invoice["automatic_tax"] = {"disabled_reason": None, **taxes.settled(liable, known=rate is not None)}
    if rate is None:
        return []
    behavior = taxes.behavior_of(subscription["items"]["data"][0]["price"])
    part = taxes.part(amount, rate, behavior)
    return [objects.tax(part, amount if behavior == "exclusive" else amount - part, behavior, f"txr_{rate}")]


def keep_credit(store: Store, at: int, invoice: Object) -> None:
    """What is left of the customer's credit, once the invoice is final."""
    customer = store.get("customer", invoice["customer"])
    if customer["balance"] != invoice["ending_balance"]:
        customer["balance"] = invoice["ending_balance"]
        store.save(customer)
