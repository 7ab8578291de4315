"""Any other language: no lists, only letters. What is common in the transcript itself counts as plain."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache

from digestly.engine.extractive.tongues.english import headline
from digestly.engine.extractive.tongues.tongue import MARKS, NounRuns, Tongue, Word


@lru_cache(maxsize=1 << 16)
def term(word: str) -> str:
    """The lower-case word; short ones are function words in nearly every alphabet."""
    folded = word.lower().strip("'’-")
    if not folded[:1].isalpha():
        return ""
    least = 4 if folded[0] < "\u0590" else 3
    return folded if len(folded) >= least or (word.isupper() and len(folded) > 1) else ""


COMMON = 60  # of the most frequent words, which every language uses to glue the others
_TOKEN = re.compile(rf"[^\W_][\w{MARKS}]*(?:['’-](?=\w)[\w{MARKS}]*)*|[^\w\s]")


def namer(texts: Iterable[str]) -> NounRuns:
    """Uncommon words on their own, and neighbours written with capitals: without grammar more would be guessing."""
    count = Counter(folded for text in texts for word in _TOKEN.findall(text) if (folded := term(word)))
    common = {
        word
        for word, _ in sorted(count.items(), key=lambda seen: (-seen[1], seen[0]))[
            : min(COMMON, len(count) // 10)
        ]
    }

    def noun_runs(text: str) -> Iterator[list[Word]]:
        run: list[Word] = []
        for token in [*_TOKEN.findall(text), "."]:
            counted = term(token) if token[0].isalnum() else ""
            counted = "" if counted in common else counted
            if run and not (counted and token[0].isupper() and run[-1][0][0].isupper()):
                yield run
                run = []
            if counted:
                run.append((token, counted))
        if run:
            yield run

    return noun_runs


GENERAL = Tongue(
    code="",
    term=term,
    namer=namer,
    headline=headline,
    asks=re.compile(r"[?？؟;]\s*$"),
)
