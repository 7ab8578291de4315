"""Receivers: what billing does when an account changes, is exported or closes."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import email_changed
from django.dispatch import receiver

from accounts.models import User
from accounts.signals import closing, exporting
from digestly.work.wake import wake

from . import facts, gateway, keys, sync, trials
from .models import AccessGrant, BillingCustomer, CheckoutAttempt, Gift, StripeEvent, Subscription
from .tasks import sync_customer


@receiver(email_changed)
def tell_stripe(user: User, **told: Any) -> None:
    """Receipts go to the new address: the next sync gives it to Stripe, and is tried until it did."""
    customers = BillingCustomer.objects.known().filter(user=user)
    for pk in customers.values_list("pk", flat=True):
        BillingCustomer.objects.filter(pk=pk).update(needs_sync=True)
        wake(sync_customer, pk)
    if trials.had_by(user):
        trials.remember(user)


@receiver(closing)
def end_payments(user: User, **told: Any) -> bool:
    """Nothing is charged any more, at Stripe and confirmed. Raises StripeFailure, and then is asked again."""
    customers = BillingCustomer.objects.known().filter(user=user)
    if customers and not keys.is_selling():
        return False  # an account that may be paying is not closed while nobody can ask
    for customer in customers:
        _end_payments(customer)
    StripeEvent.objects.filter(customer_id__in=_ids(user)).update(payload={})
    BillingCustomer.objects.filter(user=user).update(create_params={})
    return True


def _end_payments(customer: BillingCustomer) -> None:
    customer_id = customer.stripe_customer_id or ""
    try:
        for session in gateway.open_sessions(customer_id):
            gateway.expire_session(session["id"])
        for subscription in gateway.subscriptions(customer_id):
            if facts.blocks(subscription, customer):
                gateway.cancel_subscription(subscription["id"])
    except gateway.Missing:
        pass  # gone at Stripe, and with it whatever could be charged
    sync.customer(customer.pk, sync.Reason.ACCOUNT)


def _ids(user: User) -> list[str]:
    known = BillingCustomer.objects.filter(user=user).exclude(stripe_customer_id=None)
    return [one or "" for one in known.values_list("stripe_customer_id", flat=True)]


@receiver(exporting)
def export(user: User, **told: Any) -> dict[str, Any]:
    subscriptions = Subscription.objects.filter(customer__user=user).order_by("pk")
    attempts = CheckoutAttempt.objects.filter(user=user).order_by("pk")
    return {
        "billing": {
            "stripe_customers": _ids(user),
            "subscriptions": list(
                subscriptions.values(
                    "stripe_subscription_id", "status", "current_period_start", "current_period_end", "cancel_at",
                    "cancel_at_period_end", "ended_at",
                )
            ),
            "gifts_given": list(
                Gift.objects.filter(buyer=user).order_by("pk").values(
                    "recipient", "message", "months", "state", "created_at", "redeemed_at"
                )
            ),
            "checkouts": list(attempts.values("created_at", "state", "price__lookup_key")),
            "grants": list(
                AccessGrant.objects.filter(user=user).values("kind", "starts_at", "ends_at", "revoked_at")
            ),
        }
    }  # fmt: skip
