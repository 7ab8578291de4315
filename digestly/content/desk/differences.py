"""Two Markdown texts side by side in one column: what went, what came, and a little of what stands around it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

AROUND = 1  # unchanged lines shown beside a change
MAX_LINES = 3_000  # comparing costs the square of it at worst
MAX_CHARACTERS = 2_000  # in a line that is compared word by word
LIKENESS = 0.5  # share of words in common; below it the words say less than the lines

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a line; the changed ones are marked."""

    text: str
    changed: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A line that only the one text has (`gone`), only the other (`came`), or both; a `gap` stands for many."""

    kind: Literal["same", "gone", "came", "gap"]
    pieces: tuple[Piece, ...] = ()


def differences(before: str, after: str) -> list[Line]:
    """What turns one text into the other; nothing when they are equal. Very long texts are shown whole."""
    one, other = before.splitlines(), after.splitlines()
    if one == other:
        return []
    if len(one) + len(other) > MAX_LINES:
        return [*(_line("gone", text) for text in one), *(_line("came", text) for text in other)]
    return list(_compared(one, other))


def _compared(one: list[str], other: list[str]) -> Iterator[Line]:
    for position, group in enumerate(SequenceMatcher(None, one, other).get_grouped_opcodes(AROUND)):
        if position:
            yield Line("gap")
        for tag, start, end, other_start, other_end in group:
            gone, came = one[start:end], other[other_start:other_end]
            if tag == "equal":
                yield from (_line("same", text) for text in gone)
            elif len(gone) == len(came):
                for before, after in zip(gone, came, strict=True):
                    yield from _reworded(before, after)
            else:
                yield from (_line("gone", text) for text in gone)
                yield from (_line("came", text) for text in came)


def _reworded(before: str, after: str) -> Iterator[Line]:
    """One line and what became of it, the changed words marked."""
    is_long = max(len(before), len(after)) > MAX_CHARACTERS
    one, other = ([before], [after]) if is_long else (_WORDS.findall(before), _WORDS.findall(after))
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    if matcher.ratio() < LIKENESS:
        yield _line("gone", before)
        yield _line("came", after)
        return
    gone, came = [], []
    for tag, start, end, other_start, other_end in matcher.get_opcodes():
        gone.append(Piece("".join(one[start:end]), tag != "equal"))
        came.append(Piece("".join(other[other_start:other_end]), tag != "equal"))
    yield Line("gone", tuple(piece for piece in gone if piece.text))
    yield Line("came", tuple(piece for piece in came if piece.text))


def _line(kind: Literal["same", "gone", "came"], text: str) -> Line:
    return Line(kind, (Piece(text, False),))
