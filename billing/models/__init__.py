"""Rows of billing: what Plus costs, who pays for it, who has it without paying, and what Stripe told us.

What Stripe knows is only ever written from what was fetched from Stripe (`billing.sync`).
"""

from __future__ import annotations

from .checkout import CheckoutAttempt
from .customer import BillingCustomer
from .event import StripeEvent
from .gift import Gift
from .grant import AccessGrant
from .incident import BillingIncident, BillingNotice
from .journal import JournalEntry, Refund
from .price import PlanPrice
from .reconciliation import Reconciliation
from .subscription import Subscription
from .trial import Trial

__all__ = [
    "AccessGrant",
    "BillingCustomer",
    "BillingIncident",
    "BillingNotice",
    "CheckoutAttempt",
    "Gift",
    "JournalEntry",
    "PlanPrice",
    "Reconciliation",
    "Refund",
    "StripeEvent",
    "Subscription",
    "Trial",
]
