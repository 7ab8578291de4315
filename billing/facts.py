"""Facts: what Stripe's objects mean to us. Plain reading of what was fetched."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.utils import timezone

from . import plus
from .gateway import Json, moment
from .models import BillingCustomer, CheckoutAttempt, PlanPrice, Subscription
from .plus import ENDED

LONGEST_FREE = timedelta(days=729)  # of what Stripe calls a trial: at most two years, says its API
POSTPONED = "postponed"  # our mark on a subscription whose next charge was moved to after a gift


class Card(NamedTuple):
    """As much of a card as its owner knows it by."""

    brand: str = ""
    last4: str = ""


NO_CARD = Card()


@dataclass(frozen=True)
class Fetched:
    """A customer as Stripe had it at one moment."""

    at: datetime
    is_deleted: bool
    subscriptions: list[Json]
    sessions: list[Json]
    gifts: list[Json] = field(default_factory=list)  # the sessions in which gifts are paid
    card: Card = NO_CARD  # which pays where a subscription has none of its own
    charges: dict[str, int] = field(default_factory=dict)  # what each subscription is charged next
    unpaid_by: dict[str, str] = field(default_factory=dict)  # the cards that did not pay it


def charges_too_soon(attempt: CheckoutAttempt) -> bool:
    """Was its buyer given Plus since, so that its page would charge for time that they have already?"""
    had = plus.standing(attempt.user) if attempt.user else plus.FREE
    if not had.has_plus or had.source is not plus.Source.GRANT:
        return False
    first_charge = attempt.params["subscription_data"].get("trial_end", 0)
    return not had.until or first_charge < int(had.until.timestamp())


def blocks(subscription: Json, customer: BillingCustomer) -> bool:
    """Must this subscription end before its customer may buy Plus again?"""
    return subscription["status"] not in ENDED and is_plus(subscription, customer)


def was_paid(subscription: Json, customer: BillingCustomer) -> bool:
    """Is it past its first payment? Before that its buyer may still be on the page, talking to the bank."""
    return subscription["status"] != "incomplete" and blocks(subscription, customer)


def is_plus(subscription: Json, customer: BillingCustomer) -> bool:
    """Is it Plus, or something else that the same Stripe account sells? Once Plus, always Plus: a price that we
    do not know any more is no reason to lock somebody out."""
    return has_known_price(subscription) or _is_plus_by_other_signs(subscription, customer)


def has_known_price(subscription: Json) -> bool:
    ids = [price.get("id") for price in _prices(subscription)]
    return PlanPrice.objects.of_this_mode().filter(stripe_price_id__in=ids).exists()


def _is_plus_by_other_signs(subscription: Json, customer: BillingCustomer) -> bool:
    if Subscription.objects.filter(stripe_subscription_id=subscription["id"], is_plus=True).exists():
        return True
    products = [price.get("product") for price in _prices(subscription) if price.get("product")]
    if PlanPrice.objects.of_this_mode().filter(stripe_product_id__in=products).exists():
        return True
    attempt = (subscription.get("metadata") or {}).get("attempt", "")
    ours = {
        str(key) for key in CheckoutAttempt.objects.filter(customer=customer).values_list("uuid", flat=True)
    }
    return attempt in ours


def _prices(subscription: Json) -> list[Json]:
    return [item.get("price") or {} for item in _items(subscription)]


def _items(subscription: Json) -> list[Json]:
    return (subscription.get("items") or {}).get("data") or []


def columns(subscription: Json) -> dict[str, Any]:
    """The subscription as our row holds it. Missing fields are blank: Stripe leaves out what it likes."""
    item = next(iter(_items(subscription)), {})
    invoice = subscription.get("latest_invoice")
    invoice = invoice if isinstance(invoice, dict) else {"id": invoice or ""}
    start = moment(item.get("current_period_start"))
    return {
        "status": subscription["status"],
        "stripe_price_id": (item.get("price") or {}).get("id", ""),
        "stripe_item_id": item.get("id") or "",
        "current_period_start": start,
        "current_period_end": moment(item.get("current_period_end")),
        "cancel_at": moment(subscription.get("cancel_at")),
        "cancel_at_period_end": bool(subscription.get("cancel_at_period_end")),
        "canceled_at": moment(subscription.get("canceled_at")),
        "ended_at": moment(subscription.get("ended_at")),
        "trial_start": moment(subscription.get("trial_start")),
        "trial_end": moment(subscription.get("trial_end")),
        "is_postponed": POSTPONED in (subscription.get("metadata") or {}),
        "past_due_since": _fell_due(invoice, start) if subscription["status"] == "past_due" else None,
        "latest_invoice_id": invoice.get("id") or "",
        "latest_invoice_status": invoice.get("status") or "",
        "latest_invoice_url": invoice.get("hosted_invoice_url") or "",
        "latest_invoice_paid": invoice.get("amount_paid"),
        "latest_invoice_at": moment(invoice.get("created")),
        "latest_invoice_for": invoice.get("billing_reason") or "",
        "currency": subscription.get("currency") or "",
        **_card_columns(subscription),
        "resumes_at": moment((subscription.get("pause_collection") or {}).get("resumes_at")),
        "pause_behavior": (subscription.get("pause_collection") or {}).get("behavior") or "",
        "cancel_reason": (subscription.get("cancellation_details") or {}).get("reason") or "",
    }


def _card_columns(subscription: Json) -> dict[str, str]:
    brand, last4 = card(subscription.get("default_payment_method"))
    return {"card_brand": brand, "card_last4": last4}


def card(method: Json | str | None) -> Card:
    """What a payment method may be called by."""
    details = (method.get("card") or {}) if isinstance(method, dict) else {}
    return Card(str(details.get("brand") or "")[:40], str(details.get("last4") or "")[:4])


def kept(subscription: Json) -> Json:
    """As it is kept for looking into later: without the card's owner and address."""
    method = subscription.get("default_payment_method")
    return {
        **subscription,
        "default_payment_method": method.get("id") if isinstance(method, dict) else method,
    }


