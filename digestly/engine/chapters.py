"""Chapters: where a publisher marked the topics of a recording, no engine needs to guess them.

They are followed only where they can be believed: at least two, within the recording, all over it, and no list of
links that a listener passes every minute. A chapter that is an advertisement is not heard at all.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from digestly.engine.llm import scrub
from digestly.transcripts.types import Segment

FEWEST = 2
SHORTEST = 40.0  # seconds; what is shorter, a jingle or a greeting, belongs to what follows
CLOSEST = 90.0  # on the average, else they mark moments and no topics
LONGEST, LARGEST_SHARE = 2_400.0, 0.6  # one that is most of the recording tells nothing of it
BEYOND = 0.05  # of the recording's length, after which a mark belongs to another recording
SLACK = 1.0  # by which a cue may begin before its chapter: marks are rounded
TIMED = 0.8  # of the segments that must have a time
LONGEST_ADVERT = 300.0  # beyond it, somebody speaks about advertising
MOST_SOLD = 1 / 3  # of a recording; beyond it the marks are not what they seem

_SPONSOR = (
    r"(?:sponsor(?:s|ed|ship)?|advert(?:s|isements?)?|ads?|commercials?|promos?|(?:pre|mid|post)-?rolls?"
    r"|werbung)"
)
_ADVERT = re.compile(
    rf"\W*(?:{_SPONSOR}(?:\s+(?:breaks?|messages?|segments?|spots?|reads?|ads?|\d+|(?:by|from)\b.*))?\s*(?:[:|\u2013\u2014-].*)?"
    r"|(?:a\s+)?(?:quick\s+|short\s+)?(?:word|message|break|thanks)\s+(?:from|for|to)\s+(?:our\s+|today.s\s+|the\s+)?sponsors?\b.*"
    r"|(?:this\s+\w+\s+is\s+)?(?:brought\s+to\s+you|sponsored)\s+by\b.*"
    r"|(?:광고|협찬|스폰서)(?:\s*(?:시간|타임))?\s*(?:[:|\u2013\u2014-].*)?"
    rf"|.*[(\[]\s*(?:{_SPONSOR}|광고|협찬)\s*[)\]])\W*",
    re.IGNORECASE,
)  # fmt: skip
_NUMBERED = re.compile(
    r"(?:(?:chapter|part|section|track)\s+)?#?\d{1,3}\s*[.):\u2013\u2014-]+\s+", re.IGNORECASE
)
_ONLY_COUNTS = re.compile(r"(?:chapter|part|section|track|kapitel|제)?\W*\d*\W*(?:장|부)?", re.IGNORECASE)
_LETTERS = re.compile(r"[^\W\d_]{2}|[\uac00-\ud7a3\u3040-\u30ff\u3400-\u9fff]")
_ADDRESS = re.compile(r"https?:|www\.|@\w", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Chapter:
    """It begins with a segment. `heading` is "" where the publisher's words name nothing."""

    first: int
    heading: str


@dataclass(frozen=True, slots=True)
class _Stretch:
    start: float
    end: float
    title: str

    @property
    def length(self) -> float:
        return self.end - self.start

    @property
    def is_sold(self) -> bool:
        return self.length <= LONGEST_ADVERT and bool(_ADVERT.fullmatch(self.title))


def heard(
    segments: Sequence[Segment], marks: Sequence[tuple[float, str]]
) -> tuple[Sequence[Segment], tuple[Chapter, ...]]:
    """The segments without what is sold, and the chapters to follow; none where they are not to be believed.

    `marks` are seconds and titles in any order. What is not heard keeps its place, with no words in it.
    """
    stretches = _believed(segments, marks)
    sold = [stretch for stretch in stretches if stretch.is_sold]
    told = list(_worth_a_section(stretches))
    firsts = _begun_with(segments, told)
    if len(told) < FEWEST or any(one == other for one, other in pairwise([*firsts, len(segments)])):
        return segments, ()
    chapters = [
        Chapter(first, heading_of(stretch.title)) for first, stretch in zip(firsts, told, strict=True)
    ]
    return [_silent(segment) if _lies_in(segment, sold) else segment for segment in segments], tuple(chapters)


def heading_of(title: str) -> str:
    """A title from outside as a heading, without its number; "" where it is a number, an address or no words."""
    text = scrub.plain(title)
    text = _NUMBERED.sub("", text, count=1) if _NUMBERED.match(text) else text
    is_telling = _LETTERS.search(text) and not _ONLY_COUNTS.fullmatch(text) and not _ADDRESS.search(title)
    return text if is_telling and len(text) <= scrub.HEADING else ""


def places(chapters: Sequence[Chapter], firsts: Sequence[int]) -> tuple[int, ...]:
    """Which of the sentences, that begin in these segments, open the chapters after the first; none where two
    chapters would share one."""
    found = [bisect_left(firsts, chapter.first) for chapter in chapters[1:]]
    apart = all(one < other for one, other in pairwise([0, *found, len(firsts)]))
    return tuple(found) if apart else ()


def _believed(segments: Sequence[Segment], marks: Iterable[tuple[float, str]]) -> list[_Stretch]:
    """The whole recording as the marks divide it; nothing where they are odd."""
    starts = [segment.start for segment in segments if segment.start is not None]
    if len(starts) < TIMED * len(segments) or not starts:
        return []
    end = max(segment.end or segment.start or 0.0 for segment in segments)
    told = sorted({start: title for start, title in marks if start >= 0}.items())
    inside = [(start, title) for start, title in told if start < end]
    if len(inside) < FEWEST or told[-1][0] > end * (1 + BEYOND) or end / len(inside) < CLOSEST:
        return []
    if inside[0][0] >= SHORTEST:
        inside.insert(0, (0.0, ""))
    edges = [0.0, *(start for start, _ in inside[1:]), end]
    stretches = [_Stretch(a, b, title) for (a, b), (_, title) in zip(pairwise(edges), inside, strict=True)]
    longest = max(stretch.length for stretch in stretches)
    sold = sum(stretch.length for stretch in stretches if stretch.is_sold)
    is_even = longest <= LONGEST and longest <= LARGEST_SHARE * end and sold <= MOST_SOLD * end
    return stretches if is_even else []


def _worth_a_section(stretches: Sequence[_Stretch]) -> Iterator[_Stretch]:
    """Those to be told; a short one begins the next, and at the end belongs to the last."""
    begun: float | None = None
    for stretch in stretches:
        if stretch.is_sold:
            continue
        begun = stretch.start if begun is None else begun
        if stretch.end - begun >= SHORTEST:
            yield replace(stretch, start=begun)
            begun = None


def _begun_with(segments: Sequence[Segment], stretches: Iterable[_Stretch]) -> list[int]:
    """The first segment of each stretch, as its number."""
    found, number = [], 0
    for stretch in stretches:
        while number < len(segments) and not _has_begun(segments[number], stretch.start):
            number += 1
        found.append(number)
    return found


def _has_begun(segment: Segment, moment: float) -> bool:
    return segment.start is not None and segment.start >= moment - SLACK


def _lies_in(segment: Segment, stretches: Iterable[_Stretch]) -> bool:
    start = segment.start
    return start is not None and any(sold.start - SLACK <= start < sold.end - SLACK for sold in stretches)


def _silent(segment: Segment) -> Segment:
    return replace(segment, text="")
