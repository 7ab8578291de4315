"""Drift: whether the words before and after each sentence come out of one vocabulary or of two.

Of two windows that meet, each is as likely as a vocabulary fitted to it makes it; how much less likely both are out of
one vocabulary tells how far apart they are. (Dirichlet-multinomial, as in Eisenstein and Barzilay, "Bayesian
unsupervised topic segmentation", 2008.) Windows are measured in spoken seconds. Everything is computed chunk by chunk,
so memory does not grow with the recording.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from digestly.engine.extractive.arrays import Counts, Floats, Places
from digestly.engine.extractive.terms import Terms

WIDTHS = (60.0, 150.0, 330.0)
VOCABULARY = 900  # the most telling repeated terms; rarer ones cannot link two windows
UNSEEN = 0.3  # how often each term is taken to have been said before anybody spoke
SCALE = 10.0
LARGEST = 1 << 15  # terms in a window; speech of eleven minutes has a twentieth of that
CHUNK = 300  # sentences


def drift(terms: Terms, clock: Floats) -> Floats:
    """One row a sentence: how far apart the windows meeting at its start are, for each width, then the share of words
    that begin there and of words that end there."""
    size = len(clock)
    telling = _telling_terms(terms)
    result = np.zeros((size, len(WIDTHS) + 2))
    if not len(telling) or not size:
        return result
    column = np.full(len(terms.names), -1, dtype=np.int64)
    column[telling] = np.arange(len(telling))
    vocabulary = _Vocabulary(terms.weight[telling], most=min(int(terms.count[telling].sum()), LARGEST))
    for begin in range(0, size, CHUNK):
        end = min(size, begin + CHUNK)
        result[begin:end] = _chunk(terms, clock, column, vocabulary, begin, end)
    return result


def _telling_terms(terms: Terms) -> Places:
    """The repeated terms that tell most about what is said where."""
    repeated = np.flatnonzero(terms.count > 1)
    worth = terms.count[repeated] * terms.weight[repeated]
    return repeated[np.argsort(-worth, kind="stable")[:VOCABULARY]]


class _Vocabulary:
    """How likely counts of terms are, out of a vocabulary of which nothing is known but their size."""

    def __init__(self, weight: Floats, most: int) -> None:
        self.weight = weight.astype(np.float32)
        self.relative = (weight / weight.mean()).astype(np.float32)
        said = np.arange(most)
        # Logarithms of the rising factorials from which the likelihood is made, for each number of times.
        self.term = np.append(0.0, np.cumsum(np.log(said + UNSEEN))).astype(np.float32)
        self.total = np.append(0.0, np.cumsum(np.log(said + UNSEEN * len(weight))))

    def likelihood(self, counts: Counts, total: Counts) -> Floats:
        """Its logarithm for each row of counts that add up to `total`. Terms count as much as they tell."""
        likely: Floats = self.term.take(counts, mode="clip") @ self.relative
        return likely - self.total.take(total, mode="clip")


def _chunk(
    terms: Terms, clock: Floats, column: Places, vocabulary: _Vocabulary, begin: int, end: int
) -> Floats:
    low = int(np.searchsorted(clock, clock[begin] - WIDTHS[-1]))
    high = max(int(np.searchsorted(clock, clock[end - 1] + WIDTHS[-1])), end)
    counts = _counts(terms, column, len(vocabulary.weight), low, high)
    total = np.cumsum(counts.sum(1, dtype=np.int32))
    running = np.cumsum(counts, axis=0, out=counts)
    here = np.arange(begin, end)
    windows = [_windows(running, clock, here, low, high, width) for width in WIDTHS]
    rows = []
    for (left, right), width in zip(windows, WIDTHS, strict=True):
        before, after = _windows(total, clock, here, low, high, width)
        apart = (
            vocabulary.likelihood(left, before)
            + vocabulary.likelihood(right, after)
            - vocabulary.likelihood(left + right, before + after)
        )
        rows.append(apart / np.sqrt(np.maximum(np.minimum(before, after), 1)) / SCALE)
    (near_before, near_after), (far_before, far_after) = windows[0], windows[-1]
    rows.append(_share_without(near_after, far_before, vocabulary.weight))
    rows.append(_share_without(near_before, far_after, vocabulary.weight))
    return np.stack(rows, axis=1).astype(np.float64)


def _share_without(counts: Counts, others: Counts, weight: NDArray[np.float32]) -> Floats:
    """The share of the words counted that none of the others is."""
    share: Floats = (counts * (others == 0)) @ weight / np.maximum(counts @ weight, 1e-6)
    return share


def _counts(terms: Terms, column: Places, width: int, low: int, high: int) -> Counts:
    """Row i holds how often each telling term occurs in sentence low+i-1. Sums of rows may run over, their differences
    do not: no window holds so many."""
    counts = np.zeros((high - low + 1, width), dtype=np.int16)
    columns = column[terms.between(low, high)]
    rows = np.repeat(np.arange(1, high - low + 1), np.diff(terms.offsets[low : high + 1]))
    kept = columns >= 0
    np.add.at(counts, (rows[kept], columns[kept]), 1)
    return counts


def _windows(
    running: Counts, clock: Floats, here: Places, low: int, high: int, width: float
) -> tuple[Counts, Counts]:
    """How often each term is said in the `width` seconds up to, and from, the start of each sentence."""
    since = np.clip(np.searchsorted(clock, clock[here] - width), low, high)
    until = np.clip(np.searchsorted(clock, clock[here] + width), low, high)
    middle = running[here - low]
    return middle - running[since - low], running[until - low] - middle
