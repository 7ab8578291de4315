"""Scoring: how much a sentence says about its section and about the whole, and how well it stands alone."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digestly.engine.extractive.arrays import Floats
from digestly.engine.extractive.lines import spoken_words
from digestly.engine.extractive.rewrite import tidy
from digestly.engine.extractive.sections import Span
from digestly.engine.extractive.sentences import WORDS_A_SECOND, Sentence
from digestly.engine.extractive.terms import Terms
from digestly.engine.extractive.tongues import Tongue
from digestly.engine.extractive.tongues.patterns import lowered, spaced

TELLING = 12  # terms that characterise a section
FEWEST_WORDS = 6
MOST_WORDS = 42
FEWEST_STEM = 4  # words of a sentence that another may lean on
# The share of sentences whose form is looked at, and of each section at least so many.
PROMISING, FEWEST_PROMISING = 0.35, 16
MOST_TORN = 5.0  # e-folds of doubt whether a sentence is a whole one
CONTENT = 7  # columns of content evidence, which LOCAL and OVERALL begin with

_NAME = re.compile(r"[A-Z](?<=[\w,] [A-Z])[\w-]+")
_NUMBER = re.compile(r"\d")


class Wording:
    """Each sentence as a person would write it down, tidied when it is first read.

    One that points back ("It does …") is told together with the sentence before it, if both are short enough.
    """

    def __init__(self, sentences: Sequence[Sentence], tongue: Tongue, sold: Collection[int]) -> None:
        self.sentences = sentences
        self.tongue = tongue
        self.sold = sold
        self.tidied: dict[int, str] = {}
        self.worded: dict[int, tuple[int, str]] = {}

    def __getitem__(self, place: int) -> str:
        return self._worded(place)[1]

    def places(self, place: int) -> range:
        """The sentences that are told when this one is: itself, and the one that it leans on."""
        return range(self._worded(place)[0], place + 1)

    def told_by(self, points: Iterable[int]) -> set[int]:
        """All sentences that are told when these are."""
        return {place for point in points for place in self.places(point)}

    def _worded(self, place: int) -> tuple[int, str]:
        if place not in self.worded:
            self.worded[place] = self._with_what_it_leans_on(place)
        return self.worded[place]

    def _with_what_it_leans_on(self, place: int) -> tuple[int, str]:
        text = self._tidied(place)
        before = place - 1
        if before < 0 or before in self.sold or not self.tongue.dangling.match(text):
            return place, text
        size = spoken_words(text)
        same_voice = self.sentences[before].speaker == self.sentences[place].speaker
        if not same_voice or size + self.sentences[before].length * WORDS_A_SECOND > 2 * MOST_WORDS:
            return place, text
        stem = self._tidied(before)
        leans_well = (
            FEWEST_STEM <= spoken_words(stem) <= MOST_WORDS - size
            and not self.tongue.dangling.match(stem)
            and not self.tongue.asks.search(lowered(stem))
            and not self.tongue.courtesy.search(lowered(stem))
        )
        return (before, self.tongue.joined([stem, text])) if leans_well else (place, text)

    def _tidied(self, place: int) -> str:
        if place not in self.tidied:
            text = self.sentences[place].text
            self.tidied[place] = tidy(text, self.tongue) or text
        return self.tidied[place]


@dataclass(frozen=True, slots=True)
class Scored:
    """`text` words a sentence; `local` and `overall` rank it within its section and the recording."""

    text: Wording
    local: Floats
    overall: Floats
    usable: NDArray[np.bool_]


def scored(
    sentences: Sequence[Sentence], spans: Sequence[Span], terms: Terms, tongue: Tongue, sold: Collection[int]
) -> Scored:
    """Scores of all sentences; `spans` are the leaves, covering every sentence. What is `sold` is not told."""
    content = content_evidence(sentences, spans, terms)
    merits = {
        "local": content @ np.array(list(LOCAL.values())[:CONTENT]),
        "overall": content @ np.array(list(OVERALL.values())[:CONTENT]),
    }
    # Most sentences say too little to be told, however well they say it: their form is not looked at.
    promising = [
        place
        for place in _promising(sentences, spans, merits["local"] + merits["overall"])
        if place not in sold
    ]
    text = Wording(sentences, tongue, sold)
    form = form_evidence(promising, text, tongue)
    faults = form[:, -len(FAULTS) :] @ np.array(list(FAULTS.values()))
    for name, weights in (("local", LOCAL), ("overall", OVERALL)):
        merits[name][promising] += (
            form[:, : -len(FAULTS)] @ np.array(list(weights.values())[CONTENT:]) - faults
        )
    usable = np.zeros(len(sentences), dtype=np.bool_)
    usable[promising] = [_is_usable(text[place], tongue) for place in promising]
    return Scored(text, merits["local"], merits["overall"], usable)


def _promising(sentences: Sequence[Sentence], spans: Sequence[Span], worth: Floats) -> list[int]:
    """The better part of each section's sentences, in their order."""
    kept: list[int] = []
    for span in spans:
        long_enough = [
            place
            for place in range(span.first, span.end)
            if sentences[place].length * WORDS_A_SECOND >= FEWEST_WORDS
        ]
        most = max(FEWEST_PROMISING, math.ceil(PROMISING * len(long_enough)))
        kept += sorted(sorted(long_enough, key=lambda place: (-worth[place], place))[:most])
    return kept


