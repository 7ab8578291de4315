"""Terms for scripts written without spaces: overlapping pairs of characters, and runs of them for names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from digestly.engine.extractive.tongues.english import stem
from digestly.engine.extractive.tongues.english_words import PALE
from digestly.engine.extractive.tongues.tongue import NounRuns, Word


def pair_term(stop: frozenset[str], chatter: str) -> Callable[[str], str]:
    """A term function over character pairs that drops pairs in `stop` and pairs with a `chatter` character."""

    @lru_cache(maxsize=1 << 16)
    def term(pair: str) -> str:
        if pair[0].isascii():
            return stem(pair)
        if len(pair) < 2 or pair in stop or pair[0] in chatter or pair[-1] in chatter:
            return ""
        return pair

    return term


def pair_namer(stop: frozenset[str], chatter: str) -> Callable[[Iterable[str]], NounRuns]:
    """Runs of script between chatter, one character a word: what recurs in them is taken for a name."""
    said_anyway = re.compile("|".join(sorted(map(re.escape, stop), key=lambda word: (-len(word), word))))
    between = re.compile(
        rf"[A-Za-z][\w.+#-]*|[\u3400-\u9fff\u3041-\u30ff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff](?<![{re.escape(chatter)}])"
    )

    def noun_runs(text: str) -> Iterator[list[Word]]:
        run: list[Word] = []
        end = -1
        for found in between.finditer(said_anyway.sub("\n", text)):
            token = found.group()
            latin = token[0].isascii()
            if run and (found.start() != end or latin):
                yield run
                run = []
            end = found.end()
            if not latin:
                run.append((token, token))
            elif stem(token) and token.lower() not in PALE and len(token) > 1:
                yield [(token, stem(token))]
        if run:
            yield run

    return lambda _: noun_runs
