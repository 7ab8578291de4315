"""Sections: the recording in spans of one topic each.

How many there are depends on how long people talk and how; where they begin is decided by `cuts`. Longer recordings
get longer sections, and long sections get sub-sections by a second pass.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from digestly.engine.extractive.cohesion import Floats
from digestly.engine.extractive.cuts import best_cuts
from digestly.engine.extractive.sentences import Sentence

USUAL = 270.0  # spoken seconds a topic lasts in a recording of an hour
# In free talk, full of sentences that are hardly a word, topics last longer than where speech is prepared; and where
# long turns follow each other, a topic is a handful of them.
NOD = 1.2  # spoken seconds of a sentence that only nods
NODDING = 1.8
TURNS, LONGEST_USUAL = 5, 600.0
FEWEST_TURNS = 4
ENDLESS = 7.0  # usual lengths, beyond which no topic goes on
LONG = 600.0  # a section beyond this gets sub-sections
SUB_USUAL = 240.0


@dataclass(frozen=True, slots=True)
class Span:
    """Sentences first … end-1 on one topic, and the spans it falls into when it is long."""

    first: int
    end: int
    parts: tuple[Span, ...] = ()


def topics(sentences: Sequence[Sentence], scores: Floats, opening: Sequence[int] = ()) -> tuple[Span, ...]:
    """Consecutive spans that cover all sentences. Where it is known which sentences are `opening` a topic, the first
    aside, none is sought."""
    edges = np.array([sentence.clock for sentence in sentences] + [_end_of(sentences)])
    usual = _usual_length(sentences, float(edges[-1]))
    cuts = [0, *opening, len(sentences)]
    if not opening:
        cuts = best_cuts(edges, scores, 0, len(sentences), usual=usual, longest=ENDLESS * usual)
    return tuple(Span(first, end, _parts(edges, scores, first, end)) for first, end in pairwise(cuts))


def _parts(edges: Floats, scores: Floats, first: int, end: int) -> tuple[Span, ...]:
    length = float(edges[end] - edges[first])
    if length <= LONG:
        return ()
    cuts = best_cuts(edges, scores, first, end, usual=max(SUB_USUAL, length / 5), longest=LONG)
    if len(cuts) < 3:
        return ()
    return tuple(Span(begin, stop) for begin, stop in pairwise(cuts))


def _end_of(sentences: Sequence[Sentence]) -> float:
    return sentences[-1].clock + sentences[-1].length


def _usual_length(sentences: Sequence[Sentence], duration: float) -> float:
    """Sections grow with the square root of the recording, for nobody reads a hundred headings, and with its ease."""
    usual = USUAL * math.sqrt(max(duration, 150.0) / 3600) * math.exp(NODDING * nodding(sentences))
    turns = 1 + sum(one.speaker != other.speaker for one, other in pairwise(sentences))
    return max(usual, min(TURNS * duration / turns, LONGEST_USUAL)) if turns > FEWEST_TURNS else usual


def nodding(sentences: Sequence[Sentence]) -> float:
    """The share of sentences that are hardly a word: a tenth where speech is prepared, half of free talk."""
    return sum(sentence.length < NOD for sentence in sentences) / len(sentences)