def is_renewing(subscription: Json) -> bool:
    """Will it be charged again, as things are?"""
    leaves = subscription.get("cancel_at") or subscription.get("cancel_at_period_end")
    is_paused = subscription.get("pause_collection")
    return subscription["status"] in ("active", "trialing") and not leaves and not is_paused


def period_end(subscription: Json) -> datetime | None:
    return moment(next(iter(_items(subscription)), {}).get("current_period_end"))


def postponement(until: datetime) -> Json:
    """How Stripe is told to charge a subscription no sooner than `until`, or than it lets a charge be put off."""
    until = min(until, timezone.now() + LONGEST_FREE)
    marked = {"metadata": {POSTPONED: f"{until:%Y-%m-%d}"}}
    return {"trial_end": int(until.timestamp()), "proration_behavior": "none", **marked}


def began_a_trial(subscription: Json) -> bool:
    """Was it ever free of charge for trying out, and not because a gift covered it?"""
    is_ours = POSTPONED not in (subscription.get("metadata") or {})
    return bool(subscription.get("trial_start")) and is_ours


def plain_amount(subscription: Json, customer: Json) -> int | None:
    """What it costs each time; None if discounts, taxes or credit make it something else."""
    amounts = [
        (item.get("price") or {}).get("unit_amount") if item.get("quantity") == 1 else None
        for item in _items(subscription)
    ]
    is_taxed = (subscription.get("automatic_tax") or {}).get("enabled")
    if is_taxed or subscription.get("discounts") or customer.get("balance") or None in amounts or not amounts:
        return None
    return sum(amount or 0 for amount in amounts)


def _fell_due(invoice: Json, period_start: datetime | None) -> datetime | None:
    """When the unpaid invoice was made out; the period it is for began about then."""
    return moment((invoice.get("status_transitions") or {}).get("finalized_at")) or period_start
