"""Emoji: a picture for each heading, out of a table from words to pictures.

A picture never stands twice in a row, and one already used gives way to another that fits nearly as well.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cache, lru_cache

from digestly.engine.extractive.pictures import PLAIN, TABLE
from digestly.engine.extractive.tongues.english import stem

HEADING_WORTH = 3.0


def emoji_for(headings: Sequence[str], profiles: Sequence[Sequence[str]]) -> list[str]:
    """A picture for each heading. `profiles` are the telling terms of each section, the most telling first."""
    used: Counter[str] = Counter()
    chosen: list[str] = []
    for place, (heading, profile) in enumerate(zip(headings, profiles, strict=True)):
        votes = _votes(heading, profile)
        fitting = sorted(votes, key=lambda picture: (-votes[picture] / (1 + used[picture]), _rank()[picture]))
        picture = next((one for one in [*fitting, *_plain(place)] if one not in chosen[-1:]), PLAIN[0])
        used[picture] += 1
        chosen.append(picture)
    return chosen


def _votes(heading: str, profile: Sequence[str]) -> dict[str, float]:
    votes: Counter[str] = Counter()
    for word in heading.replace("/", " ").replace("-", " ").split():
        for picture in _pictures(word.strip("?.,!:;'\"").lower()):
            votes[picture] += HEADING_WORTH  # type: ignore[assignment]
    for place, term in enumerate(profile):
        for picture in _pictures(term):
            votes[picture] += 1 / (1 + place / 4)  # type: ignore[assignment]
    return {picture: vote for picture, vote in votes.items() if vote >= 0.5}


@lru_cache(maxsize=1 << 12)
def _pictures(word: str) -> Sequence[str]:
    if word.isascii():
        return _english().get(stem(word) or word, ())
    return [picture for part, picture in _elsewhere() if part in word]


def _plain(place: int) -> Sequence[str]:
    turn = place % len(PLAIN)
    return PLAIN[turn:] + PLAIN[:turn]


@cache
def _rank() -> dict[str, int]:
    return {
        picture: place for place, picture in enumerate([*dict.fromkeys(row[0] for row in _rows()), *PLAIN])
    }


@cache
def _english() -> dict[str, tuple[str, ...]]:
    table: dict[str, tuple[str, ...]] = {}
    for picture, *words in _rows():
        for key in (stem(word) or word for word in words if word.isascii()):
            if picture not in table.get(key, ()):
                table[key] = (*table.get(key, ()), picture)
    return table


@cache
def _elsewhere() -> tuple[tuple[str, str], ...]:
    """Parts of words of other languages; single syllables would be found in everything."""
    return tuple(
        (word, picture)
        for picture, *words in _rows()
        for word in words
        if not word.isascii() and len(word) > 1
    )


@cache
def _rows() -> tuple[list[str], ...]:
    return tuple(line.split() for line in TABLE.split("\n") if line)
