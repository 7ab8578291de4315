"""Sections: the cuts that together explain the recording best.

One dynamic programme over all sentence starts weighs boundary scores against how long a topic usually lasts.
Longer recordings get longer sections, and long sections get sub-sections by a second pass.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from digestly.engine.extractive.cohesion import Floats
from digestly.engine.extractive.sentences import Sentence

USUAL = 290.0  # spoken seconds a topic lasts in a recording of an hour
# In free talk, full of sentences that are hardly a word, topics last longer than where speech is prepared; and where
# long turns follow each other, a topic is a handful of them.
NOD = 1.2  # spoken seconds of a sentence that only nods
NODDING = 1.8
TURNS, LONGEST_USUAL = 5, 600.0
FEWEST_TURNS = 4
SHORTEST = 40.0
SPREAD = 0.75  # of the logarithm of lengths
ENDLESS = 0.5
RANK = 0.8  # candidates above the threshold for each topic expected
PRIOR = 0.75  # how much length counts against evidence
# Log-odds from which a start is believed, and how much that counts beside its rank in the recording.
BELIEVED, BELIEF, MOST_BELIEF = -2.5, 0.3, 0.75
LONG = 600.0  # a section beyond this gets sub-sections
SUB_USUAL = 240.0
CANDIDATE_GAP = 8.0  # seconds within which only the best start is considered


@dataclass(frozen=True, slots=True)
class Span:
    """Sentences first … end-1 on one topic, and the spans it falls into when it is long."""

    first: int
    end: int
    parts: tuple[Span, ...] = ()


def topics(sentences: Sequence[Sentence], scores: Floats) -> tuple[Span, ...]:
    """Consecutive spans that cover all sentences."""
    edges = np.array([sentence.clock for sentence in sentences] + [_end_of(sentences)])
    usual = _usual_length(sentences, float(edges[-1]))
    cuts = best_cuts(edges, scores, 0, len(sentences), usual)
    return tuple(Span(first, end, _parts(edges, scores, first, end, usual)) for first, end in pairwise(cuts))


def _parts(edges: Floats, scores: Floats, first: int, end: int, usual: float) -> tuple[Span, ...]:
    length = float(edges[end] - edges[first])
    if length <= LONG:
        return ()
    cuts = best_cuts(edges, scores, first, end, max(SUB_USUAL, length / 5))
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


def best_cuts(edges: Floats, scores: Floats, first: int, end: int, usual: float) -> list[int]:
    """Starts of the best spans of sentences first … end-1, with `end` itself closing the list."""
    candidates = _candidates(edges, scores, first, end, usual)
    starts = [first, *candidates, end]
    at = edges[starts]
    gain = np.zeros(len(starts))
    gain[1:-1] = scores[candidates] - _threshold(scores[candidates], float(at[-1] - at[0]) / usual)
    best = np.full(len(starts), -math.inf)
    best[0] = 0.0
    back = np.zeros(len(starts), dtype=np.int64)
    for here in range(1, len(starts)):
        low = min(int(np.searchsorted(at, at[here] - 7 * usual)), here - 1)
        lengths = np.maximum(at[here] - at[low:here], 1.0)
        value = best[low:here] + gain[here] - _improbability(lengths / usual)
        value = np.where(lengths < SHORTEST, value - 50.0, value)
        chosen = int(np.argmax(value))
        best[here], back[here] = value[chosen], low + chosen
    cuts = [len(starts) - 1]
    while cuts[-1] > 0:
        cuts.append(int(back[cuts[-1]]))
    return [starts[cut] for cut in reversed(cuts)]


def _improbability(relative: Floats) -> Floats:
    """What a length costs, as a multiple of the usual: log-normal, and steeper for what seems endless."""
    return PRIOR * (np.log(relative) / SPREAD) ** 2 / 2 + ENDLESS * np.maximum(relative - 2.5, 0.0)


def _threshold(scores: Floats, expected: float) -> float:
    """The score that as many candidates reach as topics are expected, for all kinds of talk are judged alike, drawn
    towards the odds that are believed anywhere."""
    rank = min(max(round(RANK * expected), 1), len(scores))
    reached = float(-np.partition(-scores, rank - 1)[rank - 1]) if rank else 0.0
    return reached + min(max(BELIEF * (BELIEVED - reached), -MOST_BELIEF), MOST_BELIEF)


def _candidates(edges: Floats, scores: Floats, first: int, end: int, usual: float) -> list[int]:
    """Starts that no better start lies close to; the rest could never win."""
    gap = max(CANDIDATE_GAP, usual / 40)
    kept: list[int] = []
    begin = int(np.searchsorted(edges, edges[first] + SHORTEST))
    stop = int(np.searchsorted(edges, edges[end] - SHORTEST, side="right"))
    for place in range(max(begin, first + 1), min(stop, end)):
        if kept and edges[place] - edges[kept[-1]] < gap:
            if scores[place] > scores[kept[-1]]:
                kept[-1] = place
        else:
            kept.append(place)
    return kept
