"""Grounding: does what is claimed rest on what was said? Checked in code, without asking anybody.

Three things can be checked: that each number was said, that each name was, and that the words of the claim are those
of the recording. The last holds only where both speak one language; across languages the claim's sentence in the
spoken language is checked in its stead.

It catches inventions. It does not catch a false "not", or two true things joined by a false "because": comparing who
denies what by word lists found one false "not" in ten, and doubted two true sentences in a hundred. Only a second
reading (`llm.section`, by setting) can see these.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from digestly.engine import numbers

SHARED = 0.3  # of a claim's words must have been said near by; half of them may be the writer's own
STEM = 5  # letters by which two forms of a word are one

_WORD = re.compile(r"[^\W\d_]+(?:[’'][^\W\d_]+)?")
_DENSE = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]+")
_LATIN = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[.+#/-][A-Za-z0-9]+)*[+#]*")
_SENTENCE_BEGINS = re.compile(r"(?:^|[.!?:…。]\s+|[“\"(‘]\s*)$")
_PUNCTUATION = re.compile(r"[\W_]+")
# Languages that write every noun with a capital, so that a capital tells no name.
_CAPITAL_NOUNS = ("de", "lb")


@dataclass(frozen=True, slots=True)
class Said:
    """What a claim may rest on: the words near by, and where names may come from besides."""

    near: str
    names: str = ""


def objection(claim: str, said: Said, *, capitals_tell: bool = True, foreign: bool = False) -> str:
    """Why the claim is not supported, as a reason that a writer can act on; "" if nothing speaks against it.

    `foreign`: the claim is not in the language that was spoken, so only numbers and names can be compared.
    """
    strange = numbers.claimed(claim) - numbers.heard(said.near)
    if strange:
        return f"the number {min(strange):.12g} is not in the cited lines"
    if name := unknown_name(claim, f"{said.near} {said.names}", capitals_tell=capitals_tell):
        return f"“{name}” is not in the cited lines"
    if not foreign and share_said(claim, said.near) < SHARED:
        return "the cited lines do not say this"
    return ""


def capitals_tell(language: str) -> bool:
    """Whether a capital inside a sentence tells a name, as it does where nouns have none."""
    return language.partition("-")[0] not in _CAPITAL_NOUNS


def share_said(claim: str, near: str) -> float:
    """How much of a claim's wording occurs near by, from 0 to 1; 1 for little words only, which claim nothing."""
    claimed = stems(claim)
    return len(claimed & stems(near)) / len(claimed) if claimed else 1.0


def is_about(heading: str, told: str) -> bool:
    """Whether at least one word of a heading is told below it; a heading of little words only passes."""
    words = stems(heading)
    return not words or bool(words & stems(told))


def unknown_name(claim: str, known: str, *, capitals_tell: bool = True) -> str:
    """The first name in the claim that nobody mentioned; "" if there is none."""
    squeezed = _PUNCTUATION.sub("", known.casefold())
    for name in names_in(claim, capitals_tell=capitals_tell):
        # "GitHub's", "git hub", a plural: what is left of it must have been said in some spelling.
        bare = _PUNCTUATION.sub("", name.casefold())
        if (bare[:-1] if len(bare) > 4 and bare.endswith("s") else bare) not in squeezed:
            return name
    return ""


def names_in(text: str, *, capitals_tell: bool = True) -> list[str]:
    """Latin words that can only be names: by a capital inside a sentence, a form of their own, or another script."""
    is_dense = bool(_DENSE.search(text))
    found = []
    for match in _LATIN.finditer(text):
        word = match[0]
        has_own_form = any(letter.isupper() or letter.isdigit() for letter in word[1:])
        is_capital = (
            word[0].isupper()
            and capitals_tell
            and not _SENTENCE_BEGINS.search(text[max(0, match.start() - 20) : match.start()])
        )
        if len(word) > 1 and (has_own_form or is_capital or is_dense):
            found.append(word)
    return found


def stems(text: str) -> set[str]:
    """Character pairs of scripts that are written densely, and stems of the words of the others."""
    dense: set[str] = set()
    if not text.isascii():
        dense = {run[place : place + 2] for run in _DENSE.findall(text) for place in range(len(run) - 1)}
        text = _DENSE.sub(" ", text)
    words = map(str.casefold, _WORD.findall(text))
    return dense | {word[:STEM] for word in words if len(word) > 3}
