"""What a person must look into: refunds, disputes, doubles, prices nobody knows."""

from __future__ import annotations

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from digestly.work.lease import Leased

from .customer import BillingCustomer
from .subscription import Subscription


class BillingIncidentQuerySet(models.QuerySet["BillingIncident"]):
    def blocking(self) -> Self:
        """Those that close Plus: money that was taken back, or may be."""
        states = (BillingIncident.State.OPEN, BillingIncident.State.LOST)
        return self.filter(kind=BillingIncident.Kind.DISPUTE, state__in=states)


class BillingIncident(models.Model):
    """Something about money that a person should look at."""

    class Kind(models.TextChoices):
        REFUND = "refund", _("refund")
        DISPUTE = "dispute", _("dispute")
        DUPLICATE = "duplicate_sub", _("two subscriptions at once")
        UNKNOWN_PRICE = "unknown_price", _("unknown price")
        UNKNOWN_STATUS = "unknown_status", _("unknown status")
        DRIFT = "drift", _("found without an event")
        STRAY = "stray", _("pays for Plus, and has no account here")

    class State(models.TextChoices):
        OPEN = "open", _("open")
        WON = "won", _("won")
        LOST = "lost", _("lost")
        CLOSED = "closed", _("closed")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    stripe_id = models.CharField(max_length=255)
    livemode = models.BooleanField(default=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    customer = models.ForeignKey(
        BillingCustomer, models.SET_NULL, null=True, blank=True, related_name="incidents"
    )
    subscription = models.ForeignKey(
        Subscription, models.SET_NULL, null=True, blank=True, related_name="incidents"
    )
    told = models.TextField(_("what happened"), blank=True)
    created_at = models.DateTimeField(_("first seen"), auto_now_add=True)
    changed_at = models.DateTimeField(_("last seen"), auto_now=True)

    objects: ClassVar[BillingIncidentQuerySet] = BillingIncidentQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
        ordering = ["-changed_at"]
        constraints = [models.UniqueConstraint(fields=["kind", "stripe_id"], name="one_incident_per_thing")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.stripe_id}"


class BillingNotice(Leased):
    """A letter about money, so that it is sent once. Whoever sends it holds its lease; one that died before the letter
    was taken is replaced."""

    kind = models.CharField(_("kind"), max_length=40)
    key = models.CharField(max_length=255)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+"
    )
    # Where it goes if nobody here has that address, as with a gift.
    address = models.EmailField(_("email address"), blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    # What the letter tells and may have changed by the time that it is sent.
    facts = models.JSONField(default=dict, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    sent_at = models.DateTimeField(_("sent"), null=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="one_notice_per_thing")]

    def __str__(self) -> str:
        return f"{self.kind} ({self.key})"
