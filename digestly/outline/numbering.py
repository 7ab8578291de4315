"""Numbers of sections: "3.", "3.1.". They follow from the tree and are stored nowhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import count

from digestly.outline.types import Section


def numbered(sections: Iterable[Section]) -> Iterator[tuple[str, int, Section]]:
    """(number, depth, section) of every section at every depth, in reading order; the top is depth 1."""
    return _numbered(sections, parent="", depth=1)


def numbers(parent: str = "") -> Iterator[str]:
    """The numbers of the sections right below `parent`, without end."""
    return (f"{parent}{position}." for position in count(1))


def _numbered(sections: Iterable[Section], *, parent: str, depth: int) -> Iterator[tuple[str, int, Section]]:
    for number, section in zip(numbers(parent), sections, strict=False):
        yield number, depth, section
        yield from _numbered(section.sections, parent=number, depth=depth + 1)
