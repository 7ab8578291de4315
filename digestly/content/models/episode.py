"""Episodes and their words."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import ClassVar, Self
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from digestly.transcripts.types import Segment
from digestly.work.lease import Leased

from .source import Source


class EpisodeQuerySet(models.QuerySet["Episode"]):
    def wanting_words(self) -> Self:
        """Those whose transcript is to be fetched now."""
        return self.filter(
            Q(next_try_at=None) | Q(next_try_at__lte=Now()),
            state__in=[Episode.State.TRANSCRIPT_PENDING, Episode.State.WAITING_TRANSCRIPT],
        ).exclude(
            Q(state=Episode.State.WAITING_TRANSCRIPT, next_try_at=None)
            | Q(source__status=Source.Status.WITHDRAWN)
        )


class Episode(Leased):
    """One recording. `identity` is what makes it the same one at the next fetch."""

    class State(models.TextChoices):
        DISCOVERED = "discovered", _("discovered")
        TRANSCRIPT_PENDING = "transcript_pending", _("transcript pending")
        TRANSCRIPT_RUNNING = "transcript_running", _("fetching transcript")
        TRANSCRIPT_READY = "transcript_ready", _("transcript ready")
        WAITING_TRANSCRIPT = "waiting_transcript", _("waiting for a transcript")
        BACKLOG = "backlog", _("backlog")
        POSSIBLE_DUPLICATE = "possible_duplicate", _("possible duplicate")
        SKIPPED = "skipped", _("skipped")

    source = models.ForeignKey(Source, models.CASCADE, related_name="episodes", verbose_name=_("source"))
    identity = models.CharField(max_length=500, editable=False)
    guid = models.TextField(blank=True, editable=False)
    title = models.CharField(_("title"), max_length=500)
    link = models.CharField(_("page"), max_length=2000, blank=True)
    media_url = models.CharField(_("recording"), max_length=2000, blank=True)
    media_type = models.CharField(max_length=100, blank=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    duration = models.FloatField(_("duration"), null=True, blank=True, help_text=_("In seconds."))
    notes = models.TextField(_("show notes"), blank=True)
    transcript_links = models.JSONField(default=list, blank=True, editable=False)
    chapters = models.CharField(max_length=2000, blank=True, editable=False)
    # `[seconds, title]` each: from the feed, or from the file that `chapters` names.
    chapter_marks = models.JSONField(default=list, blank=True, editable=False)
    persons = models.JSONField(default=list, blank=True, editable=False)
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.DISCOVERED)
    next_try_at = models.DateTimeField(_("next try"), null=True, editable=False)
    error_code = models.CharField(_("error"), max_length=30, blank=True, editable=False)
    error_text = models.CharField(max_length=500, blank=True, editable=False)
    missing_since = models.DateTimeField(null=True, editable=False)
    first_seen_at = models.DateTimeField(_("first seen"), auto_now_add=True)

    objects: ClassVar[EpisodeQuerySet] = EpisodeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("episode")
        verbose_name_plural = _("episodes")
        ordering = ["-first_seen_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["source", "identity"], name="one_episode_per_identity")
        ]
        indexes = [models.Index(fields=["state", "next_try_at"], name="episode_state")]

    def __str__(self) -> str:
        return self.title

    @property
    def url(self) -> str:
        """Where people find the recording: its page, else the file."""
        return self.link or self.media_url

    def moment(self, seconds: float) -> str | None:
        """The recording at that second: a YouTube time, or a media fragment (W3C Media Fragments §4.2.1)."""
        second = int(seconds)
        try:
            parts = urlsplit(self.link)
        except ValueError:  # a feed may say anything
            return None
        if parts.hostname in ("youtu.be", "youtube.com", "www.youtube.com", "m.youtube.com"):
            query = [(key, value) for key, value in parse_qsl(parts.query) if key != "t"]
            return urlunsplit(parts._replace(query=urlencode([*query, ("t", f"{second}s")])))
        if self.media_url:
            return f"{self.media_url.split('#')[0]}#t={second}"
        return f"{self.link.split('#')[0]}#t={second}" if self.link else None

    @classmethod
    def identity_of(cls, guid: str) -> str:
        """The guid, or its digest where it is longer than the column."""
        return guid if len(guid) <= 400 else "sha256:" + hashlib.sha256(guid.encode()).hexdigest()


class Transcript(models.Model):
    """What was said. Immutable: a digest keeps the one it was made from, and evidence counts its segments."""

    class Origin(models.TextChoices):
        FEED = "feed", _("feed")
        UPLOAD = "upload", _("upload")
        CAPTIONS = "captions", _("captions")
        SPEECH = "speech", _("speech recognition")

    episode = models.ForeignKey(
        Episode, models.CASCADE, related_name="transcripts", verbose_name=_("episode")
    )
    sha = models.CharField(max_length=64)
    origin = models.CharField(_("origin"), max_length=10, choices=Origin)
    url = models.CharField(max_length=2000, blank=True)
    format = models.CharField(max_length=10)
    language = models.CharField(_("language"), max_length=20, blank=True)
    segments = models.JSONField()
    words = models.PositiveIntegerField(_("words"))
    stored_at = models.DateTimeField(_("stored"), auto_now_add=True)

    class Meta:
        verbose_name = _("transcript")
        verbose_name_plural = _("transcripts")
        constraints = [models.UniqueConstraint(fields=["episode", "sha"], name="one_transcript_per_text")]

    def __str__(self) -> str:
        return f"{self.episode} ({self.format}, {self.words})"

    def spoken(self) -> list[Segment]:
        """The segments as values."""
        return [Segment(*segment) for segment in self.segments]

    @staticmethod
    def packed(segments: Sequence[Segment]) -> list[list[float | str | None]]:
        """The segments as stored: `[start, end, speaker, text]` each."""
        return [[segment.start, segment.end, segment.speaker, segment.text] for segment in segments]

    @staticmethod
    def sha_of(packed: list[list[float | str | None]]) -> str:
        return hashlib.sha256(json.dumps(packed, ensure_ascii=False).encode("utf-8", "replace")).hexdigest()
