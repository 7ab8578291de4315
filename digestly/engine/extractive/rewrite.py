"""Rewrite: spoken sentences made readable by deletion only.

No word is ever added, so whatever a digest says was said. Besides deletion only the case of a first letter,
the mark at the end and, in Korean, the politeness of the last verb may change.
"""

from __future__ import annotations

import re
from itertools import islice

from digestly.engine.extractive.lines import is_closed, spoken_words
from digestly.engine.extractive.tongues import Tongue

READABLE = 38  # words; a longer sentence loses a trailing clause if it has one
COMPLETE = 11  # words that must be left

# By how many words are said again at once.
_STUTTERS = {
    size: re.compile(rf"(?<![\w'’])([^\W\d_][\w'’]{{0,30}}{more})(?:[ ,-]+\1\b)+", re.IGNORECASE)
    for size, more in ((3, r" [\w'’]{1,30} [\w'’]{1,30}"), (2, r" [\w'’]{1,30}"), (1, ""))
}
_RESTART = re.compile(r"\s*(?:--+|—-|(?<!\d)(?<!\d )-\s)\s*")  # "20 - 30" is said once
_LONE_I = re.compile(r"i(?<!\wi)(?!\w|\.\w)")  # the letter first: a search passes quickly by all else
_SPACE_BEFORE_MARK = re.compile(r" ([,.!?;:])")
_COMMA_BEFORE_MARK = re.compile(r",[,\s]*([,.?!])")
_SPACE_IN_SCRIPT = re.compile(
    r"(?<=[\u3040-\u30ff\u3400-\u9fff，。、]) +(?=[\u3040-\u30ff\u3400-\u9fff，。、])"
)
_QUOTED = re.compile(r'(?<!\S)"\s*([^"]*[^"\s])\s*"(?![^\s,.!?;:)])')
_QUOTES = re.compile(r"^[\"“”'‘]+|[\"“”]+$")


def tidy(text: str, tongue: Tongue) -> str:
    """The sentence as a person would write it down, as far as deletion can go."""
    text = _after_restart(text)
    for _ in range(3):
        before = text
        text = tongue.fillers.sub(" ", f" {text}")
        text = " ".join(text.split()).lstrip(" ,.;:–—-!?，。、")
        lead = tongue.leads.match(text)
        text = text[lead.end() :] if lead else text
        if text == before:
            break
    text = _without_what_is_said_again(text, tongue)
    text = tongue.tails.sub("", text) if not text.endswith("?") else text
    text = text if is_closed(text) else _without_hanging_words(text, tongue)
    return _finish(tongue.written(_shorter(text, tongue)), tongue)


def _without_what_is_said_again(text: str, tongue: Tongue) -> str:
    """The text without words that are broken off and begun again, and without stutters."""
    said = text.lower().replace(",", " ").replace("-", " ").split()
    # How many words on any begins as one before it. Where none does, the long searches would find nothing.
    again = [size for size in _STUTTERS if any(map(str.startswith, islice(said, size, None), said))]
    if 1 in again or 2 in again:  # the beginning of the next word, or it stands between two that are alike
        text = tongue.broken_off.sub("", text)
    for size in again:
        text = _STUTTERS[size].sub(r"\1", text)
    return text


def _without_hanging_words(text: str, tongue: Tongue) -> str:
    words = text.split()
    while len(words) > 1 and words[-1].lower() in tongue.hangs:
        words.pop()
    return " ".join(words)


def _after_restart(text: str) -> str:
    """A sentence begun twice keeps its longest attempt."""
    attempts = _RESTART.split(text) if "-" in text else [text]
    return max(attempts, key=len) if len(attempts) > 1 else text


def _shorter(text: str, tongue: Tongue) -> str:
    """A sentence too long to read ends at the last clause that leaves it whole.

    Where verbs come last so does the main clause, and the sentence begins after the first that may go.
    """
    if spoken_words(text) <= READABLE:
        return text
    if tongue.verb_last:
        tails = (text[clause.end() :] for clause in tongue.clause.finditer(text))
        return next(
            (tail for tail in tails if COMPLETE <= spoken_words(tail) <= READABLE and _balanced(tail)), text
        )
    kept = ""
    for clause in tongue.clause.finditer(text):
        head = text[: clause.start()]
        size = spoken_words(head)
        if size > READABLE:
            break
        if size >= COMPLETE and _balanced(head):
            kept = head
    return kept or text


def _balanced(text: str) -> bool:
    return (
        text.count("(") == text.count(")") and text.count('"') % 2 == 0 and text.count("“") == text.count("”")
    )


def _finish(text: str, tongue: Tongue) -> str:
    text = text if tongue.glue else _SPACE_IN_SCRIPT.sub("", text)
    text = _SPACE_BEFORE_MARK.sub(r"\1", text).replace("“ ", "“")
    text = _QUOTED.sub(r'"\1"', text) if '"' in text else text
    text = _COMMA_BEFORE_MARK.sub(r"\1", text).strip(" ,;:–—-，、；")
    if not _balanced(text):
        text = (
            _QUOTES.sub("", text)
            .replace('"', "")
            .replace("“", "")
            .replace("”", "")
            .replace("(", "")
            .replace(")", "")
        )
        text = " ".join(text.split())
    if tongue.code == "en":
        text = _LONE_I.sub("I", text)
    if not text:
        return ""
    if not is_closed(text):
        text += tongue.full_stop
    return text[0].upper() + text[1:]
