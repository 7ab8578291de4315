"""Plain text: paragraphs, with the names and time marks that people type before them.

Understood are "Speaker: words", "[12:34] words", "12:34 Speaker", "Speaker (12:34): words" and the last two
on a line of their own above the words.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from digestly.fetch.text import one_line
from digestly.transcripts import timing
from digestly.transcripts.cuetext import attributed, is_name, label_of, recurring_labels
from digestly.transcripts.errors import TranscriptBad
from digestly.transcripts.types import ParsedTranscript, Segment

# A day of talk, one word a line.
MOST_LINES = 300_000

_DASH = r"\-\u2013\u2014"
_MARK_FIRST = re.compile(rf"[\[(]?({timing.STAMP})[\])]?(?![\d:])[ {_DASH}:]*")
_MARK_AFTER_NAME = re.compile(
    rf"([^:\[(]{{1,40}}?)[ :{_DASH}]{{1,3}}[\[(]?({timing.STAMP})[\])]?(?![\d:])[ {_DASH}:]*"
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the file with the marks before its words."""

    text: str
    start: float | None = None
    speaker: str | None = None


def read(text: str) -> ParsedTranscript:
    """One segment per paragraph, per marked line, or (in a file of unmarked lines only) per line."""
    if text.count("\n") > MOST_LINES:
        raise TranscriptBad("This file has more lines than anybody can have spoken.")
    raw = [one_line(line) for line in text.split("\n")]
    marked = [_marked(line) for line in raw]
    # A single "10:30" at the start of a line is more likely a sentence about the morning.
    lines = marked if sum(line.start is not None for line in marked) > 1 else [Line(line) for line in raw]
    labels = recurring_labels(line.text for line in lines)
    segments = _segments(_with_names_from_above(lines), labels)
    return ParsedTranscript(format="text", language=None, segments=attributed(timing.with_ends(segments)))


def _marked(line: str) -> Line:
    if found := _MARK_FIRST.match(line):
        return Line(text=line[found.end() :], start=timing.seconds(found[1]))
    found = _MARK_AFTER_NAME.match(line)
    if found and is_name(found[1].strip()):
        return Line(text=line[found.end() :], start=timing.seconds(found[2]), speaker=found[1].strip())
    return Line(text=line)


def _with_names_from_above(lines: list[Line]) -> list[Line]:
    """ "12:34 Speaker" above the words is a name, if it stands there more than once; "0:05 Yes" is not."""
    above = [
        _stands_above(line, following) for line, following in zip(lines, [*lines[1:], Line("")], strict=True)
    ]
    names = Counter(line.text.rstrip(":") for line, stands in zip(lines, above, strict=True) if stands)
    return [
        Line("", start=line.start, speaker=name)
        if stands and names[name := line.text.rstrip(":")] > 1
        else line
        for line, stands in zip(lines, above, strict=True)
    ]


def _stands_above(line: Line, following: Line) -> bool:
    return (
        line.start is not None
        and line.speaker is None
        and is_name(line.text.rstrip(":"))
        and bool(following.text)
        and following.start is None
    )


def _segments(lines: list[Line], labels: set[str]) -> Iterator[Segment]:
    paragraphs = any(not line.text and line.start is None for line in lines[:-1])
    gathered: list[str] = []
    head = Line("")
    for line in lines:
        opens = line.start is not None or label_of(line.text) in labels
        blank = not line.text and line.start is None
        if gathered and (opens or blank or not (paragraphs or labels or head.start is not None)):
            yield Segment(start=head.start, end=None, speaker=head.speaker, text=" ".join(gathered))
            gathered, head = [], Line("")
        if opens:
            head = line
        if line.text:
            gathered.append(line.text)
    if gathered:
        yield Segment(start=head.start, end=None, speaker=head.speaker, text=" ".join(gathered))
