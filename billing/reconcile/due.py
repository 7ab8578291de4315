"""Due: those for whom something ought to have happened by now. They do not wait for the next comparison."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from billing.models import BillingCustomer, CheckoutAttempt, Subscription
from billing.plus import ENDED

AGAIN_AFTER = timedelta(hours=1)  # somebody who stays odd is asked about this often
UNRETURNED = timedelta(minutes=10)  # after which somebody who went to pay ought to be back


def due() -> QuerySet[BillingCustomer]:
    """Their period is over, their payment failed or is unfinished, or they went to pay and did not come back."""
    now = timezone.now()
    live = Subscription.objects.exclude(status__in=ENDED)
    odd = live.filter(Q(current_period_end__lt=now) | Q(status__in=("past_due", "incomplete")))
    unreturned = CheckoutAttempt.objects.unfinished().filter(created_at__lt=now - UNRETURNED)
    is_odd = Q(pk__in=odd.values("customer")) | Q(pk__in=unreturned.values("customer"))
    not_lately = Q(last_synced_at=None) | Q(last_synced_at__lt=now - AGAIN_AFTER)
    return BillingCustomer.objects.known().filter(is_odd & not_lately)


def forget_unmade() -> int:
    """Attempts that died before Stripe gave them a page, and can be repeated no more."""
    dead = CheckoutAttempt.objects.filter(state=CheckoutAttempt.State.CREATING, expires_at__lt=timezone.now())
    return dead.update(state=CheckoutAttempt.State.FAILED)
