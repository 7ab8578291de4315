"""Cuts: the section starts that are right most often, where nobody can be sure of any.

From scores come chances, and cuts are chosen for what can be expected of them: that sentences half a topic apart are
told apart where the topic changed between them and only there (as Pk counts), and that people would find a start
of their own close by.
"""

from __future__ import annotations

import math

import numpy as np

from digestly.engine.extractive.arrays import Floats, Places

SHORTEST = 40.0  # spoken seconds of a section
CANDIDATE_GAP = 10.0  # seconds within which only the best start is considered
LOOK = 4.0  # seconds between the places where sentences are compared
CLOSE = 30.0  # seconds off that people forgive
EXACT = 0.45  # how much more a start is worth right at the place than close by
FOUND = 0.4  # what a start found counts beside sentences told apart …
DOUBT = 0.2  # … when its chance is better than this
UNUSUAL = 0.067  # the price of a length that is e times, or an e-th of, the usual
ENDLESS, TOO_LONG = 0.05, 2.5  # the price of each usual length beyond so many


def best_cuts(
    edges: Floats, scores: Floats, first: int, end: int, *, usual: float, longest: float
) -> list[int]:
    """Starts of the best spans of sentences first … end-1, with `end` itself closing the list.

    `edges` are the times at which sentences start, and the last one ends; `usual` is the length to expect, `longest`
    the one that no span exceeds if any start can help it.
    """
    candidates = _candidates(edges, scores, first, end)
    starts = np.array([first, *candidates, end])
    at = edges[starts] - edges[first]
    chances = np.zeros(len(starts))
    chances[1:-1] = chances_of(scores[candidates], float(at[-1]) / usual - 1)
    return [int(starts[place]) for place in _worthiest(at, chances, usual, longest)]


def _candidates(edges: Floats, scores: Floats, first: int, end: int) -> list[int]:
    """Starts that no better start lies close to."""
    kept: list[int] = []
    begin = int(np.searchsorted(edges, edges[first] + SHORTEST))
    stop = int(np.searchsorted(edges, edges[end] - SHORTEST, side="right"))
    for place in range(max(begin, first + 1), min(stop, end)):
        if kept and edges[place] - edges[kept[-1]] < CANDIDATE_GAP:
            if scores[place] > scores[kept[-1]]:
                kept[-1] = place
        else:
            kept.append(place)
    return kept


def chances_of(scores: Floats, expected: float) -> Floats:
    """Log-odds as chances, all moved alike so that they add up to the number of starts expected: kinds of talk differ
    in what their scores come to, hardly in which of them are high."""
    low, high = -60.0, 60.0
    for _ in range(40):
        middle = (low + high) / 2
        if _chance(scores - middle).sum() > max(expected, 0.5):
            low = middle
        else:
            high = middle
    return _chance(scores - low)


def _chance(odds: Floats) -> Floats:
    chance: Floats = 1 / (1 + np.exp(-np.clip(odds, -50, 50)))
    return chance


def _worthiest(at: Floats, chances: Floats, usual: float, longest: float) -> list[int]:
    """Places of the starts worth most together, the first and the last always among them."""
    apart = float(at[-1]) / (1 + chances.sum()) / 2
    told_apart = _told_apart(at, chances, apart)
    # A cut stands between the sentences of each pair that begins at most `apart` before it.
    to_here, to_before = told_apart(at), told_apart(at - apart)
    near = (1 - EXACT) * _any_between(at, chances, at - CLOSE, at + CLOSE) + EXACT * chances
    gain = to_here + FOUND * (near - DOUBT)
    gain[-1] = 0.0
    overlapping = np.searchsorted(at, at - apart)
    reached = np.searchsorted(at, at - longest)
    worth = np.full(len(at), -math.inf)
    worth[0] = 0.0
    back = np.zeros(len(at), dtype=np.int64)
    for here in range(1, len(at)):
        low = min(int(reached[here]), here - 1)
        lengths = at[here] - at[low:here]
        value = worth[low:here] + gain[here] - _oddity(lengths / usual)
        if here < len(at) - 1:
            both = max(int(overlapping[here]) - low, 0)
            value[:both] -= to_before[here]
            value[both:] -= to_here[low + both : here]
        value[lengths < SHORTEST] -= 50.0
        chosen = int(np.argmax(value))
        worth[here], back[here] = value[chosen], low + chosen
    places = [len(at) - 1]
    while places[-1] > 0:
        places.append(int(back[places[-1]]))
    return places[::-1]


def _told_apart(at: Floats, chances: Floats, apart: float) -> _Running:
    """What it is worth by any time to cut between the sentences of all pairs that begin before: more than nothing
    where a new topic between them is likelier than not; half a point for a cut that is sure."""
    looks = np.arange(0.0, max(float(at[-1]) - apart, LOOK), LOOK)
    rightly = 2 * _any_between(at, chances, looks, looks + apart) - 1
    return _Running(np.append(looks, looks[-1] + LOOK), np.append(0.0, np.cumsum(rightly * LOOK / apart / 2)))


class _Running:
    """A sum that grows between known times."""

    def __init__(self, times: Floats, sums: Floats) -> None:
        self.times, self.sums = times, sums

    def __call__(self, at: Floats) -> Floats:
        return np.asarray(np.interp(at, self.times, self.sums), dtype=np.float64)


def _any_between(at: Floats, chances: Floats, since: Floats, until: Floats) -> Floats:
    """How likely any topic starts after `since` and not after `until`."""
    none = np.append(0.0, np.cumsum(np.log1p(-np.minimum(chances, 0.995))))
    low: Places = np.searchsorted(at, since, side="right")
    high: Places = np.searchsorted(at, until, side="right")
    return np.asarray(1 - np.exp(none[high] - none[low]), dtype=np.float64)


def _oddity(relative: Floats) -> Floats:
    """What a length costs, as a multiple of the usual: log-normal, and more for what seems endless."""
    return UNUSUAL * np.log(np.maximum(relative, 1e-3)) ** 2 + ENDLESS * np.maximum(relative - TOO_LONG, 0.0)
