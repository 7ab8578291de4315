"""Sentences: the lines of a transcript become sentences that remember which segments they came from.

Marked text is cut at its full stops. Text without marks (automatic captions) is cut where a speaker takes breath.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from digestly.engine.extractive.breaths import Cut, by_breath
from digestly.engine.extractive.lines import SOUND, Line, lines_of, spoken_words
from digestly.engine.extractive.tongues import Tongue
from digestly.transcripts.types import Segment

WORDS_A_SECOND = 2.6
BRIEFEST = 0.2  # seconds
LONGEST = 70  # words; beyond it a marked sentence is cut like an unmarked one
# A mark at least every so many words is what punctuated speech has.
WORDS_A_MARK = 60

_ABBREVIATED = re.compile(
    r"(?:\b(?:mr|mrs|ms|dr|prof|st|vs|etc|e\.g|i\.e|no|fig|inc|ltd|jr|sr|approx)|\b[A-Z])\.$", re.I
)
_MARK = re.compile(r"[.!?…。？！](?:(?<=[。？！])[”」』）]*|(?<![。？！])[\"”'’)\]]*(?=\s|$))")


class Sentence(NamedTuple):
    """It rests on segments `first` … `last`; `clock` is its start and `length` its size in spoken seconds. `whole`
    is the chance that people would begin and end it there."""

    text: str
    first: int
    last: int
    speaker: str | None
    clock: float
    length: float
    pause: float
    whole: float = 1.0


def sentences(segments: Sequence[Segment], tongue: Tongue) -> list[Sentence]:
    """All sentences in order. Their clock runs on words, so it holds even where times are absent or wrong."""
    lines = list(lines_of(segments))
    cut = by_marks if is_marked(lines) else by_breath
    found: list[Sentence] = []
    clock = 0.0
    for speaker, turn in groupby(lines, lambda line: line.speaker):
        for text, first, last, words, pause, whole in cut(list(turn), tongue):
            if SOUND.search(text):
                length = max(words / WORDS_A_SECOND, BRIEFEST)
                found.append(Sentence(text, first, last, speaker, clock, length, pause, whole))
                clock += length
    return found


def is_marked(lines: Sequence[Line]) -> bool:
    marks = sum(len(_MARK.findall(line.text)) for line in lines)
    return marks * WORDS_A_MARK >= sum(line.words for line in lines)


def by_marks(turn: Sequence[Line], tongue: Tongue) -> Iterator[Cut]:
    """What one speaker says in one go, cut where a mark ends a sentence."""
    held: list[Line] = []
    words = 0.0
    for line in turn:
        pause = line.pause
        for piece, ends in pieces(line.text):
            size = line.words if piece == line.text else spoken_words(piece)
            held.append(Line(line.segment, piece, size, line.speaker, pause))
            pause = 0.0
            words += size
            if ends or words > LONGEST:
                yield from _joined(held, tongue, words)
                held, words = [], 0.0
    if held:
        yield from _joined(held, tongue, words)


def _joined(held: Sequence[Line], tongue: Tongue, words: float) -> Iterator[Cut]:
    if words > LONGEST:
        yield from by_breath(held, tongue)
    else:
        text = tongue.joined(line.text for line in held)
        yield Cut(text, held[0].segment, held[-1].segment, words, held[0].pause)


def pieces(text: str) -> Iterator[tuple[str, bool]]:
    """A line cut after each sentence mark that is not part of an abbreviation, and whether a piece ends with one."""
    begin = 0
    for mark in _MARK.finditer(text):
        end = mark.end()
        if text[end - 1] != "." or not _ABBREVIATED.search(text[max(begin, end - 8) : end]):
            yield text[begin:end].strip(), True
            begin = end
    rest = text[begin:].strip()
    if rest:
        yield rest, False
