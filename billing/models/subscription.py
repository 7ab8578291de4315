"""Subscriptions, as they were last fetched from Stripe."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from .customer import BillingCustomer


class Subscription(models.Model):
    """A subscription as Stripe had it when it was last fetched. Every date is Stripe's."""

    customer = models.ForeignKey(BillingCustomer, models.CASCADE, related_name="subscriptions")
    livemode = models.BooleanField(default=False)
    stripe_subscription_id = models.CharField(max_length=255, unique=True)
    # An open set: Stripe adds statuses, and one that we do not know opens nothing and breaks nothing.
    status = models.CharField(_("status"), max_length=40)
    stripe_price_id = models.CharField(max_length=255, blank=True)
    is_plus = models.BooleanField(
        _("is for Plus"), default=False, help_text=_("Other things may be sold by the same Stripe account.")
    )
    current_period_start = models.DateTimeField(_("period starts"), null=True)
    current_period_end = models.DateTimeField(_("period ends"), null=True)
    cancel_at = models.DateTimeField(_("cancels at"), null=True)
    cancel_at_period_end = models.BooleanField(_("cancels at the period's end"), default=False)
    canceled_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)
    trial_start = models.DateTimeField(null=True)
    trial_end = models.DateTimeField(null=True)
    past_due_since = models.DateTimeField(_("past due since"), null=True)
    latest_invoice_id = models.CharField(max_length=255, blank=True)
    latest_invoice_status = models.CharField(max_length=40, blank=True)
    latest_invoice_url = models.URLField(max_length=2000, blank=True)
    pause_behavior = models.CharField(max_length=40, blank=True)
    cancel_reason = models.CharField(max_length=60, blank=True)
    raw = models.JSONField(default=dict, editable=False)
    fetched_at = models.DateTimeField(_("fetched"))
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.stripe_subscription_id} ({self.status})"
