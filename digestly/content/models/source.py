"""Where episodes come from, and how the fetching goes."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from digestly.work.lease import Leased

if TYPE_CHECKING:
    from .digest import Digest


class SourceQuerySet(models.QuerySet["Source"]):
    def fetched(self) -> Self:
        """Those that are polled at all."""
        return self.filter(status__in=Source.POLLED).exclude(url_norm=None)

    def wanted_elsewhere(self) -> Self:
        """Those that an editor wants to move, and nobody has looked there yet."""
        return self.filter(wanted_error="").exclude(wanted_url="").exclude(status=Source.Status.WITHDRAWN)

    def due(self) -> Self:
        return self.fetched().filter(Q(lease_until=None) | Q(lease_until__lt=Now()), next_fetch_at__lte=Now())

    def known_to_readers(self) -> Self:
        """Those with something published; the others are the editors' business."""
        from .digest import Digest

        published = Digest.objects.published().filter(episode__source=models.OuterRef("pk"))
        return self.filter(models.Exists(published))

    def withdrawn_from_readers(self) -> Self:
        """Those of which something was published until the whole was taken away."""
        from .digest import Digest

        taken = Digest.objects.filter(episode__source=models.OuterRef("pk"), withdrawn_with_source=True)
        return self.filter(models.Exists(taken), status=Source.Status.WITHDRAWN)


class Source(Leased):
    """A podcast feed, a YouTube channel, or a shelf for uploaded recordings."""

    class Kind(models.TextChoices):
        PODCAST = "podcast", _("podcast")
        YOUTUBE = "youtube", _("YouTube channel")
        UPLOAD = "upload", _("upload")

    class Status(models.TextChoices):
        NEW = "new", _("new")
        ACTIVE = "active", _("active")
        FAILING = "failing", _("failing")
        PAUSED = "paused", _("paused")
        GONE = "gone", _("gone")
        WITHDRAWN = "withdrawn", _("withdrawn")

    POLLED = (Status.NEW, Status.ACTIVE, Status.FAILING)
    AT_REST = (Status.PAUSED, Status.GONE, Status.WITHDRAWN)

    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.PODCAST)
    url = models.CharField(_("feed address"), max_length=2000, blank=True)
    # The address in one spelling: two editors adding the same feed make one source.
    url_norm = models.CharField(max_length=2000, unique=True, null=True, editable=False)  # noqa: DJ001 - null is no feed
    title = models.CharField(_("title"), max_length=300, blank=True)
    slug = models.SlugField(_("slug"), max_length=120, unique=True, allow_unicode=True, blank=True)
    host = models.CharField(max_length=255, blank=True, editable=False)
    link = models.CharField(_("website"), max_length=2000, blank=True)
    image = models.CharField(_("image"), max_length=2000, blank=True)
    description = models.TextField(_("description"), blank=True)
    language = models.CharField(_("language"), max_length=20, blank=True)
    digest_languages = models.JSONField(
        _("digest languages"), default=list, blank=True, help_text=_("Empty: the language it is spoken in.")
    )
    glossary = models.TextField(
        _("glossary"),
        blank=True,
        max_length=4000,
        help_text=_("Names and terms as a language model is to write them, one a line."),
    )
    instructions = models.TextField(
        _("instructions"),
        blank=True,
        max_length=4000,
        help_text=_(
            "What a language model is to heed in digests of this source, such as its readers or its tone."
        ),
    )
    podcast_guid = models.CharField(max_length=100, blank=True, editable=False)
    note = models.TextField(
        _("note"), blank=True, help_text=_("For editors only: folders of an imported list, who to ask.")
    )
    newest = models.PositiveSmallIntegerField(
        _("newest episodes"),
        default=3,
        help_text=_("How many of the back catalogue are digested at the start."),
    )

    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.NEW)
    etag = models.CharField(max_length=1024, blank=True, editable=False)
    last_modified = models.CharField(max_length=200, blank=True, editable=False)
    content_sha = models.CharField(max_length=64, blank=True, editable=False)
    # Which version of our readers took in what we have: a better one reads the same bytes again.
    read_by = models.PositiveSmallIntegerField(default=0, editable=False)
    interval = models.DurationField(default=timedelta(hours=1), editable=False)
    latest_at = models.DateTimeField(null=True, editable=False)
    quiet_hours = models.JSONField(default=list, editable=False)
    # Where the feed itself says that it lives now, and where host or feed have said so since when and how often.
    named_url = models.CharField(max_length=2000, blank=True, editable=False)
    moving_to = models.CharField(max_length=2000, blank=True, editable=False)
    moving_since = models.DateTimeField(null=True, editable=False)
    moving_seen = models.PositiveSmallIntegerField(default=0, editable=False)
    next_fetch_at = models.DateTimeField(_("next fetch"), null=True, db_default=Now(), editable=False)
    last_fetched_at = models.DateTimeField(_("last fetched"), null=True, editable=False)
    failures = models.PositiveIntegerField(_("failures in a row"), default=0, editable=False)
    failing_since = models.DateTimeField(null=True, editable=False)
    error_code = models.CharField(_("error"), max_length=30, blank=True, editable=False)
    error_text = models.CharField(max_length=500, blank=True, editable=False)
    shows_transcript = models.BooleanField(
        _("transcripts may be shown"),
        default=False,
        help_text=_(
            "Only with its owner's leave: members with Plus may then read what was said, word for word."
        ),
    )
    # Where an editor wants it to go: it goes when a worker has found a feed there. Else it says why not.
    wanted_url = models.CharField(max_length=2000, blank=True, editable=False)
    wanted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    wanted_error = models.CharField(max_length=500, blank=True, editable=False)
    withdrawn_because = models.CharField(_("withdrawn because"), max_length=300, blank=True, editable=False)
    added_at = models.DateTimeField(_("added"), auto_now_add=True)

    objects: ClassVar[SourceQuerySet] = SourceQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["title", "pk"]
        indexes = [models.Index(fields=["next_fetch_at"], name="source_due")]

    def __str__(self) -> str:
        return self.title or self.url or self.slug

    def page_of_digests(self, language: str, before: str, size: int) -> tuple[list[Digest], str]:
        """Up to `size` published digests, newest first, and the key for the page after them ("" if none).

        Pages are found by key, "2026-11-23.17", so that the thousandth costs what the first does.
        """
        from .digest import Digest

        digests = Digest.objects.published().for_reading().filter(episode__source=self, language=language)
        key = re.fullmatch(r"(\d{4}-\d{2}-\d{2})\.(\d{1,18})", before)
        day = day_of(key[1]) if key else None
        if key and day:
            later_that_day = Q(entry__edition__date=day, pk__lt=int(key[2]))
            digests = digests.filter(Q(entry__edition__date__lt=day) | later_that_day)
        found = list(digests.order_by("-entry__edition__date", "-pk")[: size + 1])
        if len(found) <= size:
            return found, ""
        last = found[size - 1]
        return found[:size], f"{last.entry.edition.date}.{last.pk}"

    def url_in(self, language: str) -> str:
        """The path of its page in an interface language."""
        with override(language):
            return reverse("source", args=[self.slug])


