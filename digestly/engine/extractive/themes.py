"""Themes: the few directions in which the words of a recording occur together.

Folded into themes, a window full of "ferry" is close to one full of "harbour" where the two keep company elsewhere,
though they share no word.
"""

from __future__ import annotations

import numpy as np

from digestly.engine.extractive.cohesion import WIDTHS, Floats, Places, telling_terms
from digestly.engine.extractive.terms import Terms

THEMES = 40
BLOCK = 45.0  # spoken seconds over which terms count as occurring together
MOST_BLOCKS = 900  # longer recordings get longer blocks
CHUNK = 4096  # sentences


def thematic_cohesion(terms: Terms, clock: Floats) -> Floats:
    """One row a sentence: the cosine of the windows that meet at its start, for each width."""
    size = len(clock)
    running = _running_themes(terms, clock)
    result = np.zeros((size, len(WIDTHS)))
    for begin in range(0, size, CHUNK):
        here = np.arange(begin, min(size, begin + CHUNK))
        for place, width in enumerate(WIDTHS):
            left = running[here] - running[np.searchsorted(clock, clock[here] - width)]
            right = running[np.searchsorted(clock, clock[here] + width)] - running[here]
            norm = np.sqrt((left * left).sum(1) * (right * right).sum(1))
            result[here, place] = (left * right).sum(1) / np.maximum(norm, 1e-6)
    return result


def _running_themes(terms: Terms, clock: Floats) -> Floats:
    """Row i holds what sentences 0 … i-1 together say of each theme."""
    size = len(clock)
    telling = telling_terms(terms)
    column = np.full(len(terms.names), -1, dtype=np.int64)
    column[telling] = np.arange(len(telling))
    columns = column[terms.ids]
    owner = np.repeat(np.arange(size), np.diff(terms.offsets))[columns >= 0]
    columns = columns[columns >= 0]
    directions = _themes(clock[owner], columns, terms.weight[telling])
    running = np.zeros((size + 1, directions.shape[1]))
    for theme, direction in enumerate(directions.T):
        running[1:, theme] = np.cumsum(np.bincount(owner, direction[columns], size))
    return running


def _themes(said: Floats, columns: Places, weight: Floats) -> Floats:
    """One row a term, one column a theme: the leading eigenvectors of how terms share blocks of time."""
    if not len(said):
        return np.zeros((len(weight), 0))
    block = (said // max(BLOCK, said[-1] / MOST_BLOCKS)).astype(np.int64)
    shape = int(block[-1]) + 1, len(weight)
    counts = np.bincount(block * shape[1] + columns, minlength=shape[0] * shape[1]).reshape(shape)
    blocks = np.log1p(counts) * weight
    # The smaller of the two products has the same themes at less cost.
    if shape[0] < shape[1]:
        values, vectors = np.linalg.eigh(blocks @ blocks.T)
        directions = blocks.T @ vectors[:, -THEMES:] / np.sqrt(np.maximum(values[-THEMES:], 1e-9))
    else:
        directions = np.linalg.eigh(blocks.T @ blocks)[1][:, -THEMES:]
    return np.asarray(directions * weight[:, None], dtype=np.float64)
