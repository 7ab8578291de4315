"""Boundaries: how likely a new topic begins at each sentence, as log-odds.

Evidence is of any language and any show: vocabulary that drifts apart, turns, pauses, and the few phrases by
which people announce that they move on. What each kind counts for is fitted (see `weights`). A second look also goes
by how this very recording begins its topics (see `echoes`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from digestly.engine.extractive.arrays import Floats
from digestly.engine.extractive.cuts import chances_of
from digestly.engine.extractive.drift import WIDTHS, drift
from digestly.engine.extractive.echoes import echoes
from digestly.engine.extractive.lengths import end_of, usual_length
from digestly.engine.extractive.sentences import WORDS_A_SECOND, Sentence
from digestly.engine.extractive.terms import Terms
from digestly.engine.extractive.tongues import Tongue
from digestly.engine.extractive.tongues.patterns import spaced
from digestly.engine.extractive.weights import fitted

NEIGHBOURHOOD = 90.0  # spoken seconds around a sentence in which a peak of drift is judged
BANTER_BEFORE, BANTER_AFTER = 30.0, 60.0  # seconds in which changes of speaker are counted
NEARBY = 4  # sentences
EDGE = 60.0  # seconds at the end, where people part
READ = 240  # characters of a sentence in which phrases are looked for

Columns = dict[str, Floats]


def boundary_scores(sentences: Sequence[Sentence], terms: Terms, tongue: Tongue) -> Floats:
    """One score a sentence; the higher, the likelier that a topic starts with it."""
    columns = evidence(sentences, terms, tongue)
    first_look = weighed(columns, fitted("boundaries"))
    return weighed(columns | echoed(sentences, first_look), fitted("boundaries_echoed"))


def evidence(sentences: Sequence[Sentence], terms: Terms, tongue: Tongue) -> Columns:
    """Each kind of evidence with its value for every sentence."""
    clock = np.array([sentence.clock for sentence in sentences])
    return {
        **_drift_evidence(terms, clock),
        **_turn_evidence(sentences, clock),
        **_phrase_evidence(sentences, tongue),
        **_shape_evidence(sentences, terms, clock),
    }


def echoed(sentences: Sequence[Sentence], scores: Floats) -> Columns:
    """What a first look at the sentences tells of how this recording begins its topics."""
    clock = np.array([sentence.clock for sentence in sentences])
    starts = end_of(sentences) / usual_length(sentences) - 1
    return echoes(sentences, clock, chances_of(scores, starts))


def weighed(columns: Columns, weights: Mapping[str, float]) -> Floats:
    scores = np.full(len(next(iter(columns.values()))), weights["even"])
    for name, column in columns.items():
        scores += weights[name] * column
    return scores


def _drift_evidence(terms: Terms, clock: Floats) -> Columns:
    drifting = drift(terms, clock)
    columns = {"words_begin": drifting[:, -2], "words_end": drifting[:, -1]}
    for place, width in enumerate(WIDTHS):
        apart = drifting[:, place]
        columns |= {f"apart_{width:.0f}": apart, f"peak_{width:.0f}": _height(apart, clock)}
    return columns


def _height(values: Floats, clock: Floats) -> Floats:
    """How far windows are apart beside where they are least so on both sides: a peak marks a change of topic."""
    low = np.searchsorted(clock, clock - NEIGHBOURHOOD)
    high = np.searchsorted(clock, clock + NEIGHBOURHOOD)
    here = np.arange(len(values))
    before = _range_minimum(values, low, here + 1)
    after = _range_minimum(values, here, np.maximum(high, here + 1))
    return 2 * values - before - after


def _range_minimum(values: Floats, begin: np.ndarray, end: np.ndarray) -> Floats:
    """Minimum of values[begin:end] for every pair at once, by doubling."""
    table = [values]
    span = 1
    while 2 * span <= len(values):
        previous = table[-1]
        table.append(np.minimum(previous[: len(previous) - span], previous[span:]))
        span *= 2
    level = np.floor(np.log2(np.maximum(end - begin, 1))).astype(int)
    result = np.empty(len(begin))
    for power, minima in enumerate(table):
        chosen = level == power
        result[chosen] = np.minimum(minima[begin[chosen]], minima[end[chosen] - 2**power])
    return result


def _turn_evidence(sentences: Sequence[Sentence], clock: Floats) -> Columns:
    """Change of speaker, the host, the pause before, and how quickly speakers change around."""
    size = len(sentences)
    speakers = [sentence.speaker for sentence in sentences]
    change = np.array([float(i > 0 and speakers[i] != speakers[i - 1]) for i in range(size)])
    turns = Counter(speaker for speaker, turned in zip(speakers, change, strict=True) if turned and speaker)
    host = max(turns, key=lambda name: (turns[name], name)) if len(turns) > 1 else None
    hosting = np.array([float(host is not None and speaker == host) for speaker in speakers])
    here = np.arange(size)
    changes = np.concatenate([[0.0], np.cumsum(change)])
    before = changes[here] - changes[np.searchsorted(clock, clock - BANTER_BEFORE)]
    after = changes[np.searchsorted(clock, clock + BANTER_AFTER)] - changes[here + 1]
    turn = np.cumsum(change).astype(np.int64)
    lengths = np.bincount(turn, [sentence.length for sentence in sentences])
    return {
        "turn": change,
        "host": hosting,
        "host_takes_over": change * hosting,
        "pause": np.array([min(sentence.pause, 3.0) for sentence in sentences]),
        "banter_before": np.log1p(before),
        "banter_after": np.log1p(np.maximum(after, 0.0)),
        "turn_before": np.log1p(lengths[np.maximum(turn - 1, 0)]) * change,
    }


def _phrase_evidence(sentences: Sequence[Sentence], tongue: Tongue) -> Columns:
    texts = [sentence.text[:READ].lower() for sentence in sentences]
    bare = [text[lead.end() :] if (lead := tongue.leads.match(text)) else text for text in texts]
    searched = list(map(spaced, texts))
    said = {
        "opens": _told(tongue.opens.search, searched),
        "introduces": _told(tongue.introduces.search, searched),
        "enumerates": _told(tongue.enumerates.match, texts),
        "restarts": _told(tongue.restarts.match, texts),
        "resumes": _told(tongue.resumes.match, texts),
        "dangles": _told(tongue.dangling.match, bare),
    }
    closes = _told(tongue.closes.search, searched)
    return (
        said
        | {f"{name}_next": _shifted(said[name], -1) for name in ("opens", "introduces", "dangles")}
        | {"closed_before": np.maximum(_shifted(closes, 1), 0.6 * _shifted(closes, 2))}
    )


def _told(finds: Callable[[str], object], texts: Sequence[str]) -> Floats:
    return np.fromiter((finds(text) is not None for text in texts), dtype=np.float64, count=len(texts))


def _shape_evidence(sentences: Sequence[Sentence], terms: Terms, clock: Floats) -> Columns:
    """How long and how dense with terms the sentences before and after are, and where greetings stand."""
    length = np.array([sentence.length for sentence in sentences])
    size = np.log1p(length)
    words = np.maximum(length * WORDS_A_SECOND, 1.0)
    content = np.diff(terms.offsets).astype(np.float64)
    return {
        "length": size,
        "length_before": _shifted(size, 1),
        "density": content / words,
        "density_before": _mean(content, -NEARBY, 0) / np.maximum(_mean(words, -NEARBY, 0), 1.0),
        "density_after": _mean(content, 0, NEARBY) / np.maximum(_mean(words, 0, NEARBY), 1.0),
        "end": (clock > clock[-1] + length[-1] - EDGE).astype(np.float64),
    }


def _mean(values: Floats, since: int, until: int) -> Floats:
    """Mean of the values from `since` to `until` places away."""
    running = np.concatenate([[0.0], np.cumsum(values)])
    here = np.arange(len(values))
    low, high = np.clip(here + since, 0, len(values)), np.clip(here + until, 0, len(values))
    mean: Floats = (running[high] - running[low]) / np.maximum(high - low, 1)
    return mean


def _shifted(values: Floats, by: int) -> Floats:
    """Values of the sentence `by` places earlier (later when negative), 0 beyond the ends."""
    result = np.zeros_like(values)
    if by > 0:
        result[by:] = values[:-by]
    else:
        result[:by] = values[-by:]
    return result
