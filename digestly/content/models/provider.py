"""Providers of words, as far as the database must know: who is at it, and until when it is left alone."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from digestly.work.lease import Leased


class ProviderState(Leased):
    """A provider serves one request at a time; one that is blocked rests as a whole."""

    name = models.CharField(_("name"), max_length=20, primary_key=True)
    paused_until = models.DateTimeField(_("paused until"), null=True)
    blocks = models.PositiveIntegerField(_("blocks in a row"), default=0)
    error_text = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = _("provider")
        verbose_name_plural = _("providers")

    def __str__(self) -> str:
        return self.name
