"""Invoices: written, paid, refused, asked about. A subscription takes after its latest invoice."""

from __future__ import annotations

from .. import objects
from ..cards import CARDS
from ..events import change, happened
from ..refusals import Refused
from ..store import Object, Store
from . import amounts, discounts
from .payments import (
    ASKS,
    DECLINED,
    PAID,
    UNCONFIRMED,
    asks,
    charged,
    decline_of,
    questioned,
    refused,
    trusted,
)

DAY = 86_400
RETRIES = (3 * DAY, 5 * DAY, 7 * DAY, 7 * DAY)  # the wait before each further try


def issue(
    store: Store,
    at: int,
    subscription: Object,
    *,
    reason: str,
    free: bool = False,
    lines: list[Object] | None = None,
) -> Object:
    """Write the invoice of the period that begins now, or of the lines given. What was put aside for the next
    invoice joins it; a free one, as of a trial, is paid as it is written."""
    lines = (period_lines(store, subscription, free=free) if lines is None else lines) + (
        [] if free else subscription.pop("_pending", [])
    )
    invoice = objects.invoice(store, at, subscription, reason=reason, lines=lines)
    amounts.add_up(store, at, invoice, subscription)
    invoice["hosted_invoice_url"] = f"{store.address}/i/{invoice['id']}"
    invoice["invoice_pdf"] = f"{store.address}/i/{invoice['id']}/pdf"
    happened(store, at, "invoice.created", invoice | {"status": "draft"})
    happened(store, at, "invoice.finalized", store.save(invoice))
    amounts.keep_credit(store, at, invoice)
    if not free:
        discounts.used(store, at, subscription)
    if invoice["amount_due"] == 0:
        _mark_paid(store, at, invoice)
    return invoice


def period_lines(store: Store, subscription: Object, *, free: bool = False) -> list[Object]:
    return [
        objects.invoice_line(
            store, subscription, item,
            amount=0 if free else item["price"]["unit_amount"] * item["quantity"],
            start=item["current_period_start"], end=item["current_period_end"],
        )
        for item in subscription["items"]["data"]
    ]  # fmt: skip


def collect(store: Store, at: int, invoice: Object, method: Object | None, *, present: bool) -> str:
    """Try to have the invoice paid; PAID, DECLINED or ASKS. `present`: the buyer is at the page."""
    if invoice["status"] == "paid":
        return PAID
    intent = intent_of(store, at, invoice)
    if method is None:
        return _declined(
            store, at, invoice, intent, None, ("resource_missing", "There is no card to charge.")
        )
    card = CARDS[method["_number"]]
    intent["payment_method"] = method["id"]
    if decline := decline_of(store, card, present=present):
        return _declined(store, at, invoice, intent, method, decline)
    if asks(store, card, method):
        return _asked(store, at, invoice, intent)
    _succeed(store, at, invoice, intent, method)
    return PAID


def approve(store: Store, at: int, intent: Object) -> None:
    """The buyer told their bank yes. The bank does not ask again for later payments with this card."""
    method = trusted(store, intent)
    _succeed(store, at, _owed(store, intent), intent, method)


def deny(store: Store, at: int, intent: Object) -> None:
    method = store.get("payment_method", intent["payment_method"])
    _declined(store, at, _owed(store, intent), intent, method, UNCONFIRMED)


def _owed(store: Store, intent: Object) -> Object:
    invoice = invoice_of(store, intent)
    if invoice is None:
        raise Refused(f"{intent['id']} is for no invoice.")
    return invoice


def intent_of(store: Store, at: int, invoice: Object) -> Object:
    """The payment that the invoice waits for; made on the first try."""
    if payment := payment_of(store, invoice):
        return store.get("payment_intent", payment["payment"]["payment_intent"])
    intent = objects.payment_intent(
        store, at, amount=invoice["amount_due"], currency=invoice["currency"], customer=invoice["customer"],
        setup_future_usage="off_session",
    )  # fmt: skip
    store.save(objects.invoice_payment(store, at, invoice, intent["id"]))
    happened(store, at, "payment_intent.created", store.save(intent))
    return intent


