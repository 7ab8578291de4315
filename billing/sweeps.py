"""What the sweeper does for billing: nobody who paid waits for a message that was lost."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from digestly.work.sweep import BATCH, sweeps
from digestly.work.wake import wake_all

from . import keys, notices, reconcile, tasks
from .gifts import sending
from .models import BillingCustomer, BillingNotice, Gift, Reconciliation, Refund, StripeEvent
from .reconcile.due import AGAIN_AFTER, UNRETURNED

JUST_NOW = timedelta(minutes=1)


@sweeps("Stripe events woken to be looked into")
def wake_events() -> int:
    waiting = StripeEvent.objects.due().filter(received_at__lt=timezone.now() - JUST_NOW)
    return wake_all(tasks.process_event, waiting.filter(Q(lease_until=None) | Q(lease_until__lt=Now())))


@sweeps("customers woken to be synced")
def wake_customers() -> int:
    """Those marked while somebody else had them, those whose sync failed, and those whose worker died at it."""
    if not keys.is_selling():
        return 0
    free = Q(needs_sync=True, lease_until=None) | Q(lease_until__lt=Now())
    return wake_all(tasks.sync_customer, BillingCustomer.objects.known().filter(free))


@sweeps("customers woken for whom something ought to have happened")
def wake_due() -> int:
    if not keys.is_selling():
        return 0
    return wake_all(tasks.reconcile_customer, reconcile.due().filter(lease_until=None))


@sweeps("comparisons with Stripe gone on with")
def wake_comparisons() -> int:
    """Those whose worker died, or to whom Stripe did not answer."""
    if not keys.is_selling():
        return 0
    left = Reconciliation.objects.unfinished()
    return wake_all(tasks.reconcile_on, left.filter(Q(lease_until=None) | Q(lease_until__lt=Now())))


@sweeps("checkouts that died before they began")
def forget_unmade() -> int:
    return reconcile.forget_unmade()


@sweeps("refunds without an answer asked for again")
def wake_refunds() -> int:
    if not keys.is_selling():
        return 0
    unanswered = Refund.objects.unanswered().filter(created_at__lt=timezone.now() - JUST_NOW)
    return wake_all(tasks.give_refund, unanswered.filter(Q(lease_until=None) | Q(lease_until__lt=Now())))


@sweeps("gifts sent whose day has come")
def send_gifts() -> int:
    return sending.send_due(BATCH)


@sweeps("buyers of gifts who did not come back, woken to be synced")
def wake_buyers() -> int:
    if not keys.is_selling():
        return 0
    unreturned = Gift.objects.unfinished().filter(created_at__lt=timezone.now() - UNRETURNED)
    not_lately = Q(last_synced_at=None) | Q(last_synced_at__lt=timezone.now() - AGAIN_AFTER)
    buyers = BillingCustomer.objects.known().filter(not_lately, pk__in=unreturned.values("customer"))
    return wake_all(tasks.sync_customer, buyers.filter(lease_until=None))


@sweeps("gifts that died before they could be paid")
def forget_unmade_gifts() -> int:
    dead = Gift.objects.filter(state=Gift.State.CREATING, expires_at__lt=timezone.now())
    return dead.update(state=Gift.State.FAILED)


@sweeps("renewals moved to after a gift")
def wake_postponements() -> int:
    return wake_all(tasks.postpone_renewal, Gift.objects.to_be_settled()) if keys.is_selling() else 0


@sweeps("letters written before something ends")
def look_ahead() -> int:
    return notices.look_ahead(BATCH)


@sweeps("letters about money sent")
def send_notices() -> int:
    unsent = BillingNotice.objects.filter(sent_at=None, created_at__lt=timezone.now() - JUST_NOW)
    return wake_all(tasks.send_notice, unsent.filter(Q(lease_until=None) | Q(lease_until__lt=Now())))
