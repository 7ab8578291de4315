"""Station 7, the gate: decide how much of a digest a reader may see.

Every surface gets a `Reading` from here, never a digest. It is built from the preview; the whole joins only when
billing says Plus. Templates trust the Reading they get.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext, override

from billing import plus
from digestly.outline import html
from digestly.outline.labels import Labels
from digestly.outline.preview import Policy, Preview, preview, whole
from digestly.transcripts.types import Segment

from .models import Correction, Digest, Rendering
from .recording import Recording, recording_of


@dataclass(frozen=True)
class Wall:
    """What this digest locks, in numbers, and where its reader stands. There is none where nothing is locked."""

    sections: int
    bullets: int
    insights: int
    analysis: bool
    standing: plus.Standing = plus.FREE
    back_to: str = ""  # the first thing that is locked, where a reader who subscribes goes on

    @property
    def parts(self) -> list[str]:
        """What is behind it, one line a kind: "41 points in 13 sections"."""
        lines = []
        if self.bullets:
            points = ngettext("%(count)d point", "%(count)d points", self.bullets) % {"count": self.bullets}
            sections = ngettext("%(count)d section", "%(count)d sections", self.sections) % {
                "count": self.sections
            }
            lines.append(gettext("%(points)s in %(sections)s") % {"points": points, "sections": sections})
        if self.insights:
            insights = ngettext("%(count)d key insight", "%(count)d key insights", self.insights)
            lines.append(insights % {"count": self.insights})
        if self.analysis:
            lines.append(gettext("In-depth analysis"))
        return lines

    @property
    def promise(self) -> str:
        """What Plus opens here, in words: only what this digest really has."""
        has_bullets, has_insights = bool(self.bullets), bool(self.insights)
        return {
            (True, True, True): gettext(
                "Upgrade to Plus to unlock complete episodes, key insights, and in-depth analysis"
            ),
            (True, True, False): gettext("Upgrade to Plus to unlock complete episodes and key insights"),
            (True, False, True): gettext("Upgrade to Plus to unlock complete episodes and in-depth analysis"),
            (True, False, False): gettext("Upgrade to Plus to unlock complete episodes"),
            (False, True, True): gettext("Upgrade to Plus to unlock key insights and in-depth analysis"),
            (False, True, False): gettext("Upgrade to Plus to unlock key insights"),
            (False, False, True): gettext("Upgrade to Plus to unlock in-depth analysis"),
        }[has_bullets, has_insights, self.analysis]


@dataclass(frozen=True)
class Reading:
    """What one reader gets of one digest. Nothing that is locked for that reader is in it."""

    path: str
    version: int
    language: str
    date: date
    title: str
    summary: str
    minutes: int
    source: str
    source_path: str
    source_link: str
    episode: str
    episode_url: str
    recording: Recording | None
    duration: float | None
    reviewer: str
    reviewed_at: datetime | None
    published_at: datetime | None
    engine: str
    policy: Policy
    html: SafeString
    contents: SafeString
    wall: Wall | None
    opened_by_plus: bool
    next_access_change: datetime | None
    _cut: Callable[[], Preview] = field(repr=False, compare=False)
    _corrected: Callable[[], tuple[Correction, ...]] = field(repr=False, compare=False)

    @property
    def minutes_saved(self) -> int:
        """What reading spares against listening; 0 where it spares nothing, or nobody knows."""
        return max(0, round((self.duration or 0) / 60) - self.minutes)

    @property
    def drafted_by(self) -> str:
        """The kind of engine: "llm", "extractive", or another word where the digest was brought in."""
        return self.engine.partition(" ")[0]

    @cached_property
    def preview(self) -> Preview:
        """The outline after the gate, for surfaces that are not HTML."""
        return self._cut()

    @cached_property
    def corrections(self) -> tuple[Correction, ...]:
        """What was put right since it was published, oldest first; open to everyone. One query."""
        return self._corrected()


def reading_for(reader: plus.Reader, digest: Digest, *, now: datetime | None = None) -> Reading:
    """What `reader` gets of a digest that was loaded with `for_reading()`."""
    return readings_for(reader, [digest], now=now)[0]


def words_for(reader: plus.Reader, digest: Digest) -> list[Segment] | None:
    """What was said, word for word: only where the source allows it, and only with Plus. Else None."""
    is_allowed = digest.episode.source.shows_transcript and digest.state == Digest.State.PUBLISHED
    if not is_allowed or not digest.transcript or not plus.has_plus(reader):
        return None
    return digest.transcript.spoken()


def readings_for(
    reader: plus.Reader, digests: Iterable[Digest], *, now: datetime | None = None
) -> list[Reading]:
    """The same for several, asking about Plus once."""
    now = now or timezone.now()
    standing = plus.standing(reader)
    return [_reading(digest, standing, now) for digest in digests]


def _reading(digest: Digest, standing: plus.Standing, now: datetime) -> Reading:
    has_plus = standing.has_plus
    policy = digest.policy_at(now)
    rendering = rendered(digest, policy)
    episode, source, edition = digest.episode, digest.episode.source, digest.entry.edition
    locked = bool(rendering.locked_bullets or rendering.locked_insights or rendering.locked_analysis)
    opened_by_plus = has_plus and locked
    return Reading(
        path=digest.get_absolute_url(),
        version=digest.version,
        language=digest.language,
        date=edition.date,
        title=digest.title,
        summary=digest.summary,
        minutes=digest.minutes,
        source=str(source),
        source_path=source.url_in(digest.language),
        source_link=source.link,
        episode=episode.title,
        episode_url=episode.url,
        recording=recording_of(episode),
        duration=episode.duration,
        reviewer=digest.reviewed_by.get_short_name() if digest.reviewed_by else "",
        reviewed_at=digest.reviewed_at,
        published_at=digest.published_at,
        engine=digest.engine,
        policy=policy,
        # Both were escaped, piece by piece, when they were rendered.
        html=mark_safe(rendering.full_html if has_plus else rendering.preview_html),  # noqa: S308
        contents=mark_safe(rendering.contents_html),  # noqa: S308
        wall=None
        if has_plus or not locked
        else Wall(
            rendering.locked_sections,
            rendering.locked_bullets,
            rendering.locked_insights,
            rendering.locked_analysis,
            standing,
            back_to=digest.get_absolute_url() + fragment(rendering.first_locked),
        ),
        opened_by_plus=opened_by_plus,
        next_access_change=digest.next_access_change(now),
        _cut=lambda: whole(digest.content) if has_plus else preview(digest.content, policy),
        _corrected=lambda: tuple(digest.corrections.all()),
    )


def fragment(section_id: str) -> str:
    return f"#{html.anchor(section_id)}" if section_id else ""


def rendered(digest: Digest, policy: Policy) -> Rendering:
    """The kept HTML of a digest, made anew if digest, renderer, policy or the recording's address changed."""
    key = (
        f"{digest.version}.{html.RENDERER}.{policy}.{zlib.crc32((digest.episode.moment(0) or '').encode()):x}"
    )
    try:
        if digest.rendering.key == key:
            return digest.rendering
    except Rendering.DoesNotExist:
        pass
    outline, moment = digest.content, digest.episode.moment
    cut, labels = preview(outline, policy), labels_in(digest.language)
    digest.rendering, _ = Rendering.objects.update_or_create(
        digest=digest,
        defaults={
            "key": key,
            "preview_html": html.render(cut, labels, moment),
            "full_html": html.render(whole(outline), labels, moment),
            "contents_html": html.contents(cut),
            "locked_sections": cut.sections,
            "locked_bullets": cut.bullets,
            "locked_insights": cut.insights,
            "locked_analysis": cut.analysis,
            "first_locked": next(iter(cut.locked), ""),
        },
    )
    return digest.rendering


def labels_in(language: str) -> Labels:
    """The words around an outline, in the digest's language."""

    def locked(bullets: int) -> str:
        with override(language):
            return ngettext("%(count)d point in Plus", "%(count)d points in Plus", bullets) % {
                "count": bullets
            }

    with override(language):
        return Labels(
            summary=gettext("Summary"),
            key_points=gettext("Key Points"),
            details=gettext("Details"),
            insights=gettext("Insights"),
            analysis=gettext("Analysis"),
            link=gettext("Link to this section"),
            locked=locked,
        )