def content_evidence(sentences: Sequence[Sentence], spans: Sequence[Span], terms: Terms) -> Floats:
    size = len(sentences)
    section = np.repeat(np.arange(len(spans)), [span.end - span.first for span in spans])
    owner = np.repeat(np.arange(size), np.diff(terms.offsets))
    vocabulary = max(len(terms.names), 1)
    pairs, repeats = np.unique(owner * vocabulary + terms.ids, return_counts=True)
    owner, ids = pairs // vocabulary, pairs % vocabulary
    weight = terms.weight[ids]
    value = (1 + np.log(repeats)) * weight
    norm = np.sqrt(np.maximum(np.bincount(owner, value * value, size), 1e-9))
    in_section, telling = _section_profile(section[owner] * vocabulary + ids, repeats, weight, vocabulary)
    in_whole = (1 + np.log(terms.count[ids])) * weight
    whole_norm = float(np.sqrt((((1 + np.log(np.maximum(terms.count, 1))) * terms.weight) ** 2).sum())) or 1.0
    section_norm = np.sqrt(np.bincount(section[owner], value * in_section, len(spans)))[section]
    place = np.concatenate([np.linspace(0, 1, span.end - span.first, endpoint=False) for span in spans])
    words = np.array([sentence.length for sentence in sentences])
    return np.stack(
        [
            np.bincount(owner, value * in_section, size) / norm / np.maximum(section_norm, 1e-6),
            np.bincount(owner, value * in_whole, size) / norm / whole_norm,
            np.bincount(owner, telling, size) / 4,
            np.bincount(owner, minlength=size) / np.maximum(words, 1),
            np.bincount(owner, weight, size) / np.maximum(np.bincount(owner, minlength=size), 1),
            np.exp(-8 * place),
            np.exp(-8 * (1 - place)),
        ],
        axis=1,
    )


def _section_profile(
    keys: NDArray[np.int64], repeats: NDArray[np.int64], weight: Floats, vocabulary: int
) -> tuple[Floats, Floats]:
    """For each term of each sentence: its weight in the section, and 1 if it is one of the telling ones."""
    unique, inverse = np.unique(keys, return_inverse=True)
    count = np.bincount(inverse, repeats, len(unique))
    worth = np.zeros(len(unique))
    worth[inverse] = weight
    profile = (1 + np.log(np.maximum(count, 1))) * worth
    order = np.lexsort((-profile * np.sqrt(count), unique // vocabulary))
    section = (unique // vocabulary)[order]
    starts = (
        np.flatnonzero(np.r_[True, section[1:] != section[:-1]]) if len(section) else np.zeros(0, dtype=int)
    )
    rank = np.arange(len(section)) - np.repeat(starts, np.diff(np.r_[starts, len(section)]))
    telling = np.zeros(len(unique))
    telling[order[rank < TELLING]] = 1.0
    return profile[inverse], telling[inverse]


def form_evidence(places: Sequence[int], wording: Wording, tongue: Tongue) -> Floats:
    rows = []
    for place in places:
        text, said = wording[place], lowered(wording.sentences[place].text)
        written = spaced(text)
        told = written.lower()
        words = spoken_words(text)
        rows.append(
            (
                np.log1p(words),
                np.log1p(len(_NAME.findall(text))),
                float(bool(_NUMBER.search(text))),
                min(len(tongue.personal.findall(told)) / max(words, 1.0) * 10, 4.0),
                float(bool(tongue.asks.search(told))),
                float(bool(tongue.dangling.match(text))),
                float(bool(tongue.murmurs.search(told))),
                min(sum(1 for _ in tongue.stumbles.finditer(written)), 2.0),
                float(bool(tongue.courtesy.search(said))),
                float(bool(tongue.opens.search(said))),
                float(tongue.ending is not None and not tongue.ending.search(text)),
                float(tongue.finite is not None and not tongue.finite.search(told)),
                float(not FEWEST_WORDS <= words <= MOST_WORDS),
                min(-math.log(wording.sentences[place].whole), MOST_TORN),
            )
        )
    return np.array(rows, dtype=np.float64).reshape(len(rows), len(LOCAL) + len(FAULTS) - CONTENT)


def _is_usable(text: str, tongue: Tongue) -> bool:
    words = spoken_words(text)
    return FEWEST_WORDS <= words <= MOST_WORDS and not tongue.courtesy.search(lowered(text))


# What makes a sentence tell much of what a person writes about the section, and about the whole: by ridge
# regression against human notes on meetings, podcasts and talks, each show left out in turn, then rounded.
LOCAL = {
    "central_here": 0.45,
    "central_overall": 1.5,
    "telling": 0.5,
    "density": 0.3,
    "rarity": -0.15,
    "early": 0.25,
    "late": 0,
    "words": 0.15,
    "names": 0.2,
    "number": 0.25,
    "personal": -0.2,
}
OVERALL = {
    "central_here": -0.08,
    "central_overall": 0.64,
    "telling": 0.04,
    "density": 0.24,
    "rarity": -0.28,
    "early": 0.16,
    "late": 0.08,
    "words": 0.36,
    "names": 0.12,
    "number": -0.04,
    "personal": -0.12,
}
# What a reader holds against a sentence, whatever it says.
FAULTS = {
    "asks": 1.0,
    "dangling": 1.7,
    "murmurs": 0.8,
    "stumbles": 0.5,
    "courtesy": 0.3,
    "announces": 0.4,
    "unended": 0.5,
    "fragment": 0.6,
    "length": 1.0,
    "torn": 0.6,
}
