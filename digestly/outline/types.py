"""What an outline is made of: frozen values, safe to hand from room to room.

Numbers ("3.", "3.1.") and depth are never stored: they follow from the tree (`numbering`).
Times are seconds from the start of the recording.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Access = Literal["inherit", "free", "plus"]


@dataclass(frozen=True, slots=True)
class Point:
    """One sentence with its place in the recording: a bullet, a key point or an insight.

    `evidence` is the first and last transcript segment (inclusive, from 0) that it rests on.
    """

    text: str
    start: float | None = None
    evidence: tuple[int, int] | None = None
    speaker: str | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with bullets, sub-sections or both. `id` is short, stable and unique in its outline."""

    id: str
    heading: str
    emoji: str | None = None
    access: Access = "inherit"
    start: float | None = None
    bullets: tuple[Point, ...] = ()
    sections: tuple[Section, ...] = ()

    def walk(self) -> Iterator[Section]:
        """This section, then everything below it, in reading order."""
        yield self
        for section in self.sections:
            yield from section.walk()


@dataclass(frozen=True, slots=True)
class Outline:
    """A whole digest: read whole, written whole."""

    title: str | None = None
    summary: str = ""
    key_points: tuple[Point, ...] = ()
    sections: tuple[Section, ...] = ()
    insights: tuple[Point, ...] = ()
    analysis: str | None = None

    def walk(self) -> Iterator[Section]:
        """Every section at every depth, in reading order."""
        for section in self.sections:
            yield from section.walk()
