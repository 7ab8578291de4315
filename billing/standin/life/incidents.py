"""Incidents: money that goes back."""

from __future__ import annotations

from typing import Any

from .. import objects
from ..events import change, happened
from ..refusals import Refused
from ..store import Object, Store


def refund(store: Store, at: int, charge: Object, *, amount: int | None = None, **facts: Any) -> Object:
    left = charge["amount"] - charge["amount_refunded"]
    if left == 0:
        raise Refused(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    amount = left if amount is None else amount
    if not 0 < amount <= left:
        raise Refused(
            f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})", param="amount"
        )
    refund = store.save(objects.refund(store, at, charge, amount=amount, **facts))
    happened(store, at, "refund.created", refund)
    with change(store, at, charge, "charge.refunded"):
        charge["amount_refunded"] += amount
        charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    return refund


def open_dispute(store: Store, at: int, charge: Object, *, reason: str = "fraudulent") -> Object:
    dispute = store.save(objects.dispute(store, at, charge, reason=reason))
    happened(store, at, "charge.dispute.created", dispute)
    charge["disputed"] = True
    store.save(charge)
    return dispute


def close_dispute(store: Store, at: int, dispute: Object, *, won: bool) -> Object:
    with change(store, at, dispute, "charge.dispute.closed"):
        dispute["status"] = "won" if won else "lost"
    return dispute
