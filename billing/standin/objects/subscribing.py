"""Subscribing: subscriptions, their items, and the invoices for them."""

from __future__ import annotations

from typing import Any

import stripe

from ..store import Object, Store
from .catalog import plan
from .shape import listing, shown


def subscription(store: Store, at: int, *, billing_mode: str, **facts: Any) -> Object:
    return shown(
        stripe.Subscription,
        id=store.new_id("sub"),
        created=at,
        start_date=at,
        automatic_tax={"enabled": False, "disabled_reason": None, "liability": None},
        billing_mode={"type": billing_mode, "flexible": None, "updated_at": None},
        billing_schedules=[],
        cancel_at_period_end=False,
        cancellation_details={"comment": None, "feedback": None, "feedback_option": None, "reason": None},
        collection_method="charge_automatically",
        default_tax_rates=[],
        discounts=[],
        invoice_settings={
            "account_tax_ids": None, "custom_fields": None, "description": None, "footer": None,
            "issuer": {"type": "self", "account": None},
        },
        payment_settings={
            "payment_method_options": None, "payment_method_types": None,
            "save_default_payment_method": "off",
        },
        **facts,
    )  # fmt: skip


def subscription_item(
    store: Store, at: int, subscription: str, price: Object, quantity: int, start: int, end: int
) -> Object:
    return shown(
        stripe.SubscriptionItem,
        id=store.new_id("si", 14),
        created=at,
        subscription=subscription,
        price=price,
        plan=plan(price),
        quantity=quantity,
        metadata={},
        discounts=[],
        tax_rates=[],
        current_period_start=start,
        current_period_end=end,
    )


def invoice(store: Store, at: int, subscription: Object, *, reason: str, lines: list[Object]) -> Object:
    ident = store.new_id("in")
    total = sum(line["amount"] for line in lines)
    items = subscription["items"]["data"]
    return shown(
        stripe.Invoice,
        id=ident,
        created=at,
        currency=subscription["currency"],
        customer=subscription["customer"],
        collection_method="charge_automatically",
        billing_reason=reason,
        status="open",
        parent={
            "type": "subscription_details", "quote_details": None,
            "subscription_details": {
                "subscription": subscription["id"], "metadata": subscription["metadata"],
                "subscription_proration_date": None,
            },
        },
        lines=listing(f"/v1/invoices/{ident}/lines", lines),
        attempted=False,
        attempt_count=0,
        auto_advance=True,
        amount_due=total,
        amount_paid=0,
        amount_remaining=total,
        amount_overpaid=0,
        amount_shipping=0,
        subtotal=total,
        subtotal_excluding_tax=total,
        total=total,
        total_excluding_tax=total,
        total_discount_amounts=[],
        total_taxes=[],
        starting_balance=0,
        ending_balance=0,
        pre_payment_credit_notes_amount=0,
        post_payment_credit_notes_amount=0,
        period_start=min(item["current_period_start"] for item in items),
        period_end=at,
        effective_at=at,
        status_transitions={
            "finalized_at": at, "paid_at": None, "voided_at": None, "marked_uncollectible_at": None,
        },
        automatic_tax={
            "enabled": False, "disabled_reason": None, "liability": None, "provider": None, "status": None,
        },
        payment_settings={
            "default_mandate": None, "payment_method_options": None, "payment_method_types": None,
        },
        issuer={"type": "self", "account": None},
        discounts=[],
        default_tax_rates=[],
        customer_tax_exempt="none",
        metadata={},
        number=f"{ident[-8:].upper()}-0001",
    )  # fmt: skip


def invoice_line(
    store: Store,
    invoice_of: Object,
    item: Object,
    *,
    amount: int,
    start: int,
    end: int,
    price: Object | None = None,
    proration: str = "",
) -> Object:
    """With `proration` in words, it charges for a part of a period, or gives that part back."""
    price = price or item["price"]
    name = price["nickname"] or price["lookup_key"] or price["id"]
    return shown(
        stripe.InvoiceLineItem,
        id=store.new_id("il"),
        amount=amount,
        subtotal=amount,
        currency=price["currency"],
        description=f"{proration} {name}" if proration else f"{item['quantity']} × {name}",
        discountable=True,
        discounts=[],
        discount_amounts=[],
        metadata=invoice_of["metadata"],
        quantity=item["quantity"],
        subscription=invoice_of["id"],
        taxes=[],
        period={"start": start, "end": end},
        parent={
            "type": "subscription_item_details", "invoice_item_details": None,
            "subscription_item_details": {
                "subscription": invoice_of["id"], "subscription_item": item["id"], "proration": bool(proration),
                "proration_details": None, "invoice_item": None,
            },
        },
        pricing={
            "type": "price_details", "unit_amount_decimal": price["unit_amount_decimal"],
            "price_details": {"price": price["id"], "product": price["product"]},
        },
    )  # fmt: skip
