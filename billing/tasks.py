"""Tasks: an id comes in, the room is called. Running one twice is the same as once."""

from __future__ import annotations

import logging

from celery import shared_task

from . import events, gateway, notices, reconcile, sync
from .models import BillingNotice

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
def send_notice(pk: int) -> None:
    if notice := BillingNotice.objects.select_related("user").filter(pk=pk).first():
        notices.send(notice)


@shared_task
def catch_up() -> None:
    """The beat's way to events that never came, and to what they would have told."""
    try:
        reconcile.catch_up()
        for _ in reconcile.money_back():
            pass
    except gateway.StripeFailure as error:
        log.warning("Lost events not fetched: %s", error)
