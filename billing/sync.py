"""Sync: make our rows say what Stripe says about one customer.

Every trigger comes here: events, the page after paying, the sweeper, a command. The customer's row is claimed by a
lease, Stripe is asked with no transaction open, and what was fetched is written with the token, all or nothing. A
trigger that finds the lease taken marks `needs_sync`, and the holder fetches once more; so what is written last was
always fetched last.
"""

from __future__ import annotations

import logging
import uuid
from datetime import timedelta
from enum import StrEnum

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from digestly.work import lease

from . import facts, gateway, journal, notices, owed, upcoming
from .facts import Fetched
from .gifts import paying
from .models import BillingCustomer, CheckoutAttempt, Subscription
from .plus import ENDED
from .writing import write

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=3)  # longer than all the requests below may take together
ROUNDS = 5  # a customer who is triggered faster than Stripe answers is left to the sweeper


class Reason(StrEnum):
    EVENT = "event"
    RETURN = "return"
    SWEEP = "sweep"
    ACCOUNT = "account"
    RECONCILE = "reconcile"
    STAFF = "staff"


class LostLease(Exception):
    """Somebody else has the customer by now, and fetched later than we did."""


def customer(pk: int, reason: Reason, trail: journal.Trail = journal.NOBODY) -> list[str] | None:
    """What changed, in words; None if somebody else is at it, who will fetch once more.

    Raises StripeFailure; then the sweeper tries again.
    """
    rows = BillingCustomer.objects.known().filter(pk=pk)
    changes: list[str] = []
    for _ in range(ROUNDS):
        token = _claim(rows)
        if not token:
            return None
        changes += _once(rows, token, reason, trail)
        if not rows.filter(needs_sync=True).exists():
            break
    return changes


def _claim(rows: QuerySet[BillingCustomer]) -> uuid.UUID | None:
    """The lease, or the mark for its holder. The holder may let go between the two, so it is tried twice."""
    token = lease.claim(rows, lasting=LEASE, needs_sync=False)
    if not token:
        rows.update(needs_sync=True)
        token = lease.claim(rows, lasting=LEASE, needs_sync=False)
    return token


def _once(
    rows: QuerySet[BillingCustomer], token: uuid.UUID, reason: Reason, trail: journal.Trail
) -> list[str]:
    try:
        found = rows.select_related("user").get()
        fetched = fetch(found)
        with transaction.atomic():
            # First the fence, which also makes others wait for this row: who lost the lease writes nothing.
            done = {"attempts": 0, "last_synced_at": timezone.now(), "last_error": ""}
            if not lease.finish(BillingCustomer.objects.filter(pk=found.pk), token, **done):
                raise LostLease
            is_drift = reason is Reason.RECONCILE
            changes = write(found, fetched, is_drift=is_drift)
            if changes:
                kind = journal.Kind.DRIFT if is_drift else journal.Kind.SYNC
                journal.record(kind, changes, customer=found, occasion=reason, trail=trail)
            notices.due(found)
    except LostLease:
        return []
    except Exception as error:
        told = str(error)[:300] if isinstance(error, gateway.StripeFailure) else type(error).__name__
        lease.finish(rows, token, needs_sync=True, last_error=told)
        raise
    return changes


def fetch(customer: BillingCustomer) -> Fetched:
    """Everything Stripe has on the customer that we keep, and no transaction open meanwhile."""
    customer_id = customer.stripe_customer_id or ""
    there = _there(customer)
    if not there:
        return Fetched(timezone.now(), is_deleted=True, subscriptions=_last_words(customer, []), sessions=[])
    listed = gateway.subscriptions(customer_id)
    found = [*listed, *_last_words(customer, listed)]
    subscriptions = [owed.settled(one, customer, there) for one in found]
    return Fetched(
        timezone.now(),
        is_deleted=False,
        subscriptions=subscriptions,
        sessions=_sessions(customer, has_paid=any(facts.was_paid(one, customer) for one in subscriptions)),
        gifts=paying.sessions(customer),
        card=facts.card((there.get("invoice_settings") or {}).get("default_payment_method")),
        charges=upcoming.charges(subscriptions, there),
        unpaid_by={one["id"]: owed.cards(one, there) for one in subscriptions},
    )


def _there(customer: BillingCustomer) -> gateway.Json | None:
    """Ask for the customer, and give Stripe the email address if it has another one than we do."""
    customer_id = customer.stripe_customer_id or ""
    try:
        there = gateway.customer(customer_id)
        if there.get("deleted"):
            return None
        if customer.user and there.get("email") != customer.user.email:
            _tell_address(customer_id, customer.user.email)
    except gateway.Missing:
        return None
    return there


def _tell_address(customer_id: str, email: str) -> None:
    """Whoever has an address that Stripe does not take has paid all the same."""
    try:
        gateway.update_customer(customer_id, email=email)
    except gateway.Missing:
        raise
    except gateway.Refused as error:
        log.error("Stripe does not take the address of %s: %s", customer_id, error)


def _last_words(customer: BillingCustomer, listed: list[gateway.Json]) -> list[gateway.Json]:
    """Those that we have and Stripe does not list any more, asked for one by one."""
    unlisted = customer.subscriptions.exclude(status__in=ENDED).exclude(
        stripe_subscription_id__in=[one["id"] for one in listed]
    )
    return [_last_word(one) for one in unlisted]


def _last_word(subscription: Subscription) -> gateway.Json:
    try:
        return gateway.subscription(subscription.stripe_subscription_id)
    except gateway.Missing:
        return {**subscription.raw, "id": subscription.stripe_subscription_id, "status": "canceled"}


def _sessions(customer: BillingCustomer, *, has_paid: bool) -> list[gateway.Json]:
    """What became of the customer's unfinished checkout. Once one is paid, no other page can be; nor can one that would
    charge for time that its buyer was given since."""
    sessions = []
    for attempt in (
        CheckoutAttempt.objects.unfinished()
        .filter(customer=customer)
        .exclude(stripe_session_id=None)
        .select_related("user")
    ):
        session_id = attempt.stripe_session_id or ""
        session = gateway.session(session_id)
        if session["status"] == "open" and (has_paid or facts.charges_too_soon(attempt)):
            session = gateway.expire_session(session_id)
        sessions.append(session)
    return sessions
