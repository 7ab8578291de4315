"""Echoes: how a recording goes on to its next topic, learned from itself.

Every show has its own way: a host who takes the word, "the next item", "thank you, chair". Nobody can know them all
beforehand, but at the likeliest starts of a first look they stand, and come back at others. So each word and each
change of speaker is worth what the sentences are that it opens elsewhere in the recording, not close by.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise

import numpy as np

from digestly.engine.extractive.arrays import Floats, Places
from digestly.engine.extractive.sentences import Sentence

OPENING, WORDS = 60, 10  # characters of a sentence in which its opening is looked for, and words of it
CLOSE_BY = 120.0  # spoken seconds in which words come back because their topic does
FEWEST = 2  # sentences elsewhere, from which a word is worth anything
UNSURE = 2.0  # sentences of which nothing is known, beside those elsewhere
FEW_WORDS = 5  # what a sentence of fewer words is taken to hold, for it tells less

# Scripts without spaces are read by the character.
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W_\u3040-\u30ff\u3400-\u9fff]+(?:['’]\w+)?|[?？]")


def echoes(sentences: Sequence[Sentence], clock: Floats, chances: Floats) -> dict[str, Floats]:
    """Each kind of echo with its value for every sentence, as log-odds beside the usual chance of a start.

    Of words the one that promises most tells of a start, and all that stand elsewhere warn of none.
    """
    turns = _Cues(_turns(sentences), clock, chances)
    words = _Cues(_openings(sentences), clock, chances)
    return {
        "turns_echo": turns.mean(turns.worth, fewest=1),
        "words_echo": words.highest(),
        "words_warn": words.mean(np.minimum(words.worth, 0.0), fewest=FEW_WORDS),
    }


# Cues keep the order in which they are said, for sums of numbers differ by it.


def _turns(sentences: Sequence[Sentence]) -> Iterator[Collection[object]]:
    """Who takes the word, and from whom."""
    yield ()
    for before, after in pairwise(sentences):
        turned = before.speaker != after.speaker
        yield (after.speaker, (before.speaker, after.speaker)) if turned else ()


def _openings(sentences: Sequence[Sentence]) -> Iterator[Collection[object]]:
    for sentence in sentences:
        yield dict.fromkeys(_WORD.findall(sentence.text[:OPENING].lower())[:WORDS])


class _Cues:
    """What each cue at each sentence is worth: `worth[i]` for the sentence `place[i]`."""

    def __init__(self, cues: Iterator[Collection[object]], clock: Floats, chances: Floats) -> None:
        index: dict[object, int] = {}
        held = list(cues)
        cue = np.array(
            [index.setdefault(cue, len(index)) for sentence in held for cue in sentence], dtype=np.int64
        )
        order = np.argsort(cue, kind="stable")
        cue, self.place = cue[order], np.repeat(np.arange(len(held)), list(map(len, held)))[order]
        self.size = len(held)
        self.worth = _worth(cue, self.place, clock, chances)

    def highest(self) -> Floats:
        """The worth of the best cue, at least 0."""
        best = np.zeros(self.size)
        np.maximum.at(best, self.place, self.worth)
        return best

    def mean(self, worth: Floats, *, fewest: int) -> Floats:
        held = np.maximum(np.bincount(self.place, minlength=self.size), fewest)
        mean: Floats = np.bincount(self.place, worth, self.size) / held
        return mean


def _worth(cue: Places, place: Places, clock: Floats, chances: Floats) -> Floats:
    """How much likelier than usual a start is where the cue is found elsewhere. Both lists are sorted by cue."""
    usual = max(float(chances.mean()), 1e-9)
    first, last = np.searchsorted(cue, cue), np.searchsorted(cue, cue, side="right")
    # Times that grow from cue to cue, so that all are searched at once.
    times = cue * (float(clock[-1]) + 2 * CLOSE_BY + 1.0) + clock[place]
    near = np.maximum(np.searchsorted(times, times - CLOSE_BY), first)
    beyond = np.minimum(np.searchsorted(times, times + CLOSE_BY, side="right"), last)
    running = np.append(0.0, np.cumsum(chances[place]))
    elsewhere = (last - first) - (beyond - near)
    likely = running[last] - running[first] - (running[beyond] - running[near])
    worth: Floats = np.log((likely + UNSURE * usual) / (elsewhere + UNSURE) / usual)
    worth[elsewhere < FEWEST] = 0.0
    return worth
