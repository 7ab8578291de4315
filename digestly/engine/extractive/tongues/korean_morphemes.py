"""Korean morphemes, from kiwipiepy where that is installed: for the endings that spelling leaves open.

"구조거든요" ends in a noun and "만들거든요" in a verb, "들어요" is "듣다" or "들다": the analyser knows. It takes half a
gigabyte and some seconds to load, so nothing is loaded before the first ending that needs it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from importlib import metadata
from typing import Any

from digestly.engine.extractive.tongues.hangul import is_hangul, polite

LIBRARY = "kiwipiepy"
_LONGEST = 200  # letters before the end that are analysed: enough to tell one reading from another

_VERBS = ("VV", "VA", "VX", "VCP", "VCN", "XSV", "XSA")
# Endings that state. What asks, invites, promises or passes on what others say is none of them.
_STATES = ("어요", "아요", "여요", "에요", "예요", "죠", "지요", "고", "고요", "구요", "거든", "거든요", "잖아", "잖아요", "네요", "는데", "는데요",
           "ᆫ데", "ᆫ데요", "은데", "은데요", "군요", "다", "ᆫ다", "는다")  # fmt: skip
_INVITES = ("죠", "지요")


def version() -> str:
    """Which one is installed; "" where none is."""
    try:
        return metadata.version(LIBRARY)
    except metadata.PackageNotFoundError:
        return ""


def stated(body: str) -> str:
    """The sentence (without its full stop) ending in -습니다; "" where it states nothing, or nobody can tell."""
    if (kiwi := analyser()) is None:
        return ""
    begin = max(0, body.rfind(" ", 0, max(0, len(body) - _LONGEST)) + 1)
    ending = _polite_ending(body[begin:], kiwi.tokenize(body[begin:]))
    return body[:begin] + ending if ending else ""


@lru_cache(maxsize=1)
def analyser() -> Any:
    """None where there is none."""
    try:
        from kiwipiepy import Kiwi
    except ImportError:
        return None
    return Kiwi(num_workers=1)  # its threads would bring nothing for one sentence at a time


def _polite_ending(text: str, tokens: Sequence[Any]) -> str:
    """The text with its last ending exchanged, by tokens that have `form`, `tag`, `start` and `len`."""
    rest = list(tokens)
    if len(rest) > 1 and (rest[-1].form, rest[-1].tag) == ("요", "JX"):
        rest.pop()
    if len(rest) < 2 or rest[-1].tag not in ("EF", "EC") or rest[-1].form not in _STATES:
        return ""
    ending = rest.pop()
    tenses = []
    while rest and rest[-1].tag == "EP":
        tenses.append(rest.pop().form)
    verb = rest.pop() if rest else None
    if verb is None or verb.tag.partition("-")[0] not in _VERBS:
        return ""
    if "겠" in tenses or (ending.form in _INVITES and "시" in tenses):
        return ""  # "하겠죠" guesses, "보시죠" invites
    if verb.tag == "VCP":
        return f"{text[: verb.start]}입니다" if not tenses else _after(text, ending)
    # "게으른 판다": what an adjective stands before is a noun, whatever it looks like.
    if rest and rest[-1].tag in ("ETM", "MM"):
        return ""
    return _after(text, ending) if tenses else _after_stem(text, verb)


def _after(text: str, ending: Any) -> str:
    """Tense and honour stay as they were said."""
    said = text[: ending.start].rstrip()
    return polite(said) if said and is_hangul(said[-1]) else ""


def _after_stem(text: str, verb: Any) -> str:
    """The verb as dictionaries have it: what -어요 made of its last consonant is undone."""
    return text[: verb.start] + polite(verb.form) if is_hangul(verb.form[-1]) else ""
