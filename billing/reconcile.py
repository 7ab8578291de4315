"""Reconcile: find what no event told us. Events get lost for good, so rows are compared with Stripe by the hour."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from . import events, gateway, keys, moneyback, sync
from .models import BillingCustomer, CheckoutAttempt, Subscription
from .plus import ENDED

log = logging.getLogger(__name__)

LOOKED_AT = timedelta(days=1)  # every customer who has something to lose or to pay is looked at this often
ODD_AFTER = timedelta(hours=1)  # and this often, if something ought to have happened by now
UNRETURNED = timedelta(minutes=10)  # after which somebody who went to pay ought to be back
LOOK_BACK = timedelta(days=3)  # how far back lost events are fetched
MONEY_BACK = timedelta(days=30)  # and refunds and disputes


def everyone() -> Iterator[tuple[BillingCustomer, list[str]]]:
    """Sync every customer, and say what changed for each. An odd one is told of, and does not stop the others."""
    for customer in BillingCustomer.objects.known().select_related("user").order_by("pk").iterator():
        try:
            changes = sync.customer(customer.pk, sync.Reason.RECONCILE)
        except gateway.StripeFailure as error:
            yield customer, [f"not synced: {error}"]
        except Exception:
            log.exception("Customer %s", customer.stripe_customer_id)
            yield customer, ["not synced: the log says why"]
        else:
            if changes:
                yield customer, changes


def due() -> QuerySet[BillingCustomer]:
    """Those who were not looked at for long, or for whom something ought to have happened."""
    now = timezone.now()
    live = Subscription.objects.exclude(status__in=ENDED)
    odd = live.filter(Q(current_period_end__lt=now) | Q(status__in=("past_due", "incomplete")))
    unreturned = CheckoutAttempt.objects.unfinished().filter(created_at__lt=now - UNRETURNED)
    long_ago, lately = (
        Q(last_synced_at=None) | Q(last_synced_at__lt=now - age) for age in (LOOKED_AT, ODD_AFTER)
    )
    is_odd = Q(pk__in=odd.values("customer")) | Q(pk__in=unreturned.values("customer"))
    return BillingCustomer.objects.known().filter(
        Q(pk__in=live.values("customer")) & long_ago | is_odd & lately
    )


def catch_up(*, since: timedelta = LOOK_BACK) -> int:
    """Fetch the events that never came; how many. Raises StripeFailure."""
    if not keys.is_selling():
        return 0
    listed = gateway.events_since(timezone.now() - since, events.TYPES)
    return sum(bool(events.ingest(event)) for event in listed)


def money_back(*, since: timedelta = MONEY_BACK) -> Iterator[tuple[str, list[str]]]:
    """Refunds and disputes that nobody told us of, and what was done. Raises StripeFailure."""
    if keys.is_selling():
        yield from moneyback.since(timezone.now() - since)


def forget_unmade() -> int:
    """Attempts that died before Stripe gave them a page, and can be repeated no more."""
    dead = CheckoutAttempt.objects.filter(state=CheckoutAttempt.State.CREATING, expires_at__lt=timezone.now())
    return dead.update(state=CheckoutAttempt.State.FAILED)
