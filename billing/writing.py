"""Writing: what was fetched becomes rows. Called by `sync` alone, inside the transaction that holds the fence."""

from __future__ import annotations

import logging
from typing import Any

from django.db.models import F

from . import facts, incidents, trials
from .facts import Fetched
from .gateway import Json
from .gifts import paying
from .models import BillingCustomer, BillingIncident, CheckoutAttempt, Subscription
from .plus import ENDED, KNOWN

log = logging.getLogger(__name__)

TOLD = ("status", "current_period_end", "cancel_at", "cancel_at_period_end", "stripe_price_id")
ATTEMPT_STATES = {"complete": CheckoutAttempt.State.COMPLETE, "expired": CheckoutAttempt.State.EXPIRED}


def write(customer: BillingCustomer, fetched: Fetched, *, is_drift: bool) -> list[str]:
    """Every row of the customer as fetched; what changed, in words."""
    changes = []
    for subscription in fetched.subscriptions:
        told = _write_subscription(customer, subscription, fetched)
        if told and is_drift:
            incidents.found(BillingIncident.Kind.DRIFT, subscription["id"], told, customer)
        changes += told
    for session in fetched.sessions:
        changes += _write_session(session)
    for session in fetched.gifts:
        changes += paying.write(session)
    brand, last4 = fetched.card
    BillingCustomer.objects.filter(pk=customer.pk).update(card_brand=brand, card_last4=last4)
    if fetched.is_deleted:
        changes += _write_deletion(customer, fetched)
    _look_for_two(customer)
    return changes


def _write_subscription(customer: BillingCustomer, subscription: Json, fetched: Fetched) -> list[str]:
    row = Subscription.objects.filter(stripe_subscription_id=subscription["id"]).first()
    became: dict[str, Any] = facts.columns(subscription)
    is_plus = facts.is_plus(subscription, customer)
    told = _difference(row, became) if is_plus else []
    row, _ = Subscription.objects.update_or_create(
        stripe_subscription_id=subscription["id"],
        defaults={
            **became,
            "customer": customer,
            "livemode": customer.livemode,
            "is_plus": is_plus,
            "next_amount": fetched.charges.get(subscription["id"]),
            "unpaid_by": fetched.unpaid_by.get(subscription["id"], ""),
            "raw": facts.kept(subscription),
            "fetched_at": fetched.at,
        },
    )
    if is_plus and became["status"] not in ENDED:
        _look_for_the_unknown(customer, row, subscription)
    if is_plus and facts.began_a_trial(subscription):
        trials.begun(customer, subscription)
    return told


def _difference(row: Subscription | None, became: dict[str, Any]) -> list[str]:
    if row is None:
        return [f"new: {became['status']}"]
    return [
        f"{name}: {getattr(row, name)} → {became[name]}"
        for name in TOLD
        if getattr(row, name) != became[name]
    ]


def _look_for_the_unknown(customer: BillingCustomer, row: Subscription, subscription: Json) -> None:
    if row.status not in KNOWN:
        told = [f"Stripe says {row.status}, which opens nothing until we know what it means."]
        incidents.found(BillingIncident.Kind.UNKNOWN_STATUS, row.stripe_subscription_id, told, customer, row)
    if not facts.has_known_price(subscription):
        told = [f"Sold at the price {row.stripe_price_id}, of which there is no row. Plus is kept."]
        incidents.found(BillingIncident.Kind.UNKNOWN_PRICE, row.stripe_subscription_id, told, customer, row)


def _look_for_two(customer: BillingCustomer) -> None:
    live = customer.subscriptions.filter(is_plus=True).exclude(status__in=ENDED)
    newest, *others = live.order_by(F("current_period_start").desc(nulls_last=True), "-pk") or [None]
    if newest and others:
        told = ["Pays more than once: " + ", ".join(one.stripe_subscription_id for one in (newest, *others))]
        incidents.found(BillingIncident.Kind.DUPLICATE, newest.stripe_subscription_id, told, customer, newest)


def _write_session(session: Json) -> list[str]:
    state = ATTEMPT_STATES.get(session["status"])
    attempts = CheckoutAttempt.objects.unfinished().filter(stripe_session_id=session["id"])
    if state and attempts.update(state=state, url=""):
        return [f"checkout: {state}"]
    return []


def _write_deletion(customer: BillingCustomer, fetched: Fetched) -> list[str]:
    """Gone at Stripe. The row stays as a record, and the next checkout makes a new one."""
    CheckoutAttempt.objects.unfinished().filter(customer=customer).update(state=CheckoutAttempt.State.EXPIRED)
    gone = BillingCustomer.objects.filter(pk=customer.pk, deleted_at=None).update(deleted_at=fetched.at)
    return ["customer deleted at Stripe"] if gone else []