class FormerAddress(models.Model):
    """Where a source was read before it moved. Whoever adds that address again finds the source."""

    source = models.ForeignKey(Source, models.CASCADE, related_name="former_addresses")
    url = models.CharField(max_length=2000)
    url_norm = models.CharField(max_length=2000, unique=True)
    left_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.url


class FetchAttempt(models.Model):
    """One look at a source and what came of it. `outcome` is in `GOOD`, or an error code."""

    GOOD = ("new", "unchanged", "not_modified", "found")  # "found": the feed behind a page of YouTube's

    source = models.ForeignKey(
        Source, models.CASCADE, related_name="fetch_attempts", verbose_name=_("source")
    )
    at = models.DateTimeField(_("when"), auto_now_add=True)
    outcome = models.CharField(_("outcome"), max_length=30)
    http_status = models.PositiveSmallIntegerField(_("HTTP status"), null=True)
    bytes = models.PositiveIntegerField(_("bytes"), default=0)
    milliseconds = models.PositiveIntegerField(_("milliseconds"), default=0)
    new = models.PositiveIntegerField(_("new"), default=0)
    updated = models.PositiveIntegerField(_("updated"), default=0)
    message = models.CharField(_("message"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("fetch attempt")
        verbose_name_plural = _("fetch attempts")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["at"], name="fetch_attempt_age")]

    def __str__(self) -> str:
        return f"{self.source_id} {self.outcome}"

    @property
    def is_failure(self) -> bool:
        return self.outcome not in self.GOOD


class HostState(models.Model):
    """When a host may be asked again. One host may serve hundreds of sources, and must not notice."""

    host = models.CharField(max_length=255, primary_key=True)
    next_allowed_at = models.DateTimeField(db_default=Now())
    blocked_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.host

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.host = self.host.lower()
        super().save(*args, **kwargs)


def day_of(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None
