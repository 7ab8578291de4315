"""The digest: one episode in one language, with every version it had."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from digestly.outline import document
from digestly.outline.preview import Policy
from digestly.outline.types import Outline
from digestly.work.lease import Leased

from .episode import Episode, Transcript
from .source import Source

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from .correction import Correction
    from .edition import EditionEntry

WORDS_A_MINUTE = (
    230  # silent reading of non-fiction, English: Brysbaert 2019, Journal of Memory and Language 109
)
SYLLABLES_A_MINUTE = 500  # Hangul syllables or Han characters, which stand unspaced


class DigestQuerySet(models.QuerySet["Digest"]):
    def awaiting_review(self) -> Self:
        return self.filter(state=Digest.State.IN_REVIEW)

    def published(self) -> Self:
        return self.filter(state=Digest.State.PUBLISHED)

    def due(self, now: datetime) -> Self:
        """Approved, and their time has come."""
        approved = self.filter(Q(publish_at=None) | Q(publish_at__lte=now), state=Digest.State.APPROVED)
        return approved.exclude(episode__source__status=Source.Status.WITHDRAWN)

    def for_reading(self) -> Self:
        """With everything a page says around the outline, and without any locked text."""
        return self.select_related("episode__source", "entry__edition", "reviewed_by", "rendering").defer(
            "outline", "report", "rendering__full_html", "episode__notes", "episode__transcript_links"
        )


class Digest(Leased):
    """What Digestly makes of an episode. `version` rises with each save and guards against lost edits."""

    class State(models.TextChoices):
        PENDING = "pending", _("pending")
        RUNNING = "running", _("being written")
        IN_REVIEW = "in_review", _("in review")
        APPROVED = "approved", _("approved")
        PUBLISHED = "published", _("published")
        FAILED = "failed", _("failed")
        REJECTED = "rejected", _("rejected")
        WITHDRAWN = "withdrawn", _("withdrawn")

    class PolicyChoice(models.TextChoices):
        STRUCTURAL = "structural", _("sub-sections are locked")
        ALL_FREE = "all_free", _("everything is open")
        ALL_LOCKED = "all_locked", _("all bullets are locked")

    episode = models.ForeignKey(Episode, models.CASCADE, related_name="digests", verbose_name=_("episode"))
    language = models.CharField(_("language"), max_length=20)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PENDING)
    transcript = models.ForeignKey(
        Transcript, models.RESTRICT, null=True, editable=False, related_name="digests"
    )

    outline = models.JSONField(default=dict, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)
    # Copied out of the outline at each save, so that lists need not read it. Both are open to everyone.
    title = models.CharField(_("title"), max_length=500, blank=True, editable=False)
    summary = models.TextField(blank=True, editable=False)
    minutes = models.PositiveSmallIntegerField(_("minutes to read"), default=0, editable=False)

    policy = models.CharField(
        _("access"), max_length=10, choices=PolicyChoice, default=PolicyChoice.STRUCTURAL
    )
    free_from = models.DateTimeField(_("free from"), null=True, blank=True)
    free_until = models.DateTimeField(_("free until"), null=True, blank=True)

    engine = models.CharField(_("engine"), max_length=50, blank=True, editable=False)
    # An editor asked for this one, whatever the site is set up with.
    engine_wanted = models.CharField(max_length=20, blank=True, editable=False)
    # On language models since it was last put in line, reservations included; in millionths.
    spent = models.BigIntegerField(default=0, editable=False)
    report = models.JSONField(default=dict, editable=False)
    error_code = models.CharField(_("error"), max_length=30, blank=True, editable=False)
    error_text = models.CharField(max_length=500, blank=True, editable=False)

    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    reviewed_at = models.DateTimeField(_("reviewed"), null=True, editable=False)
    edition_date = models.DateField(
        _("edition"), null=True, blank=True, help_text=_("Empty: the day it is published.")
    )
    publish_at = models.DateTimeField(_("publish at"), null=True, editable=False)
    published_at = models.DateTimeField(_("published"), null=True, editable=False)
    withdrawn_because = models.CharField(_("withdrawn because"), max_length=300, blank=True, editable=False)
    # It went together with everything of its source, and comes back with it.
    withdrawn_with_source = models.BooleanField(default=False, editable=False)
    made_at = models.DateTimeField(_("made"), auto_now_add=True)

    objects: ClassVar[DigestQuerySet] = DigestQuerySet.as_manager()  # type: ignore[assignment]

    if TYPE_CHECKING:
        corrections: RelatedManager[Correction]
        entry: EditionEntry
        rendering: Rendering

    class Meta:
        verbose_name = _("digest")
        verbose_name_plural = _("digests")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["episode", "language"], name="one_digest_per_language")
        ]
        indexes = [models.Index(fields=["state", "publish_at"], name="digest_state")]

    def __str__(self) -> str:
        return self.title or str(self.episode)

    def get_absolute_url(self) -> str:
        """Its path once it stands in an edition."""
        return self.entry.get_absolute_url()

    @property
    def content(self) -> Outline:
        """The outline as a value."""
        return document.load(self.outline)

    def policy_at(self, now: datetime) -> Policy:
        """The digest's policy; its dates may open it. Marks on sections go before either.

        Both dates in order are a window; the other way round, what they enclose is the time it is closed.
        """
        has_begun = bool(self.free_from and self.free_from <= now)
        is_not_over = bool(self.free_until and now < self.free_until)
        is_window = self.free_from and self.free_until and self.free_from < self.free_until
        opened = has_begun and is_not_over if is_window else has_begun or is_not_over
        return "all_free" if opened else self.policy  # type: ignore[return-value]

    def next_access_change(self, now: datetime) -> datetime | None:
        """When a date opens or closes it next: no cache may keep a page for longer."""
        return min((at for at in (self.free_from, self.free_until) if at and at > now), default=None)


def facts_of(outline: Outline) -> dict[str, Any]:
    """The columns that follow from an outline, and the outline as stored."""
    return {
        "outline": document.dump(outline),
        "title": (outline.title or "")[:500],
        "summary": outline.summary,
        "minutes": minutes_to_read(outline),
    }


def minutes_to_read(outline: Outline) -> int:
    """Whole minutes, at least one, for the complete digest."""
    points = [*outline.key_points, *outline.insights]
    texts = [outline.summary, outline.analysis or "", *(point.text for point in points)]
    for section in outline.walk():
        texts += [section.heading, *(bullet.text for bullet in section.bullets)]
    text = " ".join(texts)
    syllables = sum(
        1 for character in text if "\u3040" <= character <= "\u9fff" or "\uac00" <= character <= "\ud7a3"
    )
    words = 0 if syllables > len(text) / 4 else len(text.split())
    minutes = syllables / SYLLABLES_A_MINUTE if not words else words / WORDS_A_MINUTE
    return max(1, round(minutes))


class Revision(models.Model):
    """One saved version of a digest, and who saved it; nobody means the engine."""

    digest = models.ForeignKey(Digest, models.CASCADE, related_name="revisions")
    version = models.PositiveIntegerField(_("version"))
    outline = models.JSONField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(_("saved"), auto_now_add=True)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ["-version"]
        constraints = [models.UniqueConstraint(fields=["digest", "version"], name="one_revision_per_version")]

    def __str__(self) -> str:
        return f"{self.digest_id} v{self.version}"

    @property
    def content(self) -> Outline:
        return document.load(self.outline)


class Rendering(models.Model):
    """The outline as HTML, cut and whole, kept because templates are most of a page's cost.

    `key` says of which version, renderer and policy it is; another key, and it is made anew.
    """

    digest = models.OneToOneField(Digest, models.CASCADE, primary_key=True, related_name="rendering")
    key = models.CharField(max_length=60)
    preview_html = models.TextField()
    full_html = models.TextField()
    contents_html = models.TextField()
    locked_sections = models.PositiveIntegerField()
    locked_bullets = models.PositiveIntegerField()
    locked_insights = models.PositiveIntegerField()
    locked_analysis = models.BooleanField()
    first_locked = models.CharField(max_length=64, blank=True)  # a section's id

    def __str__(self) -> str:
        return f"{self.digest_id} {self.key}"
