"""Events: what Stripe tells us is stored, acknowledged, and then looked into. An event is a trigger, never a fact:
it names a customer, who is synced. So order, repetition and forgery of what it says cannot do harm.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from django.utils import timezone

from digestly.work import lease
from digestly.work.wake import wake

from . import gateway, keys, moneyback, sync
from .gateway import Json
from .models import BillingCustomer, StripeEvent

log = logging.getLogger(__name__)

# What the webhook asks Stripe for. Anything else that arrives is stored and ignored.
TYPES = [
    "checkout.session.completed",
    "checkout.session.expired",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "customer.subscription.created",
    "customer.subscription.updated",
    "customer.subscription.deleted",
    "customer.subscription.paused",
    "customer.subscription.resumed",
    "customer.subscription.trial_will_end",
    "invoice.paid",
    "invoice.payment_failed",
    "invoice.payment_action_required",
    "invoice.finalization_failed",
    "customer.updated",
    "customer.deleted",
    "charge.refunded",
    "charge.dispute.created",
    "charge.dispute.closed",
]
LEASE = sync.LEASE + timedelta(minutes=1)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=6)


def ingest(event: Json, *, is_old_news: bool = False) -> StripeEvent | None:
    """Store an event and call a worker for it; None if it was here already. Old news was looked into by itself, and
    is only stored."""
    is_ours = bool(event.get("livemode")) == keys.livemode()
    status = ("processed" if is_old_news else "received") if is_ours else "ignored"
    stored, is_new = StripeEvent.objects.get_or_create(
        stripe_event_id=event["id"], defaults={**_columns(event), "status": status}
    )
    if not is_new:
        return None
    if not is_ours:
        log.error(
            "Stripe event %s is of the other mode: the webhook or the key is wrong.", stored.stripe_event_id
        )
        return stored
    if stored.api_version != gateway.API_VERSION:
        log.warning("Stripe event %s is of version %s.", stored.stripe_event_id, stored.api_version)
    if is_old_news:
        return stored
    from .tasks import process_event

    wake(process_event, stored.pk)
    return stored


def _columns(event: Json) -> dict[str, Any]:
    thing = event["data"]["object"]
    customer = thing.get("id") if thing.get("object") == "customer" else thing.get("customer")
    return {
        "livemode": bool(event.get("livemode")),
        "type": event["type"],
        "api_version": str(event.get("api_version") or "")[:40],
        "stripe_created": gateway.moment(event["created"]),
        "customer_id": customer[:255] if isinstance(customer, str) else "",
        "object_id": str(thing.get("id") or "")[:255],
        "payload": event,
    }


def again(pk: int) -> None:
    """Have an event looked into once more."""
    from .tasks import process_event

    StripeEvent.objects.filter(pk=pk).update(status=StripeEvent.Status.RECEIVED, next_try_at=None)
    wake(process_event, pk)


def process(pk: int) -> None:
    """Look into an event once, or say when to try again."""
    rows = StripeEvent.objects.filter(pk=pk)
    token = lease.claim(rows.due(), lasting=LEASE)
    if not token:
        return
    event = rows.get()
    try:
        status = _look_into(event)
    except Exception as error:
        told = str(error) if isinstance(error, gateway.StripeFailure) else type(error).__name__
        pause = min(FIRST_PAUSE * 2 ** min(event.attempts - 1, 10), LONGEST_PAUSE)
        lease.finish(rows, token, status="failed", last_error=told[:300], next_try_at=timezone.now() + pause)
        if not isinstance(error, gateway.Unavailable):
            log.exception("Stripe event %s failed", event.stripe_event_id)
        return
    lease.finish(rows, token, status=status, processed_at=timezone.now(), next_try_at=None, last_error="")


def _look_into(event: StripeEvent) -> StripeEvent.Status:
    if event.type not in TYPES:
        return StripeEvent.Status.IGNORED
    if event.type.startswith("charge."):
        return _look_into_money_back(event)
    known = BillingCustomer.objects.of_this_mode().filter(stripe_customer_id=event.customer_id)
    customer = known.first() if event.customer_id else None
    if not customer:
        return StripeEvent.Status.IGNORED
    # None means that somebody is at it, and was told to fetch once more: that is as good as done.
    sync.customer(customer.pk, sync.Reason.EVENT)
    return StripeEvent.Status.PROCESSED


def _look_into_money_back(event: StripeEvent) -> StripeEvent.Status:
    is_dispute = event.type.startswith("charge.dispute.")
    look = moneyback.look_into_dispute if is_dispute else moneyback.look_into_refund
    is_ours = look(event.object_id) is not None
    return StripeEvent.Status.PROCESSED if is_ours else StripeEvent.Status.IGNORED
