"""Breaths: speech without marks is cut where a sentence most naturally ends.

That is told by the words around (as each tongue knows), by pauses, by commas in a sentence too long, and a little by
the ends of cues.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from digestly.engine.extractive.lines import Line, is_closed, spoken_words
from digestly.engine.extractive.tongues import Tongue
from digestly.engine.extractive.tongues.ends import UNKNOWN
from digestly.engine.extractive.tongues.tongue import HAN

SHORTEST, USUAL, LONGEST = 4, 14, 33  # words of a sentence
SPREAD = 20.0  # words by which a length may differ from the usual at the cost of 1
HELD = 60  # at most, even of the shortest words
PAUSE = 0.4  # seconds that tell the end of an utterance
# What a pause, a mark that ends no sentence elsewhere, a comma and the end of a cue tell of one.
SILENCE, MARK, COMMA, CUE = 2.0, 2.0, 1.5, 0.5
_COMMAS = (",", ";", ":", "，", "、", "；")

_SPACED_BITS = re.compile(r"\S{1,200}")
_UNSPACED_BITS = re.compile(rf"[{HAN}]{{1,8}}|[^\s{HAN}]{{1,200}}")


class Cut(NamedTuple):
    """What becomes a sentence: it rests on segments `first` … `last`, and is as likely `whole` as both its ends are
    where a sentence begins and ends."""

    text: str
    first: int
    last: int
    words: float
    pause: float
    whole: float = 1.0


def by_breath(turn: Sequence[Line], tongue: Tongue) -> Iterator[Cut]:
    """What one speaker says in one go, cut into sentences."""
    coming = (word for line in turn for word in _words(line, tongue))
    held: list[Line] = []
    begins = 1.0
    # A turn may be a whole file without one mark, so only the words of the next sentences are held.
    while held := held + list(islice(coming, HELD - len(held))):
        end = _breath(held, tongue)
        ends = _chance(_fit(held, end, tongue)) if end < len(held) else 1.0
        text = tongue.joined(word.text for word in held[:end])
        size = sum(word.words for word in held[:end])
        yield Cut(text, held[0].segment, held[end - 1].segment, size, held[0].pause, begins * ends)
        held, begins = held[end:], ends


def _words(line: Line, tongue: Tongue) -> Iterator[Line]:
    """The words of a line; a run of unspaced script is cut into bits."""
    bits = _SPACED_BITS if tongue.glue else _UNSPACED_BITS
    pause = line.pause
    for found in bits.finditer(line.text):
        yield Line(line.segment, found.group(), spoken_words(found.group()), line.speaker, pause)
        pause = 0.0


def _breath(words: Sequence[Line], tongue: Tongue) -> int:
    """How many of the words make the first sentence."""
    best, best_fit = len(words), -math.inf
    size = 0.0
    for end in range(1, len(words)):
        size += words[end - 1].words
        if size < SHORTEST and words[end].pause < 2 * PAUSE:
            continue
        fit = _fit(words, end, tongue) - ((size - USUAL) / SPREAD) ** 2
        if fit > best_fit:
            best, best_fit = end, fit
        if size >= LONGEST:
            return best
    # What is left is one sentence, unless it can hold two.
    return best if size > USUAL and best_fit > 0 else len(words)


def _chance(fit: float) -> float:
    return 1 / (1 + math.exp(-UNKNOWN - fit))


def _fit(words: Sequence[Line], end: int, tongue: Tongue) -> float:
    """How natural it is that a sentence of so many words ends, as log-odds beside those where nothing tells: one too
    long is worse to read than one too short."""
    before, after = words[end - 1], words[end]
    around = [word.text for word in words[max(0, end - 2) : end + 2]]
    return (
        -UNKNOWN
        + tongue.ends(around, min(end, 2))
        + SILENCE * (after.pause >= PAUSE)
        + MARK * is_closed(before.text)
        + COMMA * before.text.endswith(_COMMAS)
        + CUE * (after.segment != before.segment)
    )
