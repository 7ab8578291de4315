"""Notices: letters about money, each sent once. What is due is decided with the sync that found it, and written
down in its transaction; a worker sends it afterwards."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from accounts import mail
from digestly.work import lease
from digestly.work.wake import wake

from . import plus
from .models import BillingCustomer, BillingNotice, Subscription

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)  # longer than any mail server is waited for
WELCOME, ENDING, ENDED, PAYMENT_FAILED = "plus_welcome", "plus_ending", "plus_ended", "payment_failed"


def due(customer: BillingCustomer) -> None:
    """Write down the letters that the customer's subscriptions call for, those already written aside."""
    from .tasks import send_notice

    if not customer.user:
        return
    for subscription in customer.subscriptions.filter(is_plus=True):
        for kind, key in list(_called_for(subscription)):
            notice, is_new = BillingNotice.objects.get_or_create(
                kind=kind, key=key, defaults={"user": customer.user}
            )
            if is_new:
                wake(send_notice, notice.pk)


def _called_for(subscription: Subscription) -> Iterator[tuple[str, str]]:
    one = subscription.stripe_subscription_id
    is_known = BillingNotice.objects.filter(kind=WELCOME, key=one).exists()
    if subscription.status in ("active", "trialing"):
        yield WELCOME, one
        goodbye = subscription.cancel_at or (
            subscription.cancel_at_period_end and subscription.current_period_end
        )
        if goodbye:
            yield ENDING, f"{one} {goodbye:%Y-%m-%d}"
    if subscription.status == "past_due":
        yield PAYMENT_FAILED, f"{one} {subscription.latest_invoice_id}"
    if subscription.status in plus.ENDED and is_known:
        yield ENDED, one


def send(notice: BillingNotice) -> bool:
    """Send it, unless somebody else did. What cannot be sent now is tried again by the sweeper."""
    rows = BillingNotice.objects.filter(pk=notice.pk)
    token = lease.claim(rows.filter(sent_at=None), lasting=LEASE)
    if not token:
        return False
    try:
        mail.send(
            notice.kind,
            notice.user,
            standing=plus.standing(notice.user),
            account_url=settings.BASE_URL + reverse("account"),
        )
    except Exception:
        lease.finish(rows, token)
        raise
    return lease.finish(rows, token, sent_at=timezone.now())
