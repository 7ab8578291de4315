"""Editions: the digests of one day in one language, in order."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from .digest import Digest


class EditionQuerySet(models.QuerySet["Edition"]):
    def readable(self, language: str) -> Self:
        """Those in a language with something in them, newest first."""
        return self.with_digests().filter(language=language).order_by("-date")

    def with_digests(self) -> Self:
        with_digests = EditionEntry.objects.filter(
            edition=models.OuterRef("pk"), digest__state=Digest.State.PUBLISHED
        )
        return self.filter(models.Exists(with_digests))

    def on(self, day: date) -> Self:
        return self.filter(date=day)

    def before(self, day: date) -> Self:
        return self.filter(date__lt=day).order_by("-date")

    def after(self, day: date) -> Self:
        return self.filter(date__gt=day).order_by("date")


class Edition(models.Model):
    """One day in one language."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        CLOSED = "closed", _("closed")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")

    date = models.DateField(_("date"))
    language = models.CharField(_("language"), max_length=20)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)

    objects: ClassVar[EditionQuerySet] = EditionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering = ["-date"]
        constraints = [models.UniqueConstraint(fields=["language", "date"], name="one_edition_per_day")]

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d} {self.language}"

    def get_absolute_url(self) -> str:
        with override(self.language):
            return reverse("edition", args=[self.date])


class EditionEntry(models.Model):
    """A digest's place in an edition. Its existence is what publication means; there can be only one."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="entries")
    digest = models.OneToOneField(Digest, models.CASCADE, related_name="entry")
    position = models.PositiveIntegerField(_("position"))
    slug = models.SlugField(_("slug"), max_length=120, allow_unicode=True)

    class Meta:
        verbose_name = _("edition entry")
        verbose_name_plural = _("edition entries")
        ordering = ["edition", "position"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "slug"], name="one_digest_per_slug"),
            models.UniqueConstraint(fields=["edition", "position"], name="one_digest_per_position"),
        ]

    def __str__(self) -> str:
        return f"{self.edition} {self.position}"

    def get_absolute_url(self) -> str:
        with override(self.edition.language):
            return reverse("digest", args=[self.edition.date, self.slug])


class RetiredSlug(models.Model):
    """An address a digest once had. It redirects for good."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="retired_slugs")
    slug = models.SlugField(max_length=120, allow_unicode=True)
    entry = models.ForeignKey(EditionEntry, models.CASCADE, related_name="retired_slugs")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edition", "slug"], name="one_redirect_per_slug")]

    def __str__(self) -> str:
        return self.slug
