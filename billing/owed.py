"""Owed: invoices that wait for their money. A new card is asked for what the old one did not pay, since Stripe may wait
days for its next try, and the grace be over by then. What is owed for a subscription that has ended is written off:
the link to pay it is still in a letter, and nobody is to pay for nothing.
"""

from __future__ import annotations

import logging

from . import facts, gateway
from .gateway import Json
from .models import BillingCustomer, Subscription
from .plus import ENDED

log = logging.getLogger(__name__)

OWING = ("past_due", "unpaid")


def settled(subscription: Json, customer: BillingCustomer, there: Json) -> Json:
    """The subscription after that was done; `there` is its customer, as fetched. What cannot be done now keeps nothing
    else from being written. Raises StripeFailure if what came of it cannot be fetched."""
    invoice = subscription.get("latest_invoice")
    if not isinstance(invoice, dict) or invoice.get("status") != "open":
        return subscription
    if not facts.is_plus(subscription, customer):
        return subscription
    try:
        if subscription["status"] in ENDED:
            gateway.void_invoice(invoice["id"])
        elif method := _new_card(subscription, there):
            gateway.pay_invoice(invoice["id"], method, key=f"{invoice['id']}-{method}")
        else:
            return subscription
    except gateway.StripeFailure as error:
        log.warning("Not settled: %s: %s", invoice["id"], error)
    return gateway.subscription(subscription["id"])


def cards(subscription: Json, there: Json) -> str:
    """Which cards were there when it was not paid: the subscription's own, and its customer's. Blank if all is paid."""
    return " ".join(_cards(subscription, there)) or "none" if subscription["status"] in OWING else ""


def _new_card(subscription: Json, there: Json) -> str:
    """The one that has come since; blank if there is none, or this is the first that we hear of the debt."""
    rows = Subscription.objects.filter(stripe_subscription_id=subscription["id"])
    before = rows.values_list("unpaid_by", flat=True).first()
    if subscription["status"] not in OWING or not before:
        return ""
    return next((card for card in _cards(subscription, there)[::-1] if card not in before.split()), "")


def _cards(subscription: Json, there: Json) -> list[str]:
    settings = there.get("invoice_settings") or {}
    methods = (subscription.get("default_payment_method"), settings.get("default_payment_method"))
    ids = (method.get("id") if isinstance(method, dict) else method for method in methods)
    return [str(ident) for ident in ids if ident]
