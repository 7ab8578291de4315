"""Objects: each thing as Stripe shows it. Whatever may be null is, unless it is said here."""

from __future__ import annotations

from .catalog import customer, payment_method, plan, price, product, recurring
from .paying import charge, dispute, invoice_payment, payment_intent, refund
from .selling import coupon, discount, promotion_code, tax
from .sessions import (
    checkout_session,
    event,
    line_item,
    portal_configuration,
    portal_session,
    webhook_endpoint,
)
from .shape import listing, nullable, shown
from .subscribing import invoice, invoice_line, subscription, subscription_item

__all__ = [
    "charge",
    "checkout_session",
    "coupon",
    "customer",
    "discount",
    "dispute",
    "event",
    "invoice",
    "invoice_line",
    "invoice_payment",
    "line_item",
    "listing",
    "nullable",
    "payment_intent",
    "payment_method",
    "plan",
    "portal_configuration",
    "portal_session",
    "price",
    "product",
    "promotion_code",
    "recurring",
    "refund",
    "shown",
    "subscription",
    "subscription_item",
    "tax",
    "webhook_endpoint",
]
