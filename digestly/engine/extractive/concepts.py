"""Concepts: what a stretch of a recording keeps coming back to, and which sentences say it.

A concept is a term, or two terms that stand side by side. Telling one again tells nothing, so a choice of sentences
is worth the concepts that it covers (Gillick and Favre, "A scalable global model for summarization", 2009).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digestly.engine.extractive.arrays import Floats
from digestly.engine.extractive.terms import Terms

COMMONNESS = 1.2  # power of how often a term comes back
ONCE = 0.3  # what a term counts that never comes back
PAIR = 1.0  # worth of a pair that comes back once, beside a usual term


@dataclass(frozen=True, slots=True)
class Concepts:
    """Sentence `first + owner[i]` says concept `ids[i]`; `worth` is by concept."""

    first: int
    owner: NDArray[np.int64]
    ids: NDArray[np.int64]
    worth: Floats

    def covered_by(self, sentences: Collection[int]) -> NDArray[np.bool_]:
        """By concept: whether any of the sentences says it."""
        covered = np.zeros(len(self.worth), dtype=np.bool_)
        covered[self.ids[np.isin(self.owner, np.array(list(sentences), dtype=np.int64) - self.first)]] = True
        return covered

    def of(self, sentences: Sequence[int]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Which of the sentences, by its place among them, says which concept."""
        place = np.full(int(self.owner.max(initial=-1)) + 1, -1)
        here = np.array(sentences, dtype=np.int64) - self.first
        known = here < len(place)
        place[here[known]] = np.flatnonzero(known)
        found = place[self.owner]
        return found[found >= 0], self.ids[found >= 0]


def concepts_of(terms: Terms, first: int, end: int, *, rarity: float, weight: float) -> Concepts:
    """The concepts of sentences first … end-1.

    `rarity` is the power of how telling a term is in the whole recording, `weight` the worth of a usual one.
    """
    flat = terms.between(first, end).astype(np.int64)
    owner = np.repeat(np.arange(end - first), np.diff(terms.offsets[first : end + 1]))
    singles, single, times = np.unique(flat, return_inverse=True, return_counts=True)
    worth = (times - 1 + ONCE) ** COMMONNESS * terms.weight[singles] ** rarity
    usual = float(worth.mean()) if len(worth) else 1.0
    beside = owner[1:] == owner[:-1]
    _, pair, pair_times = np.unique(
        (flat[:-1] * max(len(terms.names), 1) + flat[1:])[beside], return_inverse=True, return_counts=True
    )
    # A sentence that says a concept twice says it once.
    total = len(singles) + len(pair_times)
    said = np.unique(
        np.concatenate([owner * total + single, owner[1:][beside] * total + len(singles) + pair])
    )
    worths = weight * np.concatenate([worth / usual, PAIR * (pair_times - 1.0)])
    return Concepts(first, said // max(total, 1), said % max(total, 1), worths)
