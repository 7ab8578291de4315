"""Plus without a subscription: complimentary, a gift, or for staff."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class AccessGrantQuerySet(models.QuerySet["AccessGrant"]):
    def in_force(self, at: datetime) -> Self:
        return self.filter(
            Q(ends_at=None) | Q(ends_at__gt=at), Q(revoked_at=None) | Q(revoked_at__gt=at), starts_at__lte=at
        )


class AccessGrant(models.Model):
    """Plus without a subscription. Syncing with Stripe never touches it."""

    class Kind(models.TextChoices):
        COMP = "comp", _("complimentary")
        GIFT = "gift", _("gift")
        STAFF = "staff", _("staff")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="grants")
    kind = models.CharField(_("kind"), max_length=5, choices=Kind, default=Kind.COMP)
    starts_at = models.DateTimeField(_("starts"), default=timezone.now)
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True, editable=False)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    source_key = models.CharField(
        max_length=100, unique=True, null=True, blank=True, editable=False,
        help_text="What this grant came from, so that the same gift is never granted twice.",
    )  # fmt: skip

    # The ends of which its holder was told a week and a day before.
    week_told_of = models.DateTimeField(null=True, editable=False)
    day_told_of = models.DateTimeField(null=True, editable=False)

    objects: ClassVar[AccessGrantQuerySet] = AccessGrantQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("access grant")
        verbose_name_plural = _("access grants")
        ordering = ["-starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")), name="grant_ends_after_it_starts"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.get_kind_display()})"
