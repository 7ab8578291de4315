"""Incidents: what a person should look at. Found again, the same thing stays one incident."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from . import keys
from .models import BillingCustomer, BillingIncident, Subscription

log = logging.getLogger(__name__)


def found(
    kind: BillingIncident.Kind,
    stripe_id: str,
    told: Sequence[str],
    customer: BillingCustomer | None,
    subscription: Subscription | None = None,
    *,
    state: BillingIncident.State | None = None,
) -> BillingIncident:
    """Write it down, and say so where operators look. Without a state, what a person closed stays closed."""
    subscription = subscription or Subscription.objects.filter(stripe_subscription_id=stripe_id).first()
    incident, is_new = BillingIncident.objects.update_or_create(
        kind=kind,
        stripe_id=stripe_id,
        defaults={
            "told": "\n".join(told),
            "customer": customer,
            "subscription": subscription,
            "livemode": keys.livemode(),
            **({"state": state} if state else {}),
        },
    )
    if is_new:
        log.warning("Billing incident, %s: %s (%s)", kind.value, stripe_id, "; ".join(told))
    return incident
