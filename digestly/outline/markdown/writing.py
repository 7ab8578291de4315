"""Prints an outline in the Markdown form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from digestly.outline.emoji import EMOJI
from digestly.outline.markdown.marks import (
    PARTS,
    SECTION_LEVEL,
    leading,
    plain,
    trailing,
)
from digestly.outline.numbering import numbered
from digestly.outline.timestamps import clock
from digestly.outline.types import Outline, Point, Section


def write(outline: Outline) -> str:
    """The whole outline, ending in a line end (unless it is empty)."""
    blocks = ["\n".join(block) for block in _blocks(outline) if block]
    return "\n\n".join(blocks) + "\n" if blocks else ""


def _blocks(outline: Outline) -> Iterator[list[str]]:
    yield [
        *([f"# {plain(outline.title)}"] if outline.title else []),
        *([f"> {leading(plain(outline.summary))}"] if outline.summary else []),
    ]
    if outline.key_points:
        yield [_part("key_points"), *_bullets(outline.key_points)]
    if outline.sections:
        yield [_part("details"), *_sections(outline.sections)]
    if outline.insights:
        yield [_part("insights"), *(_insight(insight) for insight in outline.insights)]
    if outline.analysis:
        first, *others = outline.analysis.split("\n\n")
        yield [_part("analysis"), leading(plain(first))]
        yield from ([leading(plain(paragraph))] for paragraph in others)


def _part(part: str) -> str:
    return f"## {PARTS[part][0]}"


def _sections(sections: Iterable[Section]) -> Iterator[str]:
    for number, depth, section in numbered(sections):
        hashes = "#" * (SECTION_LEVEL - 1 + depth)
        words = (hashes, number, *_heading(section), _time(section.start), _braces(section))
        yield " ".join(filter(None, words))
        yield from _bullets(section.bullets)


def _heading(section: Section) -> Iterator[str | None]:
    heading = trailing(plain(section.heading))
    if section.emoji:
        yield section.emoji
    elif EMOJI.match(section.heading):
        heading = f"\\{heading}"  # part of the words, not the section's emoji
    yield heading


def _braces(section: Section) -> str:
    access = "" if section.access == "inherit" else f" {section.access}"
    return f"{{#{section.id}{access}}}"


def _bullets(points: Iterable[Point]) -> Iterator[str]:
    for point in points:
        yield _timed(f"- {leading(trailing(plain(point.text)))}", point)


def _insight(insight: Point) -> str:
    line = f'- "{plain(insight.text)}"'
    if insight.speaker:
        # A quotation mark in a name must not look like the one that ends the quotation.
        line += " - " + trailing(plain(insight.speaker).replace('"', '\\"'))
    return _timed(line, insight)


def _timed(line: str, point: Point) -> str:
    time = _time(point.start)
    return f"{line} {time}" if time else line


def _time(start: float | None) -> str | None:
    return None if start is None else f"[{clock(start)}]"
