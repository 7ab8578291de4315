"""Cohesion: how much the words before and after each sentence have in common.

Windows are measured in spoken seconds. Everything is computed chunk by chunk, so memory does not grow with
the recording.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from digestly.engine.extractive.terms import Terms

WIDTHS = (60.0, 150.0, 330.0)
VOCABULARY = 900  # the most telling repeated terms; rarer ones cannot link two windows
CHUNK = 1200  # sentences

Floats = NDArray[np.float64]
Places = NDArray[np.int64]


def cohesion(terms: Terms, clock: Floats) -> Floats:
    """One row a sentence: cosine of the windows meeting at its start, for each width, then the share of words
    that begin there and of words that end there."""
    size = len(clock)
    telling = telling_terms(terms)
    result = np.zeros((size, len(WIDTHS) + 2))
    if not len(telling) or not size:
        return result
    column = np.full(len(terms.names), -1, dtype=np.int64)
    column[telling] = np.arange(len(telling))
    weight = terms.weight[telling].astype(np.float32)
    for begin in range(0, size, CHUNK):
        end = min(size, begin + CHUNK)
        result[begin:end] = _chunk(terms, clock, column, weight, begin, end)
    return result


def telling_terms(terms: Terms) -> Places:
    """The repeated terms that tell most about what is said where."""
    repeated = np.flatnonzero(terms.count > 1)
    worth = terms.count[repeated] * terms.weight[repeated]
    return repeated[np.argsort(-worth, kind="stable")[:VOCABULARY]]


def _chunk(
    terms: Terms, clock: Floats, column: Places, weight: NDArray[np.float32], begin: int, end: int
) -> Floats:
    reach = WIDTHS[-1]
    low = int(np.searchsorted(clock, clock[begin] - reach))
    high = int(np.searchsorted(clock, clock[end - 1] + reach))
    high = max(high, end)
    running = _running_counts(terms, column, len(weight), low, high) * weight
    here = np.arange(begin, end)
    rows = []
    for width in WIDTHS:
        left, right = _windows(running, clock, here, low, high, width, width)
        norm = np.sqrt((left * left).sum(1) * (right * right).sum(1))
        rows.append((left * right).sum(1) / np.maximum(norm, 1e-6))
    left, right = _windows(running, clock, here, low, high, reach, WIDTHS[0])
    rows.append((right * (left <= 0)).sum(1) / np.maximum(right.sum(1), 1e-6))
    left, right = _windows(running, clock, here, low, high, WIDTHS[0], reach)
    rows.append((left * (right <= 0)).sum(1) / np.maximum(left.sum(1), 1e-6))
    return np.stack(rows, axis=1).astype(np.float64)


def _running_counts(terms: Terms, column: Places, width: int, low: int, high: int) -> NDArray[np.float32]:
    """Row i holds how often each telling term occurs in sentences low … low+i-1."""
    counts = np.zeros((high - low + 1, width), dtype=np.float32)
    columns = column[terms.between(low, high)]
    rows = np.repeat(np.arange(1, high - low + 1), np.diff(terms.offsets[low : high + 1]))
    kept = columns >= 0
    np.add.at(counts, (rows[kept], columns[kept]), 1.0)
    return np.cumsum(counts, axis=0, out=counts)


def _windows(
    running: NDArray[np.float32],
    clock: Floats,
    here: Places,
    low: int,
    high: int,
    before: float,
    after: float,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Term weights in the `before` seconds up to and the `after` seconds from the start of each sentence."""
    since = np.clip(np.searchsorted(clock, clock[here] - before), low, high)
    until = np.clip(np.searchsorted(clock, clock[here] + after), low, high)
    middle = running[here - low]
    return middle - running[since - low], running[until - low] - middle
