"""What an editor should know before publishing: errors forbid it, warnings are advice.

An error is a digest that cannot be shown: no title, no summary, broken structure, a language without a
locale. Everything else is a warning. Each message names the place and says what to do.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from digestly.outline.document import MAX_DEPTH
from digestly.outline.numbering import numbered
from digestly.outline.preview import Policy, no_bullet_open
from digestly.outline.timestamps import clock
from digestly.outline.types import Outline, Point, Section

MIN_KEY_POINTS, MAX_KEY_POINTS = 4, 6
MAX_TITLE = 120  # characters
MAX_HEADING = 80
MAX_WORDS = 60  # in a bullet
MAX_SYLLABLES = 200  # in a bullet of Chinese, Japanese or Korean
MIN_LETTERS = 12  # fewer may well be a name

# How much of a text must be in its language's script. Korean talks are full of English names.
SCRIPTS = {
    "ko": (re.compile("[가-힣ㄱ-ㆎ]"), 0.3),
    "en": (re.compile("[A-Za-zÀ-ɏ]"), 0.5),
}

_SYLLABLE = re.compile("[\u3040-\u30ff\u3400-\u9fff가-힣]")
_SENTENCE_END = re.compile(r"(?<=[.!?。])\s+")
_CLOSING = " \t.!?…。\"'”\u2019)]"

# Korean notes end in a verb made a noun ("설명함"); some plain nouns look the same.
_NOUN_ENDINGS = ("함", "됨", "음", "짐", "킴", "임")
_NOUNS = (
    *("게임", "책임", "모임", "타임", "마음", "처음", "다음"),
    *("소음", "얼음", "믿음", "웃음", "걸음", "죽음", "젊음"),
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend (`error`) or to consider (`warning`); the code is for scripts."""

    level: Literal["error", "warning"]
    code: str
    message: str


Finds = Iterator[tuple[str, str]]  # code, message


@dataclass(frozen=True, slots=True)
class _Place:
    """A point and what an editor calls its place."""

    name: str
    point: Point


def lint(
    outline: Outline, *, language: str, locales: Collection[str], policy: Policy = "structural"
) -> list[Finding]:
    """Everything there is to say about `outline`, errors first."""
    errors = [*_missing(outline), *_structure(outline), *_locale(language, locales)]
    warnings = [
        *_counts(outline),
        *_access(outline, policy),
        *_lengths(outline),
        *_repetitions(outline),
        *_language(outline, language),
        *_times(outline),
    ]
    return [
        *(Finding("error", code, message) for code, message in errors),
        *(Finding("warning", code, message) for code, message in warnings),
    ]


def _missing(outline: Outline) -> Finds:
    if not outline.title:
        yield "no_title", "There is no title. Write one."
    if not outline.summary:
        yield "no_summary", "There is no summary. Write one paragraph."


def _structure(outline: Outline) -> Finds:
    if not outline.sections:
        yield "no_sections", "There are no sections. Add at least one with a bullet."
    elif not any(section.bullets for section in outline.walk()):
        yield "no_bullets", "No section has a bullet. Write what was said."
    for number, depth, section in numbered(outline.sections):
        if not section.heading:
            yield "empty_heading", f"{_named(number)}: the heading is empty. Write one."
        if depth == MAX_DEPTH + 1:
            yield "too_deep", f"{_named(number)}: deeper than {MAX_DEPTH} levels. Move it up."


def _locale(language: str, locales: Collection[str]) -> Finds:
    if language not in locales and language.partition("-")[0] not in locales:
        yield "no_locale", f"The site does not speak “{language}”. It speaks {', '.join(sorted(locales))}."


def _counts(outline: Outline) -> Finds:
    found = len(outline.key_points)
    if not MIN_KEY_POINTS <= found <= MAX_KEY_POINTS:
        yield "key_points", f"Key points: {found}. {MIN_KEY_POINTS} to {MAX_KEY_POINTS} read best."
    for number, _, section in numbered(outline.sections):
        if not section.bullets and not section.sections:
            yield "empty_section", f"{_named(number)}: nothing below the heading. Add a bullet or delete it."


def _access(outline: Outline, policy: Policy) -> Finds:
    has_bullets = any(section.bullets for section in outline.walk())
    if has_bullets and no_bullet_open(outline, policy):
        yield "nothing_open", "No bullet is open: guests see headings only. Mark a section free."


def _lengths(outline: Outline) -> Finds:
    if outline.title and len(outline.title) > MAX_TITLE:
        yield "long_title", f"Title: {len(outline.title)} characters. Cut it to {MAX_TITLE}."
    for number, _, section in numbered(outline.sections):
        if len(section.heading) > MAX_HEADING:
            size = len(section.heading)
            yield "long_heading", f"{_named(number)}: heading of {size} characters. Cut it to {MAX_HEADING}."
    for place in _bullets(outline):
        signs = len(_SYLLABLE.findall(place.point.text))
        words = len(place.point.text.split())
        if signs > MAX_SYLLABLES:
            yield "long_bullet", f"{place.name}: {signs} characters. Split it or cut it to {MAX_SYLLABLES}."
        elif words > MAX_WORDS:
            yield "long_bullet", f"{place.name}: {words} words. Split it or cut it to {MAX_WORDS}."


