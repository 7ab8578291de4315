"""Sections: the recording in spans of one topic each.

How long they are is expected by `lengths`; where they begin is decided by `cuts`. Longer recordings
get longer sections, and long sections get sub-sections by a second pass.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from digestly.engine.extractive.arrays import Floats
from digestly.engine.extractive.cuts import best_cuts
from digestly.engine.extractive.lengths import end_of, usual_length
from digestly.engine.extractive.sentences import Sentence

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
    edges = np.array([sentence.clock for sentence in sentences] + [end_of(sentences)])
    usual = usual_length(sentences)
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
