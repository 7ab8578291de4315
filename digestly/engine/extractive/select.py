"""Select: the few sentences that together tell the most without telling it twice."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from digestly.engine.extractive.cohesion import Floats
from digestly.engine.extractive.terms import Terms

POOL = 60  # best sentences looked at
LIKENESS = 0.55  # how much repeating another choice costs
OVERRUN = 1.35  # of the budget, for the sentence that fills it
TWICE = 0.72  # share of terms from which two sentences count as the same


def best(
    candidates: Sequence[int],
    score: Floats,
    terms: Terms,
    *,
    most: int,
    least: int = 1,
    budget: float,
    words: Callable[[int], float],
    beside: Collection[int] = (),
) -> list[int]:
    """Up to `most` sentences within a budget of words, in spoken order, unlike each other and any `beside`.

    The budget counts from the `least` on.
    """
    pool = sorted(candidates, key=lambda sentence: (-score[sentence], sentence))[:POOL]
    held = {sentence: frozenset(terms.of(sentence).tolist()) for sentence in [*pool, *beside]}
    likeness = {
        sentence: max((_overlap(held[sentence], held[other]) for other in beside), default=0.0)
        for sentence in pool
    }
    chosen: list[int] = []
    spent = 0.0
    while pool and len(chosen) < most and (spent < budget or len(chosen) < least):
        pick = max(pool, key=lambda sentence: (score[sentence] - LIKENESS * likeness[sentence], -sentence))
        pool.remove(pick)
        size = words(pick)
        if likeness[pick] > TWICE or (len(chosen) >= least and spent + size > budget * OVERRUN):
            continue
        chosen.append(pick)
        spent += size
        for sentence in pool:
            likeness[sentence] = max(likeness[sentence], _overlap(held[sentence], held[pick]))
    return sorted(chosen)


def _overlap(one: frozenset[int], other: frozenset[int]) -> float:
    return len(one & other) / min(len(one), len(other)) if one and other else 0.0
