"""Customers: each user has one at Stripe, and at most one. Never looked for by email address, which may have been
somebody else's before."""

from __future__ import annotations

import uuid

from accounts.models import User

from . import gateway, keys
from .models import BillingCustomer


def ensure(user: User) -> BillingCustomer:
    """The user's customer, made at Stripe if there is none. Raises StripeFailure."""
    customer = _row(user)
    return customer if customer.stripe_customer_id else _create(customer)


def of(user: User) -> BillingCustomer | None:
    """The user's customer, if there is one at Stripe."""
    return BillingCustomer.objects.known().filter(user=user).first()


def _row(user: User) -> BillingCustomer:
    """The row comes first, with the key and the params that every try will use."""
    row, _ = BillingCustomer.objects.get_or_create(
        user=user,
        livemode=keys.livemode(),
        deleted_at=None,
        defaults={"create_params": {"email": user.email, "metadata": {"user_id": str(user.pk)}}},
    )
    return row


def _create(customer: BillingCustomer) -> BillingCustomer:
    unmade = BillingCustomer.objects.filter(pk=customer.pk, stripe_customer_id=None)
    try:
        made = gateway.create_customer(customer.create_params, key=str(customer.create_key))
    except gateway.Broken:  # Stripe would repeat this answer for a day, so the next try uses another key
        unmade.filter(create_key=customer.create_key).update(create_key=uuid.uuid4())
        raise
    unmade.update(stripe_customer_id=made["id"])  # two at once were given the same one
    customer.refresh_from_db()
    return customer
