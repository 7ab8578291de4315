"""Compose: the walk of the LLM engine. Cut the recording into parts, have each written (map), then the opening and
the analysis from what they say (reduce).

The model gives words. Order, times, speakers and evidence come from the transcript. A part that the model would not
write is filled with the transcript's own sentences where the digest is in the spoken language.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from digestly.engine import extractive
from digestly.engine.chapters import Chapter
from digestly.engine.llm import opening, section
from digestly.engine.llm.asking import Asker, Usage
from digestly.engine.llm.errand import USUAL, Pace, Unanswered, run
from digestly.engine.llm.ledger import Ledger, tokens
from digestly.engine.llm.parts import Part, parts_of
from digestly.engine.llm.section import Claim, Scene, Written
from digestly.engine.llm.style import Style
from digestly.outline.text import clean_line, fresh_id
from digestly.outline.types import Outline, Point, Section
from digestly.transcripts.types import Segment

MOST = 5_000_000  # characters, a hundred hours: beyond, it is no recording
ANSWER = 900  # tokens that a part's answer takes on the whole; the most is asked for, and rarely used
PROMPT = 900  # and that its instructions take


@dataclass(frozen=True, slots=True)
class Findings:
    """What the engine learned about its own work, for the report."""

    claims: int  # made in the sections, after mending
    supported: int
    mended: int
    dropped: tuple[str, ...] = ()
    unverified: tuple[str, ...] = ()
    fallback: tuple[int, ...] = ()  # numbers of the parts told in the transcript's own words
    failures: tuple[str, ...] = ()
    originals: Mapping[str, tuple[str, ...]] = field(
        default_factory=dict
    )  # by section id, one for each bullet


def compose(
    segments: Sequence[Segment],
    style: Style,
    asker: Asker,
    ledger: Ledger,
    *,
    pace: Pace = USUAL,
    keep_unsupported: bool = False,
    reads_twice: bool = False,
    chapters: Sequence[Chapter] = (),
) -> tuple[Outline, Findings]:
    """The digest. Raises Unanswered, BudgetSpent or Interrupted; what was answered till then is in the ledger."""
    size = sum(len(segment.text) for segment in segments)
    if size > MOST:
        raise Unanswered(
            f"The transcript is too long for a model: {size:,} characters, and {MOST:,} are the most."
        )
    parts = parts_of(segments, style.spoken, chapters)
    ledger.afford(_expected(parts, reads_twice=reads_twice))
    scene = Scene([line for part in parts for line in part.lines], style, reads_twice)
    written = run([section.write(part, scene) for part in parts], asker, ledger, pace)
    if not any(part.topics for part in written):
        raise Unanswered(
            next((part.failed for part in written if part.failed), "No section could be supported.")
        )
    builder = _Builder(segments, style, keep_unsupported=keep_unsupported)
    sections = tuple(builder.sections(written))
    quotes = [quote for part in written for quote in part.quotes]
    begun, thought = run(
        [opening.open_with(builder.claims, quotes, scene), opening.analyse(builder.claims, scene)],
        asker, ledger, pace,
    )  # fmt: skip
    assert isinstance(begun, opening.Opening)
    assert isinstance(thought, opening.Analysis)
    outline = Outline(
        title=begun.title or style.title,
        summary=begun.summary or builder.summary(),
        key_points=begun.key_points or builder.key_points(),
        sections=sections,
        insights=begun.insights,
        analysis=thought.text,
    )
    objected = [claim for part in written for claim in part.objected]
    # What cites nothing has no place in the recording, and is not kept even where the rest is.
    kept = {claim.point for claim in builder.kept}
    told = [(claim.point in kept, f"{claim.point.text[:200]} ({claim.objection})") for claim in objected]
    failures = (*(part.failed or part.unread for part in written), begun.failed, thought.failed)
    supported = sum(len(topic.claims) for part in written for topic in part.topics)
    return outline, Findings(
        claims=supported + len(objected),
        supported=supported,
        mended=sum(part.mended for part in written),
        dropped=(*(text for is_kept, text in told if not is_kept), *begun.objections, *thought.objections),
        unverified=tuple(text for is_kept, text in told if is_kept),
        fallback=tuple(builder.fallback),
        failures=tuple(dict.fromkeys(failure for failure in failures if failure)),
        originals=builder.originals if style.is_foreign else {},
    )


def _expected(parts: Sequence[Part], *, reads_twice: bool) -> Usage:
    """About what the whole digest will take, before anything is paid."""
    read = sum(tokens(line.text) + 4 for part in parts for line in part.lines)
    count = len(parts)
    if reads_twice:
        read = 2 * read + (PROMPT + ANSWER // 2) * count
    return Usage(
        input=read + PROMPT * count + 2 * (ANSWER // 2 * count + PROMPT), output=ANSWER * (count + 3)
    )


class _Builder:
    """Makes sections of what was written, and remembers what the opening is to rest on."""

    def __init__(self, segments: Sequence[Segment], style: Style, *, keep_unsupported: bool) -> None:
        self.segments = segments
        self.style = style
        self.keep_unsupported = keep_unsupported
        self.claims: list[Claim] = []
        self.kept: list[Claim] = []  # although nothing supports them
        self.firsts: list[Claim] = []  # of each section
        self.originals: dict[str, tuple[str, ...]] = {}
        self.fallback: list[int] = []
        self.ids: set[str] = set()
        self._own_words: Outline | None = None

    def sections(self, written: Sequence[Written]) -> Iterator[Section]:
        """One a part; but a chapter that has a name and several parts is one section, with its parts below it."""
        for (chapter, heading), pieces in groupby(
            written, key=lambda one: (one.part.chapter, one.part.heading)
        ):
            built = [found for piece in pieces if (found := self._of(piece))]
            if chapter and heading and len(built) > 1 and not self.style.is_foreign:
                below = tuple(part for one in built for part in one.sections or (replace(one, emoji=None),))
                first = built[0]
                yield Section(
                    self._fresh_id(heading), heading, first.emoji, start=first.start, sections=below
                )
            else:
                yield from built

    def _of(self, written: Written) -> Section | None:
        topics = written.topics
        if self.keep_unsupported and written.objected:
            placed = tuple(claim for claim in written.objected if claim.point.evidence) if topics else ()
            self.kept += placed
            topics = (
                *topics[:-1],
                *(section.Topic(topic.heading, (*topic.claims, *placed)) for topic in topics[-1:]),
            )
        if not topics:
            return self._in_own_words(written.part)
        first = topics[0]
        heading = (
            self._published(written.part)
            or written.heading
            or first.heading
            or self._plain_heading(written.part)
        )
        if len(topics) == 1:
            return self._section(heading, written.part.start, first.claims, written.emoji)
        below = tuple(
            self._section(topic.heading or heading, topic.claims[0].point.start, topic.claims)
            for topic in topics
        )
        return Section(
            self._fresh_id(heading), heading, written.emoji, start=written.part.start, sections=below
        )

    def summary(self) -> str:
        """Where the model gave none: how the first sections begin."""
        return " ".join(claim.point.text for claim in self.firsts[:4])

    def key_points(self) -> tuple[Point, ...]:
        return tuple(claim.point for claim in self.firsts[:5])

    def _section(
        self, heading: str, start: float | None, claims: Sequence[Claim], emoji: str | None = None
    ) -> Section:
        self.claims += claims
        self.firsts.append(claims[0])
        identifier = self._fresh_id(heading)
        self.originals[identifier] = tuple(claim.original for claim in claims)
        return Section(
            identifier, heading, emoji, start=start, bullets=tuple(claim.point for claim in claims)
        )

    def _in_own_words(self, part: Part) -> Section | None:
        """The section out of the transcript's sentences; None where the digest is in another language."""
        if self.style.is_foreign:
            return None
        if self._own_words is None:
            self._own_words = extractive.compose(self.segments, self.style.spoken)
        first, last = part.lines[0].first, part.lines[-1].last
        points = [
            point for found in self._own_words.walk() for point in found.bullets
            if point.evidence and first <= point.evidence[0] <= last
        ]  # fmt: skip
        if not points:
            return None
        self.fallback.append(part.number)
        return self._section(self._plain_heading(part), part.start, [Claim(point) for point in points])

    def _published(self, part: Part) -> str:
        """The publisher's heading, where the part is all of the chapter and the digest in its language."""
        return "" if self.style.is_foreign or part.is_piece else part.heading

    def _plain_heading(self, part: Part) -> str:
        """A heading without a model: the publisher's, or that of the extractive section which the part begins in."""
        if published := self._published(part):
            return published
        if self._own_words is None and not self.style.is_foreign:
            self._own_words = extractive.compose(self.segments, self.style.spoken)
        headings = [
            found.heading for found in (self._own_words.walk() if self._own_words else ())
            if any(point.evidence and point.evidence[0] >= part.lines[0].first for point in found.bullets)
        ]  # fmt: skip
        return headings[0] if headings else clean_line(part.lines[0].text)[:60]

    def _fresh_id(self, heading: str) -> str:
        identifier = fresh_id(f"{heading} {len(self.ids)}", self.ids)
        self.ids.add(identifier)
        return identifier
