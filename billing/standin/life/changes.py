"""Changes: another price in the middle of a period, and what that costs or gives back."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass

from .. import objects
from ..events import change
from ..store import Object, Store
from . import invoices, subscriptions
from .periods import end_of

NOW, NEXT, NEVER = "always_invoice", "create_prorations", "none"  # Stripe's words for when it is settled
UNUSED, REST = "Unused time on", "Remaining time on"


@dataclass(frozen=True)
class Change:
    """An item that is to have another price, or another number."""

    item: str
    price: Object
    quantity: int


def alter(
    store: Store,
    at: int,
    subscription: Object,
    wanted: list[Change],
    *,
    settle: str = NEXT,
    anew: bool = False,
) -> Object | None:
    """Change the items; the invoice of it, not collected yet, if there is one now.

    A price of another interval begins a new period at once, and so does `anew`.
    """
    items = {item["id"]: item for item in subscription["items"]["data"]}
    restarts = anew or any(_interval(items[one.item]["price"]) != _interval(one.price) for one in wanted)
    if subscription["status"] == "trialing":
        with change(store, at, subscription, subscriptions.UPDATED):
            for one in wanted:
                _set(items[one.item], one)
        return None
    prorated = wanted if settle != NEVER else []
    lines = [
        line for one in prorated for line in _lines(store, at, subscription, items[one.item], one, restarts)
    ]
    with change(store, at, subscription, subscriptions.UPDATED):
        for one in wanted:
            _set(items[one.item], one)
        if restarts:
            _restart(at, subscription)
        if restarts or (lines and settle == NOW):
            full = invoices.period_lines(store, subscription) if restarts else []
            invoice = invoices.issue(
                store, at, subscription, reason="subscription_update", lines=lines + full
            )
            invoice["parent"]["subscription_details"]["subscription_proration_date"] = at if lines else None
            subscription["latest_invoice"] = store.save(invoice)["id"]
            return invoice
        subscription["_pending"] = subscription.get("_pending", []) + lines
    return None


def _interval(price: Object) -> tuple[str, int]:
    return price["recurring"]["interval"], price["recurring"]["interval_count"]


def _lines(
    store: Store, at: int, subscription: Object, item: Object, wanted: Change, restarts: bool
) -> list[Object]:
    """What was paid for and is not used comes back; without a new period, the rest of this one is charged."""
    start, end = item["current_period_start"], item["current_period_end"]
    left = (end - at) / (end - start)
    old, new = item["price"]["unit_amount"] * item["quantity"], wanted.price["unit_amount"] * wanted.quantity
    back = objects.invoice_line(
        store, subscription, item, amount=-round(old * left), start=at, end=end, proration=UNUSED
    )
    if restarts:
        return [back]
    rest = objects.invoice_line(
        store, subscription, item, amount=round(new * left), start=at, end=end, price=wanted.price,
        proration=REST,
    )  # fmt: skip
    return [back, rest]


def _set(item: Object, wanted: Change) -> None:
    item |= {"price": wanted.price, "plan": objects.plan(wanted.price), "quantity": wanted.quantity}


def _restart(at: int, subscription: Object) -> None:
    subscription["billing_cycle_anchor"] = at
    for item in subscription["items"]["data"]:
        item |= {"current_period_start": at, "current_period_end": end_of(at, item["price"], at)}


def postpone(store: Store, at: int, subscription: Object, until: int) -> None:
    """Nothing is charged before `until`: the time up to then becomes a trial, as Stripe calls it, with an invoice
    of nothing."""
    with change(store, at, subscription, subscriptions.UPDATED):
        subscription |= {
            "status": "trialing", "trial_start": subscription["trial_start"] or at, "trial_end": until,
            "billing_cycle_anchor": until,
        }  # fmt: skip
        for item in subscription["items"]["data"]:
            item |= {"current_period_start": at, "current_period_end": until}
        subscription.pop("_warned", None)
        invoice = invoices.issue(store, at, subscription, reason="subscription_update", free=True)
        subscription["latest_invoice"] = invoice["id"]


def upcoming(
    store: Store, at: int, subscription: Object, wanted: list[Change], *, settle: str, anew: bool = False
) -> Object | None:
    """The invoice that would be: of these changes if they are settled now, else the next renewal's. Nothing stays."""
    with store.undone():
        subscription = deepcopy(subscription)
        invoice = alter(store, at, subscription, wanted, settle=settle, anew=anew) if wanted or anew else None
        if invoice is None and not subscriptions.is_leaving(subscription):
            invoice = subscriptions.roll(store, subscriptions.period_end(subscription), subscription)
        if invoice is None:
            return None
        return invoice | {
            "id": f"upcoming_{invoice['id']}", "status": "draft", "billing_reason": "upcoming",
            "amount_paid": 0, "amount_remaining": invoice["amount_due"], "hosted_invoice_url": None,
            "invoice_pdf": None, "number": None, "effective_at": None, "attempted": False,
            "status_transitions": dict.fromkeys(invoice["status_transitions"]),
        }  # fmt: skip
