"""Select: the few sentences that together tell the most without telling it twice."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from digestly.engine.extractive.arrays import Floats
from digestly.engine.extractive.concepts import Concepts
from digestly.engine.extractive.lines import spoken_words
from digestly.engine.extractive.scoring import Wording
from digestly.engine.extractive.terms import Terms

POOL = 60  # best sentences looked at
OVERRUN = 1.35  # of the budget, for the sentence that fills it
TWICE = 0.72  # share of terms from which two sentences count as the same
# A long sentence covers more, and costs more to read: what it covers is divided by its words, and these, to a power.
BREATH, BREVITY = 5.0, 0.85


def best(
    candidates: Sequence[int],
    merit: Floats,
    terms: Terms,
    concepts: Concepts,
    *,
    most: int,
    least: int = 1,
    budget: float,
    wording: Wording,
    beside: Collection[int] = (),
) -> list[int]:
    """Up to `most` sentences within a budget of words, in spoken order, telling what no other and none `beside` tells.

    A sentence counts by its own merit and by the concepts that it is the first to tell. The budget counts from the
    `least` on.
    """
    pool = sorted(candidates, key=lambda sentence: (-merit[sentence], sentence))[:POOL]
    sizes = np.array([spoken_words(wording[sentence]) for sentence in pool])
    ease = (sizes + BREATH) ** BREVITY
    own = merit[pool]
    owner, told = concepts.of(pool)
    untold = concepts.worth * ~concepts.covered_by(beside)
    held = {sentence: _held(sentence, terms, wording) for sentence in [*pool, *beside]}
    others = list(beside)
    chosen: list[int] = []
    spent = 0.0
    open_to = np.ones(len(pool), dtype=np.bool_)
    while open_to.any() and len(chosen) < most and (spent < budget or len(chosen) < least):
        gain = np.bincount(owner, untold[told], len(pool)) / ease
        pick = int(np.argmax(np.where(open_to, own + gain, -np.inf)))
        open_to[pick] = False
        sentence, size = pool[pick], float(sizes[pick])
        if any(_overlap(held[sentence], held[other]) > TWICE for other in others):
            continue
        if len(chosen) >= least and spent + size > budget * OVERRUN:
            continue
        chosen.append(sentence)
        others.append(sentence)
        spent += size
        untold[told[owner == pick]] = 0.0
    return sorted(chosen)


def _held(sentence: int, terms: Terms, wording: Wording) -> frozenset[int]:
    told = wording.places(sentence)
    return frozenset(terms.between(told.start, told.stop).tolist())


def _overlap(one: frozenset[int], other: frozenset[int]) -> float:
    return len(one & other) / min(len(one), len(other)) if one and other else 0.0
