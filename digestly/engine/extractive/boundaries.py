"""Boundaries: how likely a new topic begins at each sentence, as log-odds up to a constant.

Evidence is of any language and any show: vocabulary that drifts apart, turns, pauses, and the few phrases by
which people announce that they move on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from digestly.engine.extractive.cohesion import WIDTHS, Floats, cohesion
from digestly.engine.extractive.sentences import Sentence
from digestly.engine.extractive.terms import Terms
from digestly.engine.extractive.tongues import Tongue

NEIGHBOURHOOD = 90.0  # spoken seconds around a sentence in which a valley of cohesion is judged


def boundary_scores(sentences: Sequence[Sentence], terms: Terms, tongue: Tongue) -> Floats:
    """One score a sentence; the higher, the likelier that a topic starts with it."""
    scores: Floats = evidence(sentences, terms, tongue) @ np.array(list(WEIGHTS.values()))
    return scores


def evidence(sentences: Sequence[Sentence], terms: Terms, tongue: Tongue) -> Floats:
    """One row a sentence, one column for each name in WEIGHTS."""
    clock = np.array([sentence.clock for sentence in sentences])
    drift = cohesion(terms, clock)
    columns: list[Floats] = []
    for place in range(len(WIDTHS)):
        columns += [1 - drift[:, place], _depth(drift[:, place], clock)]
    columns += [drift[:, -2], drift[:, -1]]
    columns += _turn_evidence(sentences)
    columns += _phrase_evidence(sentences, tongue)
    return np.stack(columns, axis=1)


def _depth(values: Floats, clock: Floats) -> Floats:
    """How far cohesion falls below the highest points on both sides: a valley marks a change of topic."""
    low = np.searchsorted(clock, clock - NEIGHBOURHOOD)
    high = np.searchsorted(clock, clock + NEIGHBOURHOOD)
    peaks_before = _range_maximum(values, low, np.arange(len(values)) + 1)
    peaks_after = _range_maximum(values, np.arange(len(values)), np.maximum(high, np.arange(len(values)) + 1))
    return peaks_before + peaks_after - 2 * values


def _range_maximum(values: Floats, begin: np.ndarray, end: np.ndarray) -> Floats:
    """Maximum of values[begin:end] for every pair at once, by doubling."""
    table = [values]
    span = 1
    while 2 * span <= len(values):
        previous = table[-1]
        table.append(np.maximum(previous[: len(previous) - span], previous[span:]))
        span *= 2
    level = np.floor(np.log2(np.maximum(end - begin, 1))).astype(int)
    result = np.empty(len(begin))
    for power, maxima in enumerate(table):
        chosen = level == power
        result[chosen] = np.maximum(maxima[begin[chosen]], maxima[end[chosen] - 2**power])
    return result


def _turn_evidence(sentences: Sequence[Sentence]) -> list[Floats]:
    """Change of speaker, the host speaking, the host taking over, and the pause before."""
    speakers = [sentence.speaker for sentence in sentences]
    change = np.array([float(i > 0 and speakers[i] != speakers[i - 1]) for i in range(len(speakers))])
    turns = Counter(speaker for speaker, turned in zip(speakers, change, strict=True) if turned and speaker)
    host = max(turns, key=lambda name: (turns[name], name)) if len(turns) > 1 else None
    hosting = np.array([float(host is not None and speaker == host) for speaker in speakers])
    pause = np.array([min(sentence.pause, 3.0) for sentence in sentences])
    return [change, hosting, change * hosting, pause]


def _phrase_evidence(sentences: Sequence[Sentence], tongue: Tongue) -> list[Floats]:
    texts = [sentence.text[:240] for sentence in sentences]
    opens = np.array([float(bool(tongue.opens.search(text))) for text in texts])
    introduces = np.array([float(bool(tongue.introduces.search(text))) for text in texts])
    asks = np.array([float(bool(tongue.asks.search(text))) for text in texts])
    closes = np.array([float(bool(tongue.closes.search(text))) for text in texts])
    size = np.log1p(np.array([sentence.length for sentence in sentences]))
    return [
        opens,
        introduces,
        asks,
        _shifted(opens, -1),
        _shifted(introduces, -1),
        np.maximum(_shifted(closes, 1), 0.6 * _shifted(closes, 2)),
        closes,
        _shifted(asks, 1),
        size,
        _shifted(size, 1),
    ]


def _shifted(values: Floats, by: int) -> Floats:
    """Values of the sentence `by` places earlier (later when negative), 0 beyond the ends."""
    result = np.zeros_like(values)
    if by > 0:
        result[by:] = values[:-by]
    else:
        result[:by] = values[-by:]
    return result


# Log-odds for each kind of evidence, fitted by logistic regression on transcripts with human chapters, every
# show weighing the same. Only differences matter: `sections` sets the threshold recording by recording.
WEIGHTS = {
    "apart_near": 2.4,
    "valley_near": 1.3,
    "apart_middle": 0.8,
    "valley_middle": 1.2,
    "apart_far": 1.6,
    "valley_far": -0.3,
    "words_begin": 2.1,
    "words_end": 1.5,
    "turn": 0.75,
    "host": 0.05,
    "host_takes_over": 0.4,
    "pause": 0.85,
    "opens": 1.75,
    "introduces": 0.55,
    "asks": -0.05,
    "opens_next": 0.95,
    "introduces_next": 0.85,
    "closed_before": 0.4,
    "closes": 0.25,
    "asked_before": -0.25,
    "length": 0.4,
    "length_before": 0.6,
}
