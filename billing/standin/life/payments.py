"""Payments: a charge goes through, is refused, or its bank asks. For an invoice, or for something sold once."""

from __future__ import annotations

from .. import objects
from ..cards import CARDS, DECLINES, Card
from ..events import happened
from ..store import Object, Store

PAID, DECLINED, ASKS = "paid", "declined", "asks"
UNCONFIRMED = ("payment_intent_authentication_failure", "The bank could not confirm that it was you.")


def once(store: Store, at: int, intent: Object, method: Object) -> str:
    """Try to charge for something that no invoice is written for; PAID, DECLINED or ASKS."""
    card = CARDS[method["_number"]]
    intent["payment_method"] = method["id"]
    if decline := decline_of(store, card, present=True):
        refused(store, at, intent, method, decline)
        return DECLINED
    if asks(store, card, method):
        questioned(store, at, intent)
        return ASKS
    charged(store, at, intent, method)
    return PAID


def decline_of(store: Store, card: Card, *, present: bool) -> tuple[str, str] | None:
    """(code, message) when this payment is going to be refused; a decline ordered by control is used up."""
    code = card.first if present else card.later
    if left := store.recall("decline_next"):
        store.remember("decline_next", left - 1)
        code = "generic_decline"
    return DECLINES[code] if code else None


def asks(store: Store, card: Card, method: Object) -> bool:
    if left := store.recall("approve_next"):
        store.remember("approve_next", left - 1)
        return True
    return card.asks and not method.get("_approved")


def trusted(store: Store, intent: Object) -> Object:
    """The buyer told their bank yes: the card, which the bank does not ask about again."""
    method = store.get("payment_method", intent["payment_method"])
    method["_approved"] = True
    return store.save(method)


def charged(store: Store, at: int, intent: Object, method: Object) -> None:
    charge = store.save(objects.charge(store, at, intent, method, None))
    happened(store, at, "charge.succeeded", charge)
    intent |= {
        "status": "succeeded", "amount_received": intent["amount"], "latest_charge": charge["id"],
        "last_payment_error": None, "next_action": None,
    }  # fmt: skip
    happened(store, at, "payment_intent.succeeded", store.save(intent))


def refused(store: Store, at: int, intent: Object, method: Object | None, why: tuple[str, str]) -> None:
    code, message = why
    if method:
        charge = store.save(objects.charge(store, at, intent, method, why))
        intent["latest_charge"] = charge["id"]
        happened(store, at, "charge.failed", charge)
    intent |= {
        "status": "requires_payment_method", "payment_method": None, "next_action": None,
        "last_payment_error": {"type": "card_error", "code": code, "message": message},
    }  # fmt: skip
    happened(store, at, "payment_intent.payment_failed", store.save(intent))


def questioned(store: Store, at: int, intent: Object) -> None:
    url = f"{store.address}/3ds/{intent['id']}"
    intent |= {
        "status": "requires_action",
        "next_action": {"type": "redirect_to_url", "redirect_to_url": {"url": url, "return_url": None}},
    }
    happened(store, at, "payment_intent.requires_action", store.save(intent))
