"""Ends: how natural it is that a sentence ends between two words that no mark parts.

In a language of which enough punctuated speech is at hand that is fitted; in the others a few words tell.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

from digestly.engine.extractive.weights import read

# Some neighbouring words, and after how many of them a sentence may end → the log-odds that it does.
Ends = Callable[[Sequence[str], int], float]

# The words around an end, by their distance: the last one before it has -1, the first one after it 0.
AROUND = (-2, -1, 0, 1)
NOBODY = "|"  # in the place of a word where a speaker begins or ends
# Where no word tells anything one in five ends.
UNKNOWN = -1.4
_ENDINGS = ("ing", "ed", "ly", "n't", "'s", "s")
KINDS = (*(f"-{ending}" for ending in _ENDINGS), "0", "")  # of words that are not known one by one
_AT_EDGES = re.compile(r"^[^\w]+|[^\w]+$")


def anywhere(_words: Sequence[str], _end: int) -> float:
    """Where no word is known to tell."""
    return UNKNOWN


def by_words(
    openers: Collection[str] = (), hangs: Collection[str] = (), continues: Collection[str] = (),
    ending: re.Pattern[str] | None = None,
) -> Ends:  # fmt: skip
    """Before a word that opens a clause, not after one that hangs, not before one that continues, and after an
    `ending` that closes a sentence by itself."""

    def ends(words: Sequence[str], end: int) -> float:
        before, after = words[end - 1].lower(), words[end].lower()
        ended = ending is not None and len(before) > 2 and bool(ending.search(before))
        return (
            UNKNOWN
            + 1.5 * (after in openers)
            - 2.5 * (before in hangs)
            - 2.0 * (after in continues)
            + 3.0 * ended
        )

    return ends


def as_fitted(language: str) -> Ends:
    """By the words on both sides, as `weights.json` tells for the language."""

    @cache
    def ends() -> Ends:
        return by_table(read()["ends"][language])

    return lambda words, end: ends()(words, end)


def by_table(table: Mapping[str, Any]) -> Ends:
    """`even` are the log-odds of an end between any words, and `words` what each adds by its place around it."""
    even: float = table["even"]
    known: Mapping[str, Sequence[float]] = table["words"]

    @lru_cache(maxsize=1 << 15)
    def weighed(word: str) -> Sequence[float]:
        return known[kind(word, known)]

    def ends(words: Sequence[str], end: int) -> float:
        odds = even
        for column, distance in enumerate(AROUND):
            place = end + distance
            odds += weighed(words[place] if 0 <= place < len(words) else NOBODY)[column]
        return odds

    return ends


def kind(word: str, known: Collection[str]) -> str:
    """What is known of a word: itself, or the ending of one that is not `known`, "0" for a number, "" for the rest."""
    plain = _AT_EDGES.sub("", word.lower().replace("’", "'")) or word
    if plain in known:
        return plain
    if plain[0].isdigit():
        return "0"
    return next((f"-{end}" for end in _ENDINGS if plain.endswith(end) and len(plain) > len(end) + 1), "")