def payment_of(store: Store, invoice: Object) -> Object | None:
    payments = store.all("invoice_payment", customer=invoice["customer"])
    return next((payment for payment in payments if payment["invoice"] == invoice["id"]), None)


def invoice_of(store: Store, intent: Object) -> Object | None:
    """None where the payment was for no invoice."""
    payments = store.all("invoice_payment", customer=intent["customer"])
    ids = (one["invoice"] for one in payments if one["payment"]["payment_intent"] == intent["id"])
    ident = next(ids, None)
    return store.get("invoice", ident) if ident else None


def _succeed(store: Store, at: int, invoice: Object, intent: Object, method: Object) -> None:
    charged(store, at, intent, method)
    if payment := payment_of(store, invoice):
        payment |= {"status": "paid", "amount_paid": invoice["amount_due"]}
        payment["status_transitions"]["paid_at"] = at
        happened(store, at, "invoice_payment.paid", store.save(payment))
    _mark_tried(invoice)
    _mark_paid(store, at, invoice)
    _follow(store, at, invoice)


def _mark_paid(store: Store, at: int, invoice: Object) -> None:
    invoice |= {
        "status": "paid", "attempted": True, "amount_paid": invoice["amount_due"], "amount_remaining": 0,
        "next_payment_attempt": None,
    }  # fmt: skip
    invoice["status_transitions"]["paid_at"] = at
    store.save(invoice)
    happened(store, at, "invoice.paid", invoice)
    happened(store, at, "invoice.payment_succeeded", invoice)


def _mark_tried(invoice: Object) -> None:
    invoice |= {"attempted": True, "attempt_count": invoice["attempt_count"] + 1}


def _declined(
    store: Store, at: int, invoice: Object, intent: Object, method: Object | None, why: tuple[str, str]
) -> str:
    refused(store, at, intent, method, why)
    _mark_tried(invoice)
    _plan_retry(at, invoice)
    happened(store, at, "invoice.payment_failed", store.save(invoice))
    _follow(store, at, invoice)
    return DECLINED


def _plan_retry(at: int, invoice: Object) -> None:
    """A first payment is not retried: its buyer is there. A renewal is, until the tries are used up."""
    tried = invoice["attempt_count"]
    renewal = invoice["billing_reason"] != "subscription_create"
    invoice["next_payment_attempt"] = at + RETRIES[tried - 1] if renewal and tried <= len(RETRIES) else None


def _asked(store: Store, at: int, invoice: Object, intent: Object) -> str:
    questioned(store, at, intent)
    _mark_tried(invoice)
    _plan_retry(at, invoice)
    happened(store, at, "invoice.payment_action_required", store.save(invoice))
    _follow(store, at, invoice)
    return ASKS


def _follow(store: Store, at: int, invoice: Object) -> None:
    subscription = store.get("subscription", subscription_id(invoice))
    if invoice["status"] == "paid":
        owing = any(one["status"] == "open" for one in of_subscription(store, subscription))
        moves = {} if owing else dict.fromkeys(("incomplete", "past_due", "unpaid"), "active")
    else:
        moves = dict.fromkeys(("active", "trialing"), "past_due")
    with change(store, at, subscription, "customer.subscription.updated"):
        subscription["status"] = moves.get(subscription["status"], subscription["status"])


def subscription_id(invoice: Object) -> str:
    return str(invoice["parent"]["subscription_details"]["subscription"])


def of_subscription(store: Store, subscription: Object) -> list[Object]:
    invoices = store.all("invoice", customer=subscription["customer"])
    return [invoice for invoice in invoices if subscription_id(invoice) == subscription["id"]]


def void(store: Store, at: int, invoice: Object) -> None:
    with change(store, at, invoice, "invoice.voided"):
        invoice |= {"status": "void", "next_payment_attempt": None, "auto_advance": False}
        invoice["status_transitions"] = invoice["status_transitions"] | {"voided_at": at}


def stop_collecting(store: Store, at: int, subscription: Object) -> None:
    """What is owed stays owed, and nobody tries again by themselves."""
    for invoice in of_subscription(store, subscription):
        if invoice["status"] == "open":
            with change(store, at, invoice, "invoice.updated"):
                invoice |= {"next_payment_attempt": None, "auto_advance": False}
