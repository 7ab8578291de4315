"""The JSON form: `dump` writes it without loss, `load` reads it from anyone and trusts nothing.

`load(dump(outline)) == outline` for every outline that `load` accepts. What it refuses, it names by its
place: `sections[2].bullets[0].start`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, TypeVar, cast, get_args

from digestly.outline.emoji import is_emoji
from digestly.outline.errors import OutlineError
from digestly.outline.numbering import numbers
from digestly.outline.text import clean_line, clean_paragraphs, fresh_id
from digestly.outline.timestamps import MAX_SECONDS
from digestly.outline.types import Access, Outline, Point, Section

MAX_DEPTH = 6
MAX_SECTIONS = 999  # a printed number then never looks like a year
MAX_POINTS = 10_000
MAX_CHARACTERS = 100_000  # in one text
MAX_SEGMENTS = 10_000_000

SECTION_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")

T = TypeVar("T")


class DocumentError(OutlineError):
    """This is no outline; the message says where and why."""

    code = "bad_outline"


def dump(outline: Outline) -> dict[str, Any]:
    """The outline as JSON values, every key present. Numbers are for people; `load` ignores them."""
    return {
        "title": outline.title,
        "summary": outline.summary,
        "key_points": [_dump_point(point) for point in outline.key_points],
        "sections": _dump_sections(outline.sections),
        "insights": [_dump_point(point) for point in outline.insights],
        "analysis": outline.analysis,
    }


def _dump_sections(sections: tuple[Section, ...], parent: str = "") -> list[dict[str, Any]]:
    return [
        {
            "id": section.id,
            "number": number,
            "emoji": section.emoji,
            "heading": section.heading,
            "access": section.access,
            "start": section.start,
            "bullets": [_dump_point(point) for point in section.bullets],
            "sections": _dump_sections(section.sections, number),
        }
        for number, section in zip(numbers(parent), sections, strict=False)
    ]


def _dump_point(point: Point) -> dict[str, Any]:
    return {
        "text": point.text,
        "start": point.start,
        "evidence": list(point.evidence) if point.evidence else None,
        "speaker": point.speaker,
    }


def load(data: object) -> Outline:
    """The outline in `data` (parsed JSON), cleaned; sections without an id get one. Raises DocumentError."""
    return _Loader().outline(data)


class _Loader:
    """One reading. It remembers what must be unique or few in the whole document."""

    def __init__(self) -> None:
        self.ids: set[str] = set()
        self.sections = 0
        self.points = 0

    def outline(self, data: object) -> Outline:
        fields = _object(data, "outline")
        outline = Outline(
            title=_line(fields.get("title"), "title") or None,
            summary=_line(fields.get("summary"), "summary"),
            key_points=_each(fields.get("key_points"), "key_points", self.point),
            sections=_each(fields.get("sections"), "sections", self.section),
            insights=_each(fields.get("insights"), "insights", self.point),
            analysis=_text(fields.get("analysis"), "analysis", clean_paragraphs) or None,
        )
        return replace(outline, sections=tuple(self.identified(outline.sections)))

    def section(self, data: object, path: str, depth: int = 1) -> Section:
        if depth > MAX_DEPTH:
            raise DocumentError(f"{path}: sections may be {MAX_DEPTH} levels deep, not more")
        self.sections += 1
        if self.sections > MAX_SECTIONS:
            raise DocumentError(f"{path}: an outline has at most {MAX_SECTIONS} sections")
        fields = _object(data, path)

        def below(child: object, child_path: str) -> Section:
            return self.section(child, child_path, depth + 1)

        return Section(
            id=self.section_id(fields.get("id"), f"{path}.id"),
            heading=_line(fields.get("heading"), f"{path}.heading"),
            emoji=_emoji(fields.get("emoji"), f"{path}.emoji"),
            access=_access(fields.get("access"), f"{path}.access"),
            start=_seconds(fields.get("start"), f"{path}.start"),
            bullets=_each(fields.get("bullets"), f"{path}.bullets", self.point),
            sections=_each(fields.get("sections"), f"{path}.sections", below),
        )

    def section_id(self, value: object, path: str) -> str:
        """The id, or nothing yet: a fresh one must not take an id that stands further below."""
        if value is None or value == "":
            return ""
        if not isinstance(value, str) or not SECTION_ID.fullmatch(value):
            raise DocumentError(f"{path}: must be 1 to 64 letters, digits, dots, dashes or underscores")
        if value in self.ids:
            raise DocumentError(f"{path}: “{value}” is already the id of another section")
        self.ids.add(value)
        return value

    def identified(self, sections: tuple[Section, ...]) -> Iterator[Section]:
        for section in sections:
            identifier = section.id or fresh_id(section.heading, self.ids)
            self.ids.add(identifier)
            yield replace(section, id=identifier, sections=tuple(self.identified(section.sections)))

    def point(self, data: object, path: str) -> Point:
        self.points += 1
        if self.points > MAX_POINTS:
            raise DocumentError(f"{path}: an outline has at most {MAX_POINTS:,} points")
        fields = {"text": data} if isinstance(data, str) else _object(data, path)
        text = _line(fields.get("text"), f"{path}.text")
        if not text:
            raise DocumentError(f"{path}.text: is empty")
        return Point(
            text=text,
            start=_seconds(fields.get("start"), f"{path}.start"),
            evidence=_evidence(fields.get("evidence"), f"{path}.evidence"),
            speaker=_line(fields.get("speaker"), f"{path}.speaker") or None,
        )


def _object(value: object, path: str) -> dict[str, object]:
    if not isinstance(value, dict):
        raise DocumentError(f"{path}: must be an object, not {_kind(value)}")
    return cast("dict[str, object]", value)


def _each(value: object, path: str, read: Callable[[object, str], T]) -> tuple[T, ...]:
    if value is None:
        return ()
    if not isinstance(value, list):
        raise DocumentError(f"{path}: must be a list, not {_kind(value)}")
    return tuple(read(item, f"{path}[{position}]") for position, item in enumerate(value))


def _line(value: object, path: str) -> str:
    return _text(value, path, clean_line)


def _text(value: object, path: str, clean: Callable[[str], str]) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise DocumentError(f"{path}: must be text, not {_kind(value)}")
    text = clean(value)
    if len(text) > MAX_CHARACTERS:
        raise DocumentError(f"{path}: is longer than {MAX_CHARACTERS:,} characters")
    return text


def _emoji(value: object, path: str) -> str | None:
    emoji = _line(value, path) or None
    if emoji and not is_emoji(emoji):
        raise DocumentError(f"{path}: must be one emoji or null")
    return emoji


def _access(value: object, path: str) -> Access:
    if value is None:
        return "inherit"
    if value not in get_args(Access):
        raise DocumentError(f"{path}: must be one of {', '.join(get_args(Access))}")
    return cast("Access", value)


def _seconds(value: object, path: str) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise DocumentError(f"{path}: must be seconds, not {_kind(value)}")
    # The comparison comes first: it is exact for integers that no float can hold, and false for NaN.
    if not 0 <= value <= MAX_SECONDS or not math.isfinite(value):
        raise DocumentError(f"{path}: must be seconds from 0 to {MAX_SECONDS:,.0f}")
    return float(value)


def _evidence(value: object, path: str) -> tuple[int, int] | None:
    if value is None:
        return None
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise DocumentError(f"{path}: must be [first segment, last segment] or null")
    first, last = value
    if type(first) is not int or type(last) is not int or not 0 <= first <= last <= MAX_SEGMENTS:
        raise DocumentError(f"{path}: must be two segment numbers from 0, the first not above the last")
    return first, last


def _kind(value: object) -> str:
    """What JSON calls it."""
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "text"
        case list():
            return "a list"
        case _:
            return "an object"
