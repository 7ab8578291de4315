"""Checkout attempts: at most one open for each person, so that nobody buys twice."""

from __future__ import annotations

import uuid
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .customer import BillingCustomer
from .price import PlanPrice


class CheckoutAttemptQuerySet(models.QuerySet["CheckoutAttempt"]):
    def unfinished(self) -> Self:
        return self.filter(state__in=CheckoutAttempt.UNFINISHED)


class CheckoutAttempt(models.Model):
    """One try at buying Plus. The uuid is the idempotency key, and the params are frozen with it: two tabs, or a
    second try after a crash, repeat the same call and get the same session."""

    class State(models.TextChoices):
        CREATING = "creating", _("being made")
        OPEN = "open", _("open")
        COMPLETE = "complete", _("complete")
        EXPIRED = "expired", _("expired")
        FAILED = "failed", _("failed")

    UNFINISHED = (State.CREATING, State.OPEN)

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="checkout_attempts"
    )
    customer = models.ForeignKey(BillingCustomer, models.CASCADE, related_name="checkouts")
    price = models.ForeignKey(PlanPrice, models.PROTECT, related_name="checkouts")
    livemode = models.BooleanField(default=False)
    params = models.JSONField(editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.CREATING)
    stripe_session_id = models.CharField(max_length=255, unique=True, null=True, blank=True)
    url = models.URLField(max_length=2000, blank=True)
    expires_at = models.DateTimeField(_("expires"))
    trial_days = models.PositiveSmallIntegerField(default=0)
    back_to = models.CharField(max_length=2000, blank=True, help_text="The page that the reader came from.")
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[CheckoutAttemptQuerySet] = CheckoutAttemptQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("checkout")
        verbose_name_plural = _("checkouts")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["livemode", "user"],
                condition=Q(state__in=("creating", "open")),
                name="one_open_checkout",
            )
        ]

    def __str__(self) -> str:
        return f"{self.uuid} ({self.state})"
