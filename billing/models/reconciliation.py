"""Runs of comparing our rows with Stripe's lists: how far each is, and what it found."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar, Self

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from digestly.work.lease import Leased


class ReconciliationQuerySet(models.QuerySet["Reconciliation"]):
    def unfinished(self) -> Self:
        """Those to go on with. After a day the next one has taken over."""
        return self.filter(finished_at=None, started_at__gt=Now() - timedelta(days=1))


class Reconciliation(Leased):
    """One comparison with Stripe. A worker that dies at it leaves the place at which the next one goes on."""

    class Scope(models.TextChoices):
        RECENT = "recent", _("what is new")
        ALL = "all", _("everything")

    # Of the hour or the night it is for: however many processes ask for it, it is made once.
    key = models.CharField(max_length=60, unique=True, editable=False)
    scope = models.CharField(_("scope"), max_length=6, choices=Scope)
    livemode = models.BooleanField(default=False)
    stage = models.CharField(max_length=300, blank=True, editable=False)
    after = models.CharField(max_length=255, blank=True, editable=False)
    compared = models.PositiveIntegerField(_("compared"), default=0)
    differed = models.PositiveIntegerField(_("differed"), default=0)
    late_events = models.PositiveIntegerField(_("lost events found"), default=0)
    last_error = models.CharField(_("last error"), max_length=300, blank=True)
    started_at = models.DateTimeField(_("started"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished"), null=True)

    objects: ClassVar[ReconciliationQuerySet] = ReconciliationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("comparison with Stripe")
        verbose_name_plural = _("comparisons with Stripe")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.get_scope_display()}, {self.started_at:%Y-%m-%d %H:%M}"
