"""Paying: the payment of an invoice, and money that goes back."""

from __future__ import annotations

from typing import Any

import stripe

from ..store import Object, Store
from .shape import nullable, shown


def invoice_payment(store: Store, at: int, invoice: Object, intent: str) -> Object:
    return shown(
        stripe.InvoicePayment,
        id=store.new_id("inpay"),
        created=at,
        invoice=invoice["id"],
        amount_requested=invoice["amount_due"],
        currency=invoice["currency"],
        is_default=True,
        status="open",
        status_transitions={"paid_at": None, "canceled_at": None},
        payment={"type": "payment_intent", "payment_intent": intent, "charge": None, "payment_record": None},
        _customer=invoice["customer"],
    )


def payment_intent(
    store: Store,
    at: int,
    *,
    amount: int,
    currency: str,
    customer: str,
    metadata: dict[str, str] | None = None,
    **facts: Any,
) -> Object:
    ident = store.new_id("pi")
    return shown(
        stripe.PaymentIntent,
        id=ident,
        created=at,
        amount=amount,
        amount_capturable=0,
        amount_received=0,
        amount_details={"tip": {}},
        capture_method="automatic",
        client_secret=f"{ident}_secret_{store.new_id('x')[2:]}",
        confirmation_method="automatic",
        currency=currency,
        customer=customer,
        metadata=metadata or {},
        payment_method_types=["card"],
        status="requires_payment_method",
        **facts,
    )


def charge(store: Store, at: int, intent: Object, method: Object, decline: tuple[str, str] | None) -> Object:
    amount = intent["amount"]
    return shown(
        stripe.Charge,
        id=store.new_id("ch"),
        created=at,
        amount=amount,
        amount_captured=0 if decline else amount,
        amount_refunded=0,
        billing_details=method["billing_details"],
        captured=decline is None,
        currency=intent["currency"],
        customer=intent["customer"],
        disputed=False,
        failure_code=decline[0] if decline else None,
        failure_message=decline[1] if decline else None,
        metadata=intent["metadata"],
        paid=decline is None,
        payment_intent=intent["id"],
        payment_method=method["id"],
        refunded=False,
        status="failed" if decline else "succeeded",
    )


def refund(store: Store, at: int, charge: Object, *, amount: int, **facts: Any) -> Object:
    made = shown(
        stripe.Refund,
        id=store.new_id("re"),
        created=at,
        amount=amount,
        charge=charge["id"],
        currency=charge["currency"],
        customer=charge["customer"],
        payment_intent=charge["payment_intent"],
        status="succeeded",
        **{"metadata": {}, **facts},
    )
    del made["livemode"]  # the one object that has none
    return made


def dispute(store: Store, at: int, charge: Object, *, reason: str) -> Object:
    evidence = dict.fromkeys(nullable(stripe.Dispute.Evidence)) | {"enhanced_evidence": {}}
    return shown(
        stripe.Dispute,
        id=store.new_id("du"),
        created=at,
        amount=charge["amount"],
        balance_transactions=[],
        charge=charge["id"],
        currency=charge["currency"],
        enhanced_eligibility_types=[],
        evidence=evidence,
        evidence_details={
            "due_by": at + 7 * 86_400, "enhanced_eligibility": {}, "has_evidence": False, "past_due": False,
            "submission_count": 0, "submission_method": "not_submitted",
        },
        is_charge_refundable=False,
        metadata={},
        payment_intent=charge["payment_intent"],
        reason=reason,
        status="needs_response",
        _customer=charge["customer"],
    )  # fmt: skip
