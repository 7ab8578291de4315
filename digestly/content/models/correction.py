"""What was wrong in a published digest, said where it is read."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .digest import Digest


class Correction(models.Model):
    """One dated line. Everyone reads it: it must not hold what is locked."""

    digest = models.ForeignKey(Digest, models.CASCADE, related_name="corrections", verbose_name=_("digest"))
    on = models.DateField(_("date"), default=timezone.localdate)
    text = models.CharField(
        _("text"), max_length=500, help_text=_("One sentence for all readers: what was wrong, what is right.")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        ordering = ["on", "pk"]

    def __str__(self) -> str:
        return self.text
