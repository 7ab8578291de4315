"""Parts: a transcript as numbered lines, cut where the topic changes, small enough to be asked about one by one.

The cuts are those of the extractive engine: free, the same at each run, and good enough that a heading fits. Each
line remembers its segments, so that what cites it has its place in the recording from us and never from a model.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from digestly.engine.chapters import Chapter, places
from digestly.engine.extractive.boundaries import boundary_scores
from digestly.engine.extractive.sections import Span, topics
from digestly.engine.extractive.sentences import sentences
from digestly.engine.extractive.terms import terms_of
from digestly.engine.extractive.tongues import tongue_for
from digestly.outline.text import clean_line
from digestly.outline.timestamps import MAX_SECONDS
from digestly.transcripts.types import Segment

MOST_CHARACTERS = 24_000  # in one part: about 6,000 tokens of English, 15,000 of Korean


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence: its number in the recording, and the segments it is made of."""

    number: int
    text: str
    first: int
    last: int
    speaker: str | None
    start: float | None


@dataclass(frozen=True, slots=True)
class Part:
    """Lines on one topic, and the few before and after them that evidence may be sought in as well."""

    number: int  # from 1
    lines: tuple[Line, ...]
    heading: str = ""  # the publisher's, of the chapter
    chapter: int = 0  # of the publisher's, from 1; 0 where there are none
    is_piece: bool = False  # of a chapter too long to be asked about at once

    @property
    def first(self) -> int:
        return self.lines[0].number

    @property
    def end(self) -> int:
        return self.lines[-1].number + 1

    @property
    def start(self) -> float | None:
        return self.lines[0].start


def parts_of(segments: Sequence[Segment], language: str, chapters: Sequence[Chapter] = ()) -> list[Part]:
    """The whole recording, in order, cut at its chapters if it has any."""
    tongue = tongue_for(language)
    said = sentences(segments, tongue)
    lines = [
        Line(number, line.text, line.first, line.last, _name(line.speaker), _start(segments[line.first]))
        for number, line in enumerate(said)
    ]
    opening = places(chapters, [line.first for line in said])
    spans = topics(said, boundary_scores(said, terms_of(said, tongue), tongue), opening)
    parts: list[Part] = []
    for number, span in enumerate(spans, start=1):
        cuts = list(_cuts(span, lines))
        heading, chapter = (chapters[number - 1].heading, number) if opening else ("", 0)
        parts += [
            Part(len(parts) + place, tuple(lines[first:end]), heading, chapter, is_piece=len(cuts) > 1)
            for place, (first, end) in enumerate(cuts, start=1)
        ]
    return parts


def _cuts(span: Span, lines: Sequence[Line]) -> Iterator[tuple[int, int]]:
    """The span itself, or what it falls into where it is too long to be asked about at once."""
    if _size(lines[span.first : span.end]) <= MOST_CHARACTERS:
        yield span.first, span.end
    elif span.parts:
        for part in span.parts:
            yield from _cuts(part, lines)
    else:
        begun, size = span.first, 0
        for number in range(span.first, span.end):
            size += len(lines[number].text)
            if size > MOST_CHARACTERS and number > begun:
                yield begun, number
                begun, size = number, len(lines[number].text)
        yield begun, span.end


def _size(lines: Sequence[Line]) -> int:
    return sum(len(line.text) for line in lines)


def _name(speaker: str | None) -> str | None:
    return clean_line(speaker or "")[:80] or None


def _start(segment: Segment) -> float | None:
    start = segment.start
    return start if start is not None and 0 <= start <= MAX_SECONDS else None
