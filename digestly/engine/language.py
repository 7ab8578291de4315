"""Language: which one a transcript speaks, as the first part of its tag ("en", "ko").

A declared language is believed unless the script contradicts it, or it is English and hardly an English word is
said: "en" is what hosts fill in when nobody chose. Scripts that one language owns decide at once; in the rest its
little words tell a language.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from digestly.engine.little_words import told_language
from digestly.transcripts.types import Segment

SAMPLE, PLACES = 12_000, 120  # characters are enough to tell, from so many places
DECIDING = 0.25  # share of letters from which a script tells the language
UNKNOWN = "und"

# Share of words below which a text is not English; in speech the ones listed make up over a third.
ENGLISH_SHARE = 0.12
_ENGLISH = frozenset(
    "a and are as at be but do for from have i if in is it just know like not of on or so that the they this to was "
    "we what with you".split()
)
_WORD = re.compile(r"[^\W\d_]+")
_TAG = re.compile(r"([A-Za-z]{2,3})(?:[-_][A-Za-z0-9]{1,8})*")
_LETTER = re.compile(r"[^\W\d_]")
# Scripts, and the languages written in them; the first is meant when nothing else is said.
_SCRIPTS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("hangul", "\u1100-\u11ff\u3130-\u318f\uac00-\ud7af", ("ko",)),
    ("kana", "\u3040-\u30ff\u31f0-\u31ff", ("ja",)),
    ("han", "\u3400-\u4dbf\u4e00-\u9fff", ("zh", "ja", "yue", "wuu", "nan", "cmn", "ko")),
    ("thai", "\u0e00-\u0e7f", ("th",)),
    ("greek", "\u0370-\u03ff", ("el",)),
    ("hebrew", "\u0590-\u05ff", ("he", "yi", "iw")),
    ("armenian", "\u0530-\u058f", ("hy",)),
    ("georgian", "\u10a0-\u10ff", ("ka",)),
    ("khmer", "\u1780-\u17ff", ("km",)),
    ("burmese", "\u1000-\u109f", ("my",)),
    ("tamil", "\u0b80-\u0bff", ("ta",)),
)  # fmt: skip
_IN_SCRIPT = {name: re.compile(f"[{letters}]") for name, letters, _ in _SCRIPTS}
_LANGUAGES = {name: languages for name, _, languages in _SCRIPTS}


def spoken_language(segments: Sequence[Segment], *, declared: str | None = None) -> str:
    """The language tag's first part, "und" when the transcript has too few letters to tell."""
    sample = _sample(segments)
    stated = _primary(declared)
    script = _script_of(sample)
    if script:
        return stated if stated in _LANGUAGES[script] else _LANGUAGES[script][0]
    has_own_script = any(stated == languages[0] for languages in _LANGUAGES.values())
    if stated and not has_own_script and _is_plausible(stated, sample):
        return stated
    told = told_language(sample) if len(_LETTER.findall(sample)) >= 20 else ""
    return told or stated or UNKNOWN


def _is_plausible(language: str, sample: str) -> bool:
    """Whether a text of a shared script can be in the language it is declared in. Only English is ever doubted."""
    words = _WORD.findall(sample.lower())
    if language != "en" or len(words) < 50:
        return True
    return sum(word in _ENGLISH for word in words) >= ENGLISH_SHARE * len(words)


def _primary(tag: str | None) -> str:
    """The first part of a language tag in lower case, "" for anything that is none."""
    found = _TAG.fullmatch((tag or "").strip())
    language = found[1].lower() if found else ""
    return "" if language == UNKNOWN else language


def _sample(segments: Sequence[Segment]) -> str:
    """Text from all over the transcript: a talk may begin with a greeting in another language."""
    heard = segments[:: max(1, len(segments) // PLACES)]
    room = SAMPLE // max(1, len(heard))
    return " ".join(segment.text[:room] for segment in heard)


def _script_of(sample: str) -> str:
    """The script that decides the language, "" for one that many languages share."""
    if sample.isascii():
        return ""
    letters = len(_LETTER.findall(sample))
    counts = Counter({name: len(pattern.findall(sample)) for name, pattern in _IN_SCRIPT.items()})
    # Japanese is full of Chinese characters; a few kana tell them apart.
    if counts["kana"] * 10 >= counts["han"] and counts["kana"] + counts["han"] > counts["hangul"]:
        counts["kana"] += counts.pop("han")
    name, count = max(counts.items(), key=lambda seen: (seen[1], seen[0]))
    return name if letters and count >= DECIDING * letters else ""
