"""Time marks: the ways to write a moment of a recording, as seconds."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

from digestly.transcripts.types import Segment

# No recording is longer than a month; a larger number is a date or a mistake.
LONGEST_SECONDS = 31 * 24 * 3_600.0

# "h:mm:ss", "mm:ss" with an optional fraction, as people and most programs write it.
STAMP = r"(?:\d{1,3}:)?\d{1,3}:\d{1,2}(?:[.,]\d{1,6})?"
_CLOCK = re.compile(r"(?:(\d{1,6}):)?(\d{1,3}):(\d{1,2}(?:[.,]\d{1,9})?)")


def seconds(written: object) -> float | None:
    """A number of seconds or a stamp, to the millisecond; None for anything else."""
    if isinstance(written, str):
        if clock := _CLOCK.fullmatch(written.strip()):
            hours, minutes = int(clock[1] or 0), int(clock[2])
            return plausible(hours * 3_600 + minutes * 60 + float(clock[3].replace(",", ".")))
        try:
            return plausible(float(written)) if len(written) < 32 else None
        except ValueError:
            return None
    if isinstance(written, int | float) and not isinstance(written, bool):
        return plausible(written)
    return None


def plausible(value: float) -> float | None:
    """The moment, if a recording can have it."""
    return round(float(value), 3) if 0 <= value <= LONGEST_SECONDS else None  # nor has what is no number


def with_ends(segments: Iterable[Segment]) -> tuple[Segment, ...]:
    """For forms that write starts only: each segment ends where the next begins, the last stays open."""
    segments = tuple(segments)
    return (*(_closed(segment, following.start) for segment, following in pairwise(segments)), *segments[-1:])


def _closed(segment: Segment, end: float | None) -> Segment:
    if segment.end is not None or segment.start is None or end is None or end <= segment.start:
        return segment
    return replace(segment, end=end)
