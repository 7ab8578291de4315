"""Carries over what the Markdown form does not show, by finding what was typed in the outline it came from.

A section is found by its id, or by its heading when it lost the id. A point is found by its text and time in
its section, then by its text there, then anywhere (it was moved), and last by likeness among what is left of
its section (it was reworded). What was found lends its evidence, its speaker and the fraction of its second.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from digestly.outline.text import fresh_id
from digestly.outline.types import Outline, Point, Section

LIKENESS = 0.5  # share of letter pairs in common
NEIGHBOURS = 8  # a reworded point is looked for among this many, which keeps the search linear


def carried(outline: Outline, base: Outline) -> Outline:
    """`outline` with ids for all sections, and with what `base` knows of its sections and points."""
    outline = replace(outline, sections=_identified(outline, base))
    placed = [_Placed(place, point) for place, point in _points(outline)]
    _find(placed, [_Placed(place, point) for place, point in _points(base)])
    starts = {section.id: section.start for section in base.walk()}
    return _rebuilt(outline, map(_lent, placed), starts)


@dataclass(eq=False)
class _Placed:
    """A point, where it stands (a part or a section id), and what it was found to be in the base."""

    place: tuple[str, str]
    point: Point
    found: _Placed | None = None
    free: bool = True

    @cached_property
    def pairs(self) -> frozenset[str]:
        """Pairs of neighbouring letters: they compare words of any language, with spaces or without."""
        return frozenset(map("".join, pairwise(self.point.text.casefold())))


def _identified(outline: Outline, base: Outline) -> tuple[Section, ...]:
    typed = {section.id for section in outline.walk()}
    lost: defaultdict[str, deque[str]] = defaultdict(deque)
    for section in base.walk():
        if section.id not in typed:
            lost[section.heading].append(section.id)
    taken = typed | {section.id for section in base.walk()}

    def identify(section: Section) -> Section:
        identifier = section.id
        if not identifier:
            known = lost[section.heading]
            identifier = known.popleft() if known else fresh_id(section.heading, taken)
            taken.add(identifier)
        return replace(section, id=identifier, sections=tuple(map(identify, section.sections)))

    return tuple(map(identify, outline.sections))


def _points(outline: Outline) -> Iterator[tuple[tuple[str, str], Point]]:
    """Every point with its place, in the order in which `_rebuilt` puts them back."""
    for point in outline.key_points:
        yield ("part", "key_points"), point
    for section in outline.walk():
        for point in section.bullets:
            yield ("section", section.id), point
    for point in outline.insights:
        yield ("part", "insights"), point


def _find(typed: list[_Placed], known: list[_Placed]) -> None:
    """From the surest sign to the weakest, so that a weak one never takes what a sure one would find."""
    _find_same(typed, known, lambda placed: (placed.place, placed.point.text, _shown(placed.point.start)))
    _find_same(typed, known, lambda placed: (placed.place, placed.point.text))
    _find_same(typed, known, lambda placed: (placed.point.text, _shown(placed.point.start)))
    _find_same(typed, known, lambda placed: placed.point.text)
    _find_like(typed, known)


def _find_same(typed: list[_Placed], known: list[_Placed], key: Callable[[_Placed], Hashable]) -> None:
    waiting: defaultdict[Hashable, deque[_Placed]] = defaultdict(deque)
    for candidate in known:
        if candidate.free:
            waiting[key(candidate)].append(candidate)
    for placed in typed:
        if not placed.found and (candidates := waiting.get(key(placed))):
            placed.found = candidates.popleft()
            placed.found.free = False


def _find_like(typed: list[_Placed], known: list[_Placed]) -> None:
    waiting: defaultdict[Hashable, list[_Placed]] = defaultdict(list)
    for candidate in known:
        if candidate.free:
            waiting[candidate.place].append(candidate)
    for placed in typed:
        candidates = waiting.get(placed.place)
        if placed.found or not candidates:
            continue
        best = max(candidates[:NEIGHBOURS], key=lambda candidate: _likeness(placed, candidate))
        if _likeness(placed, best) >= LIKENESS:
            placed.found = best
            candidates.remove(best)


def _likeness(one: _Placed, other: _Placed) -> float:
    size = len(one.pairs) + len(other.pairs)
    return 2 * len(one.pairs & other.pairs) / size if size else 0.0


def _lent(placed: _Placed) -> Point:
    """The typed point with what its find lends. An insight's speaker is shown, so what is typed holds."""
    if not placed.found:
        return placed.point
    known = placed.found.point
    return Point(
        text=placed.point.text,
        start=_exact(placed.point.start, known.start),
        evidence=known.evidence,
        speaker=placed.point.speaker if placed.place == ("part", "insights") else known.speaker,
    )


def _rebuilt(outline: Outline, points: Iterator[Point], starts: dict[str, float | None]) -> Outline:
    def section(typed: Section) -> Section:
        return replace(
            typed,
            start=_exact(typed.start, starts.get(typed.id)),
            bullets=tuple(next(points) for _ in typed.bullets),
            sections=tuple(map(section, typed.sections)),
        )

    return replace(
        outline,
        key_points=tuple(next(points) for _ in outline.key_points),
        sections=tuple(map(section, outline.sections)),
        insights=tuple(next(points) for _ in outline.insights),
    )


def _exact(typed: float | None, known: float | None) -> float | None:
    """The known moment when it shows the same as the typed one."""
    return known if _shown(typed) == _shown(known) else typed


def _shown(start: float | None) -> int | None:
    return None if start is None else int(start)
