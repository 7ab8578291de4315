"""The journal: what was done to somebody's Plus, when, by whom and why. And the refunds that staff give."""

from __future__ import annotations

from typing import ClassVar, Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from digestly.work.lease import Leased

from .customer import BillingCustomer
from .reconciliation import Reconciliation


class JournalEntry(models.Model):
    """One line of the journal, written in the transaction that did it, and never changed."""

    class Kind(models.TextChoices):
        SYNC = "sync", _("synced")
        DRIFT = "drift", _("found without an event")
        GRANT = "grant", _("granted")
        REVOKE = "revoke", _("revoked")
        REFUND = "refund", _("refunded")
        REPLAY = "replay", _("event looked into again")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    customer = models.ForeignKey(
        BillingCustomer, models.SET_NULL, null=True, blank=True, related_name="journal"
    )
    reconciliation = models.ForeignKey(
        Reconciliation, models.SET_NULL, null=True, blank=True, related_name="found"
    )
    occasion = models.CharField(_("occasion"), max_length=20, blank=True)
    told = models.TextField(_("what happened"), blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )
    why = models.CharField(_("why"), max_length=200, blank=True)
    at = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta:
        verbose_name = _("journal entry")
        verbose_name_plural = _("journal entries")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["user", "-at"], name="journal_of_user"),
            models.Index(fields=["customer", "-at"], name="journal_of_customer"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.told}"


class RefundQuerySet(models.QuerySet["Refund"]):
    def unanswered(self) -> Self:
        return self.filter(state=Refund.State.ASKING)


class Refund(Leased):
    """Money that staff give back. The row is there before Stripe hears of it, and keeps the idempotency key:
    whatever dies in between, the same money goes back once."""

    class State(models.TextChoices):
        ASKING = "asking", _("being asked for")
        DONE = "done", _("done")
        REFUSED = "refused", _("refused")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    key = models.UUIDField(default=uuid4, editable=False)
    customer = models.ForeignKey(BillingCustomer, models.PROTECT, related_name="refunds")
    charge_id = models.CharField(max_length=255)
    amount = models.PositiveIntegerField(
        _("amount"), help_text=_("In the currency's smallest unit, such as cents.")
    )
    currency = models.CharField(_("currency"), max_length=3)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    why = models.CharField(_("why"), max_length=200)
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.ASKING)
    stripe_refund_id = models.CharField(max_length=255, blank=True)
    last_error = models.CharField(_("last error"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects: ClassVar[RefundQuerySet] = RefundQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["charge_id"], condition=Q(state="asking"), name="one_refund_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.charge_id}: {self.amount} {self.currency} ({self.state})"
