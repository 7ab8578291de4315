"""The small print, as far as the operator has changed what is shipped."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override


class SmallPrint(models.Model):
    """One page of it in one language. A blank text is the shipped one."""

    class Kind(models.TextChoices):
        TERMS = "terms", _("Terms")
        PRIVACY = "privacy", _("Privacy")
        REFUNDS = "refunds", _("Refunds")
        IMPRINT = "imprint", _("Imprint")
        CONTACT = "contact", _("Contact")
        RIGHTS = "rights", _("For rights holders")

    kind = models.CharField(_("page"), max_length=10, choices=Kind)
    language = models.CharField(_("language"), max_length=20)
    text = models.TextField(_("text"), blank=True)
    edited_at = models.DateTimeField(_("edited"), auto_now=True)

    class Meta:
        verbose_name = _("small print")
        verbose_name_plural = _("small print")
        constraints = [
            models.UniqueConstraint(fields=["kind", "language"], name="one_small_print_per_language")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.language})"

    def get_absolute_url(self) -> str:
        with override(self.language):
            return reverse("small_print", args=[self.kind])
