"""Chapters: marks in a recording, from the files that feeds link to and from lists in show notes.

Understood are the JSON of the podcast namespace, Podlove's, and lines such as "12:34 Boats" in a description.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from digestly.feeds.errors import NotAFeed
from digestly.feeds.types import Chapter
from digestly.fetch.text import decode, one_line

MAX_BYTES = 1_000_000
MOST = 1_000
LONGEST_TITLE = 200
LATEST = 31 * 24 * 3_600.0  # seconds; no recording is longer than a month

# YouTube shows chapters where a description lists at least three, the first of them at 0:00.
FEWEST_IN_NOTES = 3

_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d{1,2}(?:\.\d{1,9})?)")
_LINE = re.compile(
    r"[ \t]*[\[(]?((?:\d{1,3}:)?\d{1,3}:\d{2})[\])]?[ \t]*[-\u2013\u2014:|.)]{0,3}[ \t]*(\S.*)"
)


def parse(body: bytes, *, content_type: str | None = None) -> tuple[Chapter, ...]:
    """The chapters of a file, those that its table of contents leaves out aside. Raises NotAFeed."""
    if len(body) > MAX_BYTES:
        raise NotAFeed(f"This list of chapters is larger than {MAX_BYTES // 1_000_000} MB.")
    try:
        known = json.loads(decode(body, content_type=content_type))
    except (ValueError, RecursionError) as why:
        raise NotAFeed("This is no list of chapters: it is cut or broken JSON.") from why
    listed = known.get("chapters") if isinstance(known, dict) else known
    if not isinstance(listed, list):
        raise NotAFeed("This is JSON, but no list of chapters.")
    return of_list(listed)


def of_list(listed: list[Any]) -> tuple[Chapter, ...]:
    """The chapters of a list in JSON, as both dialects write them."""
    return in_order(
        (_first(mark, "startTime", "start"), mark.get("title"))
        for mark in listed
        if isinstance(mark, dict) and mark.get("toc") is not False
    )


def in_order(marks: Iterable[tuple[object, object]]) -> tuple[Chapter, ...]:
    """Marks that make sense, by time; of several at one moment the first."""
    told: dict[float, Chapter] = {}
    for written, title in marks:
        start = _seconds(written)
        words = one_line(title)[:LONGEST_TITLE] if isinstance(title, str) else ""
        if start is not None and words:
            told.setdefault(start, Chapter(start, words))
    return tuple(told[start] for start in sorted(told))[:MOST]


def in_notes(notes: str) -> tuple[Chapter, ...]:
    """The chapters that show notes list: from 0:00 on, at least three, each later than the one before."""
    lines = [found for line in notes.split("\n") if (found := _LINE.match(line))]
    marks = [(_seconds(line[1]), line[2]) for line in lines]
    starts = [start for start, _ in marks]
    rising = all(a is not None and b is not None and a < b for a, b in pairwise(starts))
    if len(marks) < FEWEST_IN_NOTES or starts[0] != 0 or not rising:
        return ()
    return in_order(marks)


def _first(mark: dict[str, Any], *names: str) -> object:
    return next((mark[name] for name in names if mark.get(name) is not None), None)


def _seconds(written: object) -> float | None:
    if isinstance(written, str) and (clock := _CLOCK.fullmatch(written.strip())):
        value = int(clock[1] or 0) * 3_600 + int(clock[2]) * 60 + float(clock[3])
    elif isinstance(written, str) and len(written) < 20:
        try:
            value = float(written)
        except ValueError:
            return None
    elif isinstance(written, int | float) and not isinstance(written, bool):
        value = written
    else:
        return None
    return round(float(value), 3) if 0 <= value <= LATEST else None
