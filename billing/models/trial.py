"""Who had their trial: one a person for life, remembered even when the account is closed."""

from __future__ import annotations

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from billing import keys

from .checkout import CheckoutAttempt


class TrialQuerySet(models.QuerySet["Trial"]):
    def of_this_mode(self) -> Self:
        return self.filter(livemode=keys.livemode())

    def begun(self) -> Self:
        return self.exclude(begun_at=None)


class Trial(models.Model):
    """The trial of whoever has this address. Kept as a keyed hash, from which nobody learns the address; until it has
    begun, one checkout at a time may offer it."""

    fingerprint = models.CharField(max_length=64)
    livemode = models.BooleanField(default=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="trials"
    )
    attempt = models.OneToOneField(
        CheckoutAttempt, models.SET_NULL, null=True, blank=True, related_name="trial"
    )
    begun_at = models.DateTimeField(_("begun"), null=True)

    objects: ClassVar[TrialQuerySet] = TrialQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("trial")
        verbose_name_plural = _("trials")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["livemode", "fingerprint"], name="one_trial_per_address")
        ]

    def __str__(self) -> str:
        return f"{self.fingerprint[:8]}…"
