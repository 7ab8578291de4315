"""Phrases: the noun phrases of a stretch of speech, how often each is said, and how it is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from digestly.engine.extractive.tongues import Tongue
from digestly.engine.extractive.tongues.tongue import Word

LONGEST_PHRASE = 4
# What a phrase is worth by its number of words: one word alone seldom says what is said about it.
SIZE_WORTH = (0.0, 0.4, 1.0, 1.15, 1.15)
# What an occurrence is worth that fills a whole run of nouns, touches one of its ends, or none.
EDGE_WORTH = (0.2, 0.5, 1.0)
NAMED = 1.25  # how much more a name is worth

Key = tuple[str, ...]


class Phrase(NamedTuple):
    """Some neighbouring words of a run of nouns; `key` are their counted forms."""

    key: Key
    written: str
    worth: float


def phrases_in(runs: Iterable[Sequence[list[Word]]], tongue: Tongue) -> list[list[Phrase]]:
    """For each sentence all phrases within its runs of nouns, the runs themselves among them."""
    # The same few runs are most of what is said: each is taken apart once.
    known: dict[tuple[Word, ...], tuple[Phrase, ...]] = {}
    found = []
    for sentence in runs:
        phrases: list[Phrase] = []
        for run in map(tuple, sentence):
            if run not in known:
                known[run] = tuple(_phrases(run, tongue.glue))
            phrases += known[run]
        found.append(phrases)
    return found


def _phrases(run: Sequence[Word], glue: str) -> Iterator[Phrase]:
    longest = LONGEST_PHRASE if glue else 2 * LONGEST_PHRASE
    shortest = 1 if glue or run[0][0][0].isascii() else 2
    surfaces, counted = zip(*run, strict=True)
    for size in range(shortest, min(longest, len(run)) + 1):
        for begin in range(len(run) - size + 1):
            end = begin + size
            key = counted[begin:end]
            if size == 1 or not glue or len(set(key)) == size:
                yield Phrase(
                    key, glue.join(surfaces[begin:end]), EDGE_WORTH[(begin == 0) + (end == len(run))]
                )


class Profile:
    """The phrases of one stretch: how much each occurs, and how it is written."""

    def __init__(self) -> None:
        self.worth: dict[Key, float] = {}
        self.said: dict[Key, int] = {}
        self.written: dict[Key, dict[str, int]] = {}  # how often in which spelling

    def count(self, phrases: Iterable[Phrase], worth: float = 1.0) -> None:
        for phrase in phrases:
            key, text = phrase.key, phrase.written
            if key in self.worth:
                self.worth[key] += worth * phrase.worth
                self.said[key] += 1
                spellings = self.written[key]
                spellings[text] = spellings.get(text, 0) + 1
            else:
                self.worth[key] = worth * phrase.worth
                self.said[key] = 1
                self.written[key] = {text: 1}

    def spelling(self, key: Key) -> str:
        """The commonest spelling; at a draw one in lower case, for a sentence's start raises any word."""
        spellings = self.written[key]
        if len(spellings) == 1:
            return next(iter(spellings))
        return max(spellings, key=lambda text: (spellings[text], text.islower(), text))

    def times(self, key: Key) -> int:
        return self.said.get(key, 0)

    def value(self, key: Key) -> float:
        """How good a name it makes for what the stretch is about, wherever else it is said."""
        # Two characters of an unspaced script are a word.
        size = len(key) if len(key[0]) > 1 else (len(key) + 1) // 2
        steady = (1 - 1 / (1 + self.said[key])) ** 2  # said once is no topic
        named = NAMED if self.is_name(key) else 1.0
        return self.worth[key] ** 0.75 * steady * SIZE_WORTH[min(size, 4)] * named

    def is_name(self, key: Key) -> bool:
        spelling = self.spelling(key)
        return spelling != spelling.lower()


def alike(one: str, other: str) -> bool:
    """Whether one phrase holds the other; in unspaced scripts, whether they share a pair of characters."""
    one, other = one.lower(), other.lower()
    if one in other or other in one:
        return True
    return (
        not one.isascii()
        and " " not in one + other
        and any(one[at : at + 2] in other for at in range(len(one) - 1))
    )
