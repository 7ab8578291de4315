"""Reads the Markdown form line by line: tolerant of what people type, strict where its sense is unclear."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NoReturn, cast

from digestly.outline.document import (
    MAX_CHARACTERS,
    MAX_DEPTH,
    MAX_POINTS,
    MAX_SECTIONS,
    SECTION_ID,
)
from digestly.outline.emoji import EMOJI
from digestly.outline.markdown.errors import MarkdownError
from digestly.outline.markdown.marks import (
    ATTRIBUTES,
    BRACES,
    BULLET,
    HEADING,
    NUMBER,
    PART_LEVEL,
    PARTS,
    QUOTATIONS,
    SECTION_LEVEL,
    TIME,
    TITLE_LEVEL,
    hide,
    part_named,
    reveal,
)
from digestly.outline.text import clean_line, clean_paragraphs
from digestly.outline.timestamps import seconds
from digestly.outline.types import Access, Outline, Point, Section

_LINE_END = re.compile(r"\r\n?|\n")


def read(text: str) -> Outline:
    """The outline in `text`; a section that was typed without an id has the empty one."""
    reader = _Reader()
    for number, raw in enumerate(_LINE_END.split(text), start=1):
        reader.line = number
        reader.read(hide(clean_line(raw)), indented=raw[:1].isspace())
    return reader.outline()


@dataclass
class _Item:
    """A bullet as typed; lines that follow it indented belong to it."""

    line: int
    lines: list[str]


@dataclass
class _Heading:
    """A section while the lines below it are still being read."""

    id: str
    heading: str
    emoji: str | None
    access: Access
    start: float | None
    items: list[_Item] = field(default_factory=list)
    below: list[_Heading] = field(default_factory=list)


class _Reader:
    """Where the reading stands: in which part, below which headings, on which line."""

    def __init__(self) -> None:
        self.line = 0
        self.part: str | None = None
        self.title: str | None = None
        self.summary: list[str] = []
        self.analysis: list[str] = []
        self.items: dict[str, list[_Item]] = {"key_points": [], "insights": []}
        self.sections: list[_Heading] = []
        self.open: list[_Heading] = []  # the last section and those it lies in, outermost first
        self.item: _Item | None = None  # what an indented line continues
        self.lines_of_parts: dict[str, int] = {}
        self.lines_of_ids: dict[str, int] = {}
        self.headings = 0
        self.points = 0

    def read(self, line: str, *, indented: bool) -> None:
        """Take in one clean line. A blank one ends nothing but a paragraph of the analysis."""
        if heading := HEADING.fullmatch(line):
            self.read_heading(len(heading[1]), heading[2] or "", line)
        elif self.part == "analysis":
            self.analysis.append(line)
        elif not line:
            return
        elif bullet := BULLET.fullmatch(line):
            self.read_bullet(bullet[1], line)
        elif indented and self.item:
            self.item.lines.append(line)
        elif line.startswith(">"):
            self.read_summary(line[1:].strip())
        else:
            self.refuse_stray(line)

    def read_heading(self, level: int, words: str, line: str) -> None:
        self.item = None
        if level == TITLE_LEVEL:
            self.read_title(words)
        elif level == PART_LEVEL:
            self.read_part(words)
        elif self.part != "details":
            self.fail(f"“{_shown(line)}” stands outside “## Details”. Move it, or write \\# for a plain #.")
        else:
            self.read_section(level - SECTION_LEVEL + 1, words, line)

    def read_title(self, words: str) -> None:
        if self.title is not None:
            self.fail("there is a title already. A part begins with “##”, a section with “###”.")
        self.title = self.text(words)

    def read_part(self, words: str) -> None:
        part = part_named(words)
        if part is None:
            known = ", ".join(names[0] for names in PARTS.values())
            self.fail(f"“{_shown(words)}” is no part of a digest ({known}). A section begins with “###”.")
        if part in self.lines_of_parts:
            self.fail(f"“{_shown(words)}” began on line {self.lines_of_parts[part]} already. Join the two.")
        self.lines_of_parts[part] = self.line
        self.part = part

    def read_section(self, depth: int, words: str, line: str) -> None:
        if depth > MAX_DEPTH:
            self.fail(f"a section can be {MAX_DEPTH} levels deep, not more. Take away some #.")
        if depth > len(self.open) + 1:
            deepest = "#" * (SECTION_LEVEL + len(self.open))
            self.fail(f"“{_shown(line)}” skips a level. Use at most {deepest} here.")
        self.headings += 1
        if self.headings > MAX_SECTIONS:
            self.fail(f"a digest has at most {MAX_SECTIONS} sections.")
        del self.open[depth - 1 :]
        (self.open[-1].below if self.open else self.sections).append(heading := self.heading(words))
        self.open.append(heading)

    def heading(self, words: str) -> _Heading:
        """What stands after the hashes: "1. 🎉 Heading [0:00] {#k3f plus}", all of it optional."""
        if number := NUMBER.match(words):
            words = words[number.end() :]
        words, start = self.without_time(words)
        words, identifier, access = self.without_braces(words)
        if start is None:
            words, start = self.without_time(words)
        emoji = EMOJI.match(words)
        if emoji:
            words = words[emoji.end() :]
        elif words.startswith("\\") and EMOJI.match(words, 1):
            words = words[1:]
        return _Heading(
            id=identifier,
            heading=self.text(words),
            emoji=emoji[0] if emoji else None,
            access=access,
            start=start,
        )

    def without_braces(self, words: str) -> tuple[str, str, Access]:
        match = BRACES.search(words)
        if not match:
            return words, "", "inherit"
        attributes = ATTRIBUTES.fullmatch(match[1])
        identifier, access = attributes.groups() if attributes else (None, None)
        if not attributes or (identifier and not SECTION_ID.fullmatch(identifier)):
            self.fail(f"“{_shown(match[0].strip())}” should be {{#id}}, {{#id free}} or {{#id plus}}.")
        if identifier and identifier in self.lines_of_ids:
            self.fail(
                f"the id “{identifier}” belongs to the section on line {self.lines_of_ids[identifier]}."
                f" Delete {{#{identifier}}} here, and the section gets an id of its own."
            )
        if identifier:
            self.lines_of_ids[identifier] = self.line
        return words[: match.start()], identifier or "", cast("Access", access or "inherit")

    def without_time(self, words: str) -> tuple[str, float | None]:
        match = TIME.search(words)
        if not match:
            return words, None
        start = seconds(match[1])
        if start is None:
            self.fail(f"[{match[1]}] is no time. Write [m:ss] or [h:mm:ss]; for plain text \\[{match[1]}].")
        return words[: match.start()], start

    def read_bullet(self, words: str, line: str) -> None:
        items = self.items.get(self.part or "")
        if self.part == "details" and self.open:
            items = self.open[-1].items
        if items is None:
            self.fail(f"“{_shown(line)}” stands under no heading. Put it below a section or “## Key Points”.")
        self.points += 1
        if self.points > MAX_POINTS:
            self.fail(f"a digest has at most {MAX_POINTS:,} points.")
        self.item = _Item(self.line, [words])
        items.append(self.item)

    def read_summary(self, words: str) -> None:
        if self.part:
            self.fail("a summary (“> ”) stands before the first “##”. Move it up, or begin it with “- ”.")
        self.summary.append(words)

    def refuse_stray(self, line: str) -> NoReturn:
        if line.startswith("#"):
            self.fail(f"“{_shown(line)}” needs a space after the last #.")
        if self.part:
            self.fail(f"“{_shown(line)}” is no bullet and no heading. Begin it with “- ”.")
        self.fail(f"“{_shown(line)}” needs a mark. A title begins with “# ”, a summary with “> ”.")

    def outline(self) -> Outline:
        return Outline(
            title=self.title or None,
            summary=self.text(" ".join(self.summary)),
            key_points=self.bullets(self.items["key_points"]),
            sections=tuple(map(self.section, self.sections)),
            insights=tuple(map(self.insight, filter(_has_words, self.items["insights"]))),
            analysis=self.limited(clean_paragraphs(reveal("\n".join(self.analysis)))) or None,
        )

    def section(self, typed: _Heading) -> Section:
        return Section(
            id=typed.id,
            heading=typed.heading,
            emoji=typed.emoji,
            access=typed.access,
            start=typed.start,
            bullets=self.bullets(typed.items),
            sections=tuple(map(self.section, typed.below)),
        )

    def bullets(self, items: list[_Item]) -> tuple[Point, ...]:
        return tuple(map(self.bullet, filter(_has_words, items)))

    def bullet(self, item: _Item) -> Point:
        self.line = item.line
        words, start = self.without_time(" ".join(item.lines))
        return Point(self.required(words), start)

    def insight(self, item: _Item) -> Point:
        self.line = item.line
        words, start = self.without_time(" ".join(item.lines))
        for quotation in QUOTATIONS:
            if match := quotation.fullmatch(words):
                return Point(self.required(match[1]), start, speaker=self.text(match[2] or "") or None)
        return Point(self.required(words), start)

    def required(self, words: str) -> str:
        return self.text(words) or self.fail("there is no text here. Write some, or delete the line.")

    def text(self, words: str) -> str:
        return self.limited(reveal(words).strip())

    def limited(self, text: str) -> str:
        if len(text) > MAX_CHARACTERS:
            self.fail(f"this text is longer than {MAX_CHARACTERS:,} characters.")
        return text

    def fail(self, message: str) -> NoReturn:
        raise MarkdownError(self.line, message)


def _has_words(item: _Item) -> bool:
    """A lone "-" is what an editor leaves behind; nothing is lost with it."""
    return any(item.lines)


def _shown(line: str) -> str:
    """The beginning of a line, as it was typed."""
    text = reveal(line)
    return text if len(text) <= 40 else f"{text[:39]}…"
