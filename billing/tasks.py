"""Tasks: an id comes in, the room is called. Running one twice is the same as once."""

from __future__ import annotations

import logging

from celery import shared_task

from digestly.work.wake import wake

from . import events, gateway, notices, reconcile, refunds, sync
from .models import BillingNotice, Reconciliation

log = logging.getLogger(__name__)


@shared_task
def process_event(pk: int) -> None:
    events.process(pk)


@shared_task
def sync_customer(pk: int) -> None:
    try:
        sync.customer(pk, sync.Reason.SWEEP)
    except gateway.StripeFailure as error:  # the row says so too, and the sweeper tries again
        log.warning("Customer %s not synced: %s", pk, error)


@shared_task
def reconcile_customer(pk: int) -> None:
    try:
        sync.customer(pk, sync.Reason.RECONCILE)
    except gateway.StripeFailure as error:
        log.warning("Customer %s not reconciled: %s", pk, error)


@shared_task
def give_refund(pk: int) -> None:
    try:
        refunds.give(pk)
    except gateway.StripeFailure as error:
        log.warning("Refund %s not given yet: %s", pk, error)


@shared_task
def send_notice(pk: int) -> None:
    if notice := BillingNotice.objects.select_related("user").filter(pk=pk).first():
        notices.send(notice)


@shared_task
def postpone_renewal(pk: int) -> None:
    """Somebody who pays has redeemed a gift."""
    from .gifts import redeeming

    try:
        redeeming.postpone(pk)
    except gateway.StripeFailure as error:  # nothing is charged for a while, and the sweeper tries again
        log.warning("Renewal not moved for gift %s: %s", pk, error)


@shared_task
def reconcile_due() -> None:
    """The beat's way to the hour's comparison with Stripe, and the night's."""
    for run in reconcile.begin_due():
        wake(reconcile_on, run.pk)


@shared_task
def reconcile_on(pk: int) -> None:
    """Go on with a comparison; what is left over after this turn is the next one's."""
    try:
        for found in reconcile.go_on(pk):
            log.warning("Differed from Stripe: %s", "; ".join(found.told))
    except gateway.StripeFailure as error:
        log.warning("Comparison with Stripe broken off: %s", error)
        return
    if Reconciliation.objects.unfinished().filter(pk=pk, lease_until=None).exists():
        wake(reconcile_on, pk)
