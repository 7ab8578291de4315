"""Subscriptions, as they were last fetched from Stripe."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from billing import keys

from .customer import BillingCustomer, card_name

ENDED = ("canceled", "incomplete_expired")  # nothing will come of these any more
WRITTEN_OFF = ("void", "uncollectible", "draft")


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    def for_plus(self) -> Self:
        return self.filter(is_plus=True, livemode=keys.livemode())

    def live(self) -> Self:
        return self.exclude(status__in=ENDED)


class Subscription(models.Model):
    """A subscription as Stripe had it when it was last fetched. Every date is Stripe's."""

    customer = models.ForeignKey(BillingCustomer, models.CASCADE, related_name="subscriptions")
    livemode = models.BooleanField(default=False)
    stripe_subscription_id = models.CharField(max_length=255, unique=True)
    # An open set: Stripe adds statuses, and one that we do not know opens nothing and breaks nothing.
    status = models.CharField(_("status"), max_length=40)
    stripe_price_id = models.CharField(max_length=255, blank=True)
    stripe_item_id = models.CharField(max_length=255, blank=True)
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
    # What Stripe calls a trial may be the time of a gift, which is paid for.
    is_postponed = models.BooleanField(default=False)
    past_due_since = models.DateTimeField(_("past due since"), null=True)
    unpaid_by = models.CharField(
        max_length=520, blank=True, help_text="The cards that did not pay what is owed."
    )
    latest_invoice_id = models.CharField(max_length=255, blank=True)
    latest_invoice_status = models.CharField(max_length=40, blank=True)
    latest_invoice_url = models.URLField(max_length=2000, blank=True)
    latest_invoice_paid = models.IntegerField(_("last paid"), null=True)
    latest_invoice_at = models.DateTimeField(null=True)
    latest_invoice_for = models.CharField(max_length=60, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    # In the currency's smallest unit; null where nothing is charged again, or Stripe could not say.
    next_amount = models.IntegerField(_("next charge"), null=True)
    card_brand = models.CharField(max_length=40, blank=True)
    card_last4 = models.CharField(max_length=4, blank=True)
    pause_behavior = models.CharField(max_length=40, blank=True)
    resumes_at = models.DateTimeField(_("payments resume"), null=True)
    # Of the request that begins a paid period after a pause, so that two clicks begin one.
    resume_key = models.UUIDField(default=uuid.uuid4, editable=False)
    cancel_reason = models.CharField(max_length=60, blank=True)
    raw = models.JSONField(default=dict, editable=False)
    fetched_at = models.DateTimeField(_("fetched"))
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[SubscriptionQuerySet] = SubscriptionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.stripe_subscription_id} ({self.status})"

    @property
    def card(self) -> str:
        """The card that pays, as its owner knows it: "Visa •••• 4242"; blank if there is none."""
        return card_name(self.card_brand, self.card_last4) or self.customer.card

    @property
    def is_trial_without_card(self) -> bool:
        """Does it end by itself, because there is nothing that could be charged?"""
        return self.status == "trialing" and not self.is_postponed and not self.card

    @property
    def leaves_at(self) -> datetime | None:
        """When it ends for good, if it was cancelled: Stripe's portal sets a date, its API may set only the flag."""
        return self.cancel_at or (self.current_period_end if self.cancel_at_period_end else None)

    @property
    def is_unpaid_period(self) -> bool:
        """Was the period that runs written off, as it is while payments are paused?"""
        return bool(self.pause_behavior) and self.latest_invoice_status in WRITTEN_OFF
