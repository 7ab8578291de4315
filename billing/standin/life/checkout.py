"""Checkout: from an open session to a subscription, to something paid for once, or to nothing."""

from __future__ import annotations

from .. import objects
from ..cards import Card
from ..events import change, happened
from ..store import Object, Store
from . import discounts, invoices, payments, taxes
from .customers import attach
from .subscriptions import Order, begin

DAY = 86_400


def pay(store: Store, at: int, session: Object, card: Card | None, *, email: str | None = None) -> str:
    """The buyer presses the button; PAID, DECLINED or ASKS. Without a card only a trial, or nothing owed, begins."""
    if card and not card.attaches:
        payments.decline_of(store, card, present=True)
        return payments.DECLINED
    customer = session["customer"] or _new_customer(store, at, session, email)
    method = attach(store, at, card, customer) if card else None
    if session["mode"] == "payment":
        return _pay_once(store, at, session, customer, method)
    if subscription := _unfinished(store, session):
        subscription["default_payment_method"] = method and method["id"]
        store.save(subscription)
    else:
        subscription = begin(store, at, _order(session, at, customer, method))
        session["_subscription"] = subscription["id"]
        store.save(session)
    invoice = store.get("invoice", subscription["latest_invoice"])
    outcome = invoices.collect(store, at, invoice, method, present=True)
    if outcome == payments.PAID:
        complete(store, at, session)
    return outcome


def _pay_once(store: Store, at: int, session: Object, customer: str, method: Object | None) -> str:
    if method is None:
        complete(store, at, session)
        return payments.PAID
    intent = store.find("payment_intent", session["payment_intent"] or "") or _intent(
        store, at, session, customer
    )
    outcome = payments.once(store, at, intent, method)
    if outcome == payments.PAID:
        complete(store, at, session)
    return outcome


def _intent(store: Store, at: int, session: Object, customer: str) -> Object:
    asked = session["_payment_intent_data"]
    intent = objects.payment_intent(
        store, at, amount=session["amount_total"], currency=session["currency"], customer=customer,
        metadata=asked.get("metadata") or {}, description=asked.get("description"),
        setup_future_usage=asked.get("setup_future_usage"), receipt_email=asked.get("receipt_email"),
    )  # fmt: skip
    happened(store, at, "payment_intent.created", store.save(intent))
    session["payment_intent"] = intent["id"]
    store.save(session)
    return intent


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
        discounts=session["discounts"] or [],
        taxed=session["automatic_tax"]["enabled"],
    )


def trial_end(session: Object, at: int) -> int | None:
    asked = session["_subscription_data"]
    if days := asked.get("trial_period_days"):
        return int(at + days * DAY)
    return asked.get("trial_end")


def needs_card(session: Object, at: int) -> bool:
    is_free = trial_end(session, at) or session["amount_total"] == 0
    is_once = session["mode"] == "payment"
    return not (is_free and (is_once or session["payment_method_collection"] == "if_required"))


def needs_country(store: Store, session: Object) -> bool:
    """Tax depends on where the buyer is, which is asked where it may be kept."""
    if not session["automatic_tax"]["enabled"]:
        return False
    return taxes.rate_for(store, session["customer"]) is None or bool(session.get("_asks_address"))


def move(store: Store, at: int, session: Object, country: str) -> None:
    """The buyer says where they live."""
    customer = store.get("customer", session["customer"] or _new_customer(store, at, session, None))
    with change(store, at, customer, "customer.updated"):
        blank = dict.fromkeys(("city", "line1", "line2", "postal_code", "state"))
        customer["address"] = {**blank, **(customer["address"] or {}), "country": country}
    add_up(store, at, session)


def add_up(store: Store, at: int, session: Object) -> None:
    """What is paid on the page today, after discounts and with taxes."""
    subtotal = sum(line["amount_subtotal"] for line in session["_lines"])
    left = subtotal
    for pair in session["discounts"] or []:
        left -= discounts.off(store, pair, left)
    liable = session["automatic_tax"]["enabled"]
    rate = taxes.rate_for(store, session["customer"]) if liable else None
    behavior = taxes.behavior_of(session["_lines"][0]["price"])
    tax = taxes.part(left, rate, behavior) if rate else 0
    total = left + (tax if behavior == "exclusive" else 0)
    today = {"amount_subtotal": subtotal, "amount_total": total}
    cut = {"amount_discount": subtotal - left, "amount_shipping": 0, "amount_tax": tax}
    if trial_end(session, at):
        today, cut = dict.fromkeys(today, 0), dict.fromkeys(cut, 0)
    session["automatic_tax"] = taxes.settled(liable, known=rate is not None)
    store.save(session | today | {"total_details": cut})
    session |= {**today, "total_details": cut}


def complete(store: Store, at: int, session: Object) -> None:
    customer = store.get("customer", session["customer"])
    free = session["amount_total"] == 0
    session |= {
        "status": "complete", "payment_status": "no_payment_required" if free else "paid", "url": None,
        "customer_details": {
            "address": customer["address"], "business_name": None, "email": customer["email"],
            "individual_name": None, "name": customer["name"], "phone": None, "tax_exempt": "none", "tax_ids": [],
        },
    }  # fmt: skip
    if session["mode"] == "payment":
        for pair in session["discounts"] or []:
            discounts.begin(store, at, pair, customer=customer["id"], checkout_session=session["id"])
    else:
        subscription = store.get("subscription", session["_subscription"])
        session |= {"subscription": subscription["id"], "invoice": subscription["latest_invoice"]}
    happened(store, at, "checkout.session.completed", store.save(session))


def complete_after_approval(store: Store, at: int, intent: Object) -> Object | None:
    """The session, if any, in which the payment was begun."""
    session = session_of(store, intent)
    if session:
        complete(store, at, session)
    return session


def session_of(store: Store, intent: Object) -> Object | None:
    """The open session that a payment belongs to; none when it came from an invoice or the portal."""
    invoice = invoices.invoice_of(store, intent)
    subscription = invoices.subscription_id(invoice) if invoice else None
    for session in store.all("checkout.session", customer=intent["customer"]):
        if session["status"] == "open" and (
            session["payment_intent"] == intent["id"]
            or (subscription and session.get("_subscription") == subscription)
        ):
            return session
    return None


def expire(store: Store, at: int, session: Object) -> None:
    session |= {"status": "expired", "url": None}
    happened(store, at, "checkout.session.expired", store.save(session))
