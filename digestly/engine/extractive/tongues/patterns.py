"""Patterns: alternations out of many phrases, so built that a search passes quickly by where none of them begins.

Python's `re` tries one alternative after the other at every character, and folds cases each time. Here those that
begin where a word does share the check for it, and those that begin with the same letter share that letter, outside
of any folding. Where something else stands, one look tells: a search takes a fraction of the time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_QUANTIFIERS = tuple("?*+{")


def any_of(*phrases: str) -> str:
    """One alternation out of phrases, each a piece of regular expression. It begins to match where any of them does;
    of two that begin at one place, the one that begins with a letter comes last."""
    single = [one for phrase in phrases for one in _alternatives(phrase)[0]]
    at_words = [one.removeprefix(r"\b") for one in single if one.startswith(r"\b")]
    shared = _by_letter(one for one in single if not one.startswith(r"\b"))
    if at_words:
        shared.append(rf"\b(?:{'|'.join(_by_letter(at_words))})")
    return f"(?:{'|'.join(shared)})"


def phrase_pattern(*phrases: str) -> re.Pattern[str]:
    """A pattern to search `lowered` text for any of the phrases, each of which begins after a space; one that is
    written with a `^`, at the start of the text."""
    single = [one for phrase in phrases for one in _alternatives(phrase)[0]]
    shared = _by_letter((one for one in single if not one.startswith("^")), folds=False)
    shared += [f"(?<=^ ){one[1:]}" for one in single if one.startswith("^")]
    return re.compile(f" (?:{'|'.join(shared)})")


def spaced(text: str) -> str:
    """A text whose every word follows a space, the first and those in quotes or brackets as well."""
    return f" {text}".replace(' "', "  ").replace(" “", "  ").replace(" (", "  ")


def lowered(text: str) -> str:
    """A text as phrases are searched for in it: `spaced`, and in lower case."""
    return spaced(text).lower()


def _by_letter(phrases: Iterable[str], *, folds: bool = True) -> list[str]:
    """Phrases that begin with a letter follow it, the others come first; the letter is in either case if it `folds`."""
    begun: dict[str, list[str]] = {}
    for phrase in (one for whole in phrases for one in _opened(whole)):
        letter = phrase[0] if phrase[:1].isalpha() and phrase[1:2] not in _QUANTIFIERS else ""
        begun.setdefault(letter.lower(), []).append(phrase[len(letter) :])
    loose = begun.pop("", [])
    return loose + [
        (f"(?-i:[{one}{one.upper()}])" if folds else one) + f"(?:{'|'.join(rests)})"
        for one, rests in begun.items()
    ]


def _opened(phrase: str) -> Iterator[str]:
    """A phrase that begins with a group of alternatives, as one phrase an alternative; a name stands only once."""
    parts, end = _alternatives(phrase, len("(?:")) if phrase.startswith("(?:") else ([], 0)
    if parts and phrase[end : end + 1] not in _QUANTIFIERS and "(?P<" not in phrase:
        for part in parts:
            yield from _opened(part + phrase[end:])
    else:
        yield phrase


def _alternatives(phrase: str, start: int = 0) -> tuple[list[str], int]:
    """The alternatives of the group that is open at `start`, and where it is over."""
    parts, depth, at, begin = [], 0, start, start
    while at < len(phrase) and (depth or phrase[at] != ")"):
        if phrase[at] == "\\":
            at += 1
        elif phrase[at] == "[":
            at = phrase.index("]", at + 2)
        elif phrase[at] == "|" and not depth:
            parts.append(phrase[begin:at])
            begin = at + 1
        else:
            depth += {"(": 1, ")": -1}.get(phrase[at], 0)
        at += 1
    return [*parts, phrase[begin:at]], at + 1
