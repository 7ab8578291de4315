"""What Stripe told us: stored once, acknowledged at once, looked into later."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from digestly.work.lease import Leased


class StripeEventQuerySet(models.QuerySet["StripeEvent"]):
    def due(self) -> Self:
        """Those still to be processed, and whose time to try again has come."""
        waiting = self.filter(status__in=StripeEvent.WAITING)
        return waiting.filter(Q(next_try_at=None) | Q(next_try_at__lte=Now()))


class StripeEvent(Leased):
    """Something that Stripe told us. It says where to look, never what is true."""

    class Status(models.TextChoices):
        RECEIVED = "received", _("received")
        PROCESSED = "processed", _("processed")
        FAILED = "failed", _("failed")
        IGNORED = "ignored", _("ignored")

    WAITING = (Status.RECEIVED, Status.FAILED)

    stripe_event_id = models.CharField(max_length=255, unique=True)
    livemode = models.BooleanField(default=False)
    type = models.CharField(_("type"), max_length=100)
    api_version = models.CharField(max_length=40, blank=True)
    stripe_created = models.DateTimeField(_("created at Stripe"))
    customer_id = models.CharField(max_length=255, blank=True)
    object_id = models.CharField(max_length=255, blank=True)
    payload = models.JSONField(editable=False)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.RECEIVED)
    next_try_at = models.DateTimeField(null=True, editable=False)
    last_error = models.CharField(_("last error"), max_length=300, blank=True)
    received_at = models.DateTimeField(_("received"), auto_now_add=True)
    processed_at = models.DateTimeField(_("processed"), null=True)

    objects: ClassVar[StripeEventQuerySet] = StripeEventQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("Stripe event")
        verbose_name_plural = _("Stripe events")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["status", "next_try_at"], name="events_to_process"),
            models.Index(fields=["customer_id", "-received_at"], name="events_of_customer"),
        ]

    def __str__(self) -> str:
        return f"{self.type} ({self.stripe_event_id})"
