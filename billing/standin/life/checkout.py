"""Checkout: from an open session to a subscription, or to none."""

from __future__ import annotations

from .. import objects
from ..cards import Card
from ..events import happened
from ..store import Object, Store
from . import invoices
from .customers import attach
from .subscriptions import Order, begin

DAY = 86_400


def pay(store: Store, at: int, session: Object, card: Card | None, *, email: str | None = None) -> str:
    """The buyer presses the button; PAID, DECLINED or ASKS. Without a card only a trial can begin."""
    if card and not card.attaches:
        invoices.decline_of(store, card, present=True)
        return invoices.DECLINED
    customer = session["customer"] or _new_customer(store, at, session, email)
    method = attach(store, at, card, customer) if card else None
    if subscription := _unfinished(store, session):
        subscription["default_payment_method"] = method and method["id"]
        store.save(subscription)
    else:
        subscription = begin(store, at, _order(session, at, customer, method))
        session["_subscription"] = subscription["id"]
        store.save(session)
    invoice = store.get("invoice", subscription["latest_invoice"])
    outcome = invoices.collect(store, at, invoice, method, present=True)
    if outcome == invoices.PAID:
        complete(store, at, session)
    return outcome


def _new_customer(store: Store, at: int, session: Object, email: str | None) -> str:
    customer = objects.customer(store, at, email=session["customer_email"] or email)
    happened(store, at, "customer.created", store.save(customer))
    session["customer"] = customer["id"]
    store.save(session)
    return str(customer["id"])


def _unfinished(store: Store, session: Object) -> Object | None:
    """A subscription that this session began, and whose first payment failed."""
    ident = session.get("_subscription")
    subscription = store.find("subscription", ident) if ident else None
    return subscription if subscription and subscription["status"] == "incomplete" else None


def _order(session: Object, at: int, customer: str, method: Object | None) -> Order:
    asked = session["_subscription_data"]
    return Order(
        customer=customer,
        items=[(line["price"], line["quantity"]) for line in session["_lines"]],
        method=method["id"] if method else None,
        metadata=asked.get("metadata") or {},
        trial_end=trial_end(session, at),
        trial_settings=asked.get("trial_settings"),
        billing_mode=(asked.get("billing_mode") or {}).get("type", "flexible"),
        description=asked.get("description"),
    )


def trial_end(session: Object, at: int) -> int | None:
    asked = session["_subscription_data"]
    if days := asked.get("trial_period_days"):
        return int(at + days * DAY)
    return asked.get("trial_end")


def needs_card(session: Object, at: int) -> bool:
    return not (trial_end(session, at) and session["payment_method_collection"] == "if_required")


def complete(store: Store, at: int, session: Object) -> None:
    subscription = store.get("subscription", session["_subscription"])
    customer = store.get("customer", subscription["customer"])
    free = subscription["status"] == "trialing"
    session |= {
        "status": "complete", "payment_status": "no_payment_required" if free else "paid", "url": None,
        "customer": customer["id"], "subscription": subscription["id"], "invoice": subscription["latest_invoice"],
        "customer_details": {
            "address": None, "business_name": None, "email": customer["email"], "individual_name": None,
            "name": customer["name"], "phone": None, "tax_exempt": "none", "tax_ids": [],
        },
    }  # fmt: skip
    happened(store, at, "checkout.session.completed", store.save(session))


def complete_after_approval(store: Store, at: int, intent: Object) -> None:
    """The session, if any, in which the payment was begun."""
    subscription = invoices.subscription_id(invoices.invoice_of(store, intent))
    for session in store.all("checkout.session", customer=intent["customer"]):
        if session["status"] == "open" and session.get("_subscription") == subscription:
            complete(store, at, session)


def expire(store: Store, at: int, session: Object) -> None:
    session |= {"status": "expired", "url": None}
    happened(store, at, "checkout.session.expired", store.save(session))