def _repetitions(outline: Outline) -> Finds:
    first: dict[str, str] = {}
    for place in _bullets(outline):
        text = _folded(place.point.text)
        if text in first:
            yield "duplicate_bullet", f"{place.name}: says the same as {first[text]}. Delete one."
        first.setdefault(text, place.name)
    sentences = set(map(_folded, [outline.summary, *_SENTENCE_END.split(outline.summary)]))
    for place in _key_points(outline):
        if _folded(place.point.text) in sentences:
            yield "summary_repeated", f"{place.name}: stands word for word in the summary. Change one."
    for (_, one), (number, other) in _neighbours(outline):
        if one.emoji and one.emoji == other.emoji:
            yield "emoji_repeated", f"{_named(number)}: {one.emoji} again, right after the same. Change one."


def _language(outline: Outline, language: str) -> Finds:
    language = language.partition("-")[0]
    if language == "ko":
        yield from _korean_endings(outline)
    if language not in SCRIPTS:
        return
    script, share = SCRIPTS[language]
    foreign = [name for name, text in _texts(outline) if _share(script, text) < share]
    if foreign:
        yield "other_language", f"{_listed(foreign)}: not in the digest's language, “{language}”. Translate."


def _korean_endings(outline: Outline) -> Finds:
    places: dict[str, list[str]] = {}
    for place in _bullets(outline):
        if ending := _korean_ending(place.point.text):
            places.setdefault(ending, []).append(place.name)
    if len(places) > 1:
        usual, *others = sorted(places, key=lambda ending: len(places[ending]), reverse=True)
        odd = "; ".join(f"…{ending}: {_listed(places[ending])}" for ending in others)
        yield "mixed_endings", f"Most bullets end in …{usual}, but not all ({odd}). Use one ending."


def _korean_ending(text: str) -> str | None:
    """The register of a Korean sentence by its last syllables; None for a noun or another language."""
    text = text.rstrip(_CLOSING)
    if text.endswith("니다"):
        return "합니다"
    if text.endswith("다"):
        return "한다"
    if text.endswith(_NOUN_ENDINGS) and not text.endswith(_NOUNS):
        return "함"
    return None


def _times(outline: Outline) -> Finds:
    points = [*_key_points(outline), *_bullets(outline)]
    missing = [place.name for place in points if place.point.start is None]
    if missing and len(missing) == len(points):
        yield "no_times", "No point has a start time, so readers cannot jump to the recording."
    elif missing:
        yield "no_times", f"{_listed(missing)}: no start time. Add [m:ss]."
    started = ((number, _start(section)) for number, _, section in numbered(outline.sections))
    timed = [(number, start) for number, start in started if start is not None]
    for (earlier, before), (number, start) in pairwise(timed):
        if start < before:
            order = f"starts at {clock(start)}, before {_named(earlier)} ({clock(before)})"
            yield "times_backwards", f"{_named(number)}: {order}. Check both times."


def _start(section: Section) -> float | None:
    """When the section begins: its own time, else that of its first bullet that has one."""
    if section.start is not None:
        return section.start
    return next((bullet.start for bullet in section.bullets if bullet.start is not None), None)


def _key_points(outline: Outline) -> Iterator[_Place]:
    for position, point in enumerate(outline.key_points, start=1):
        yield _Place(f"Key point {position}", point)


def _bullets(outline: Outline) -> Iterator[_Place]:
    for number, _, section in numbered(outline.sections):
        for position, point in enumerate(section.bullets, start=1):
            yield _Place(f"{_named(number)}, bullet {position}", point)


def _texts(outline: Outline) -> Iterator[tuple[str, str]]:
    """Every text that must be in the digest's language. A title may stay as the talk was called."""
    yield "Summary", outline.summary
    yield from ((place.name, place.point.text) for place in _key_points(outline))
    for number, _, section in numbered(outline.sections):
        yield _named(number), section.heading
    yield from ((place.name, place.point.text) for place in _bullets(outline))
    if outline.analysis:
        yield "Analysis", outline.analysis


def _neighbours(outline: Outline) -> Iterator[tuple[tuple[str, Section], tuple[str, Section]]]:
    return pairwise((number, section) for number, _, section in numbered(outline.sections))


def _share(script: re.Pattern[str], text: str) -> float:
    """How much of the text is in the script; all of it when there is too little to tell."""
    letters = sum(map(str.isalpha, text))
    return len(script.findall(text)) / letters if letters >= MIN_LETTERS else 1.0


def _folded(text: str) -> str:
    return text.rstrip(_CLOSING).casefold()


def _named(number: str) -> str:
    return f"Section {number.rstrip('.')}"


def _listed(names: list[str]) -> str:
    """The first place and how many more there are."""
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"
