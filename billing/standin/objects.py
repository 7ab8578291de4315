"""Objects: each thing as Stripe shows it. Whatever may be null is, unless it is said here.

Which fields there are comes from the SDK's classes, so an object never lacks one that the SDK knows.
"""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import Any, get_args

import stripe

from .cards import Card
from .store import Object, Store

NOT_SHOWN = {"deleted", "secret", "refunds", "sources", "subscriptions", "tax_ids", "line_items", "payments"}


@cache
def nullable(shape: type) -> tuple[str, ...]:
    """The fields of an SDK class that may be null; those that come only when asked for are left out."""
    hints = shape.__annotations__.items()
    return tuple(name for name, hint in hints if type(None) in get_args(hint) and name not in NOT_SHOWN)


def shown(shape: Any, **facts: Any) -> Object:
    blank = dict.fromkeys(nullable(shape))
    return {**blank, "object": shape.OBJECT_NAME, "livemode": False, **facts}


def listing(url: str, data: list[Object], *, more: bool = False) -> Object:
    return {"object": "list", "url": url, "has_more": more, "data": data}


# Who and what --------------------------------------------------------------------------------------------------


def customer(store: Store, at: int, **facts: Any) -> Object:
    settings = {
        "custom_fields": None,
        "default_payment_method": None,
        "footer": None,
        "rendering_options": None,
    }
    return shown(
        stripe.Customer,
        id=store.new_id("cus", 14),
        created=at,
        balance=0,
        delinquent=False,
        invoice_settings=settings,
        metadata={},
        preferred_locales=[],
        tax_exempt="none",
        **facts,
    )


def payment_method(store: Store, at: int, card: Card, customer: str | None = None) -> Object:
    details = dict.fromkeys(nullable(stripe.PaymentMethod.Card)) | {
        "brand": "visa", "country": "US", "display_brand": "visa", "exp_month": 12, "exp_year": 2034,
        "funding": "credit", "last4": card.last4,
    }  # fmt: skip
    return {
        "id": store.new_id("pm"), "object": "payment_method", "livemode": False, "created": at, "type": "card",
        "allow_redisplay": "unspecified", "customer": customer, "metadata": {}, "card": details,
        "billing_details": dict.fromkeys(("address", "email", "name", "phone", "tax_id")),
        "_number": card.number,
    }  # fmt: skip


def product(store: Store, at: int, **facts: Any) -> Object:
    return shown(stripe.Product, **{
        "id": store.new_id("prod", 14), "created": at, "updated": at, "active": True, "images": [],
        "marketing_features": [], "metadata": {}, "type": "service", **facts,
    })  # fmt: skip


def price(store: Store, at: int, **facts: Any) -> Object:
    cents = facts.get("unit_amount")
    return shown(stripe.Price, **{
        "id": store.new_id("price"), "created": at, "active": True, "billing_scheme": "per_unit", "metadata": {},
        "tax_behavior": "unspecified", "type": "recurring" if facts.get("recurring") else "one_time",
        "unit_amount_decimal": None if cents is None else str(Decimal(cents)), **facts,
    })  # fmt: skip


def recurring(interval: str, interval_count: int = 1) -> Object:
    return {
        "interval": interval, "interval_count": interval_count, "meter": None, "trial_period_days": None,
        "usage_type": "licensed",
    }  # fmt: skip


def plan(price: Object) -> Object:
    """A recurring price in the older shape, which items still carry."""
    same = (
        "id",
        "active",
        "billing_scheme",
        "created",
        "currency",
        "metadata",
        "nickname",
        "product",
        "tiers_mode",
    )
    return shown(
        stripe.Plan,
        **{name: price[name] for name in same},
        amount=price["unit_amount"],
        amount_decimal=price["unit_amount_decimal"],
        interval=price["recurring"]["interval"],
        interval_count=price["recurring"]["interval_count"],
        usage_type="licensed",
    )


# Subscribing ---------------------------------------------------------------------------------------------------


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
    store: Store, invoice_of: Object, item: Object, *, amount: int, start: int, end: int
) -> Object:
    price = item["price"]
    return shown(
        stripe.InvoiceLineItem,
        id=store.new_id("il"),
        amount=amount,
        subtotal=amount,
        currency=price["currency"],
        description=f"{item['quantity']} × {price['nickname'] or price['lookup_key'] or price['id']}",
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
                "subscription": invoice_of["id"], "subscription_item": item["id"], "proration": False,
                "proration_details": None, "invoice_item": None,
            },
        },
        pricing={
            "type": "price_details", "unit_amount_decimal": price["unit_amount_decimal"],
            "price_details": {"price": price["id"], "product": price["product"]},
        },
    )  # fmt: skip


# Paying --------------------------------------------------------------------------------------------------------


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


def payment_intent(store: Store, at: int, *, amount: int, currency: str, customer: str) -> Object:
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
        metadata={},
        payment_method_types=["card"],
        setup_future_usage="off_session",
        status="requires_payment_method",
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
        metadata={},
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


# Pages and calls -----------------------------------------------------------------------------------------------


def checkout_session(store: Store, at: int, **facts: Any) -> Object:
    return shown(stripe.checkout.Session, **{
        "id": store.new_id("cs_test", 58), "created": at, "expires_at": at + 86_400, "status": "open",
        "payment_status": "unpaid", "ui_mode": "hosted_page", "payment_method_collection": "always",
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "custom_fields": [], "custom_text": dict.fromkeys(nullable(stripe.checkout.Session.CustomText)),
        "payment_method_types": ["card"], "shipping_options": [], "metadata": {}, "redirect_on_completion": None,
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0}, **facts,
    })  # fmt: skip


def line_item(store: Store, price: Object, quantity: int) -> Object:
    amount = price["unit_amount"] * quantity
    return {
        "id": store.new_id("li"), "object": "item", "amount_discount": 0, "amount_subtotal": amount, "amount_tax": 0,
        "amount_total": amount, "currency": price["currency"], "price": price, "quantity": quantity,
        "description": price["nickname"],
    }  # fmt: skip


def portal_configuration(store: Store, at: int, **facts: Any) -> Object:
    return shown(stripe.billing_portal.Configuration, **{
        "id": store.new_id("bpc"), "created": at, "updated": at, "active": True, "is_default": False,
        "metadata": {}, "login_page": {"enabled": False, "url": None}, **facts,
    })  # fmt: skip


def portal_session(store: Store, at: int, **facts: Any) -> Object:
    return shown(stripe.billing_portal.Session, **{"id": store.new_id("bps"), "created": at, **facts})


def webhook_endpoint(store: Store, at: int, **facts: Any) -> Object:
    return shown(
        stripe.WebhookEndpoint,
        **{"id": store.new_id("we"), "created": at, "status": "enabled", "metadata": {}, **facts},
    )


def event(store: Store, at: int, kind: str, thing: Object, before: Object | None, waiting: int) -> Object:
    data = {"object": thing} | ({"previous_attributes": before} if before is not None else {})
    return {
        "id": store.new_id("evt"), "object": "event", "api_version": stripe.api_version, "created": at,
        "livemode": False, "type": kind, "data": data, "pending_webhooks": waiting, "request": dict(store.request),
    }  # fmt: skip
