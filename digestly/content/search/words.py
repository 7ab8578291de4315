"""What a text is searched by: its words, and where words are not spaced each pair of neighbouring characters.

Korean glues particles to its words, so that "모델은" would not be found by "모델"; by pairs it is. Latin words lose
a plural ending, on both sides alike.
"""

from __future__ import annotations

import re
import unicodedata

LONGEST = 40  # characters of a word that count
MOST_ASKED = 8  # words of a question that count
MOST_LOOKED_UP = 16  # of its words and pairs

# Hangul, Han, Kana: looked up by pairs. All other letters and digits make words: "GPT-4를" is "gpt", "4" and "를".
_UNSPACED = r"\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff"
_RUN = re.compile(rf"[{_UNSPACED}]+|[^\W_{_UNSPACED}]+")
_IS_UNSPACED = re.compile(rf"[{_UNSPACED}]")


def folded(text: str) -> str:
    """The text without case, character for character: what is found in it stands at the same place in `text`."""
    return "".join(one if len(one.casefold()) != 1 else one.casefold() for one in text)


def normal(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def words_in(text: str) -> set[str]:
    """Everything that a text is found by."""
    found: set[str] = set()
    for run in _RUN.findall(folded(normal(text))):
        if _IS_UNSPACED.match(run):
            found.update(_pairs(run), run)  # the characters too: a question may be a single one
        else:
            found.add(_stem(run))
    return found


def asked(question: str) -> tuple[list[str], list[str]]:
    """What a text must be found by, and what must stand in it letter by letter: pairs alone do not make a word."""
    runs = _RUN.findall(folded(normal(question)))[:MOST_ASKED]
    wanted: dict[str, None] = {}
    for run in runs:
        wanted.update(dict.fromkeys(_pairs(run) if _IS_UNSPACED.match(run) else [_stem(run)]))
    return list(wanted)[:MOST_LOOKED_UP], [run for run in runs if _IS_UNSPACED.match(run) and len(run) > 2]


def marked(question: str) -> re.Pattern[str] | None:
    """What to highlight in a folded text."""
    runs = _RUN.findall(folded(normal(question)))[:MOST_ASKED]
    forms = [
        re.escape(run) if _IS_UNSPACED.match(run) else rf"(?<!\w){re.escape(_stem(run))}\w{{0,3}}(?!\w)"
        for run in runs
    ]
    return re.compile("|".join(forms)) if forms else None


def _pairs(run: str) -> list[str]:
    run = run[: LONGEST * 25]
    return [run[at : at + 2] for at in range(len(run) - 1)] or [run]


def _stem(word: str) -> str:
    word = word[:LONGEST]
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word
