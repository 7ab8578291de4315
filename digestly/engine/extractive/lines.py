"""Lines: what is said in each cue, and how many words it takes to say it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from digestly.engine.extractive.tongues.tongue import UNSPACED
from digestly.outline.text import clean_line
from digestly.transcripts.speech import spoken
from digestly.transcripts.types import Segment

PLENTY = 1000  # words, from which nobody asks how many there are
LONGEST_PAUSE = 10.0  # seconds; whoever is silent for longer says no more by it

SOUND = re.compile(r"[^\W_]")
_UNREADABLE = re.compile(r"https?://\S+|>{2,}|(?<![^\s])-{2,}(?![^\s])")
_APART, _TOGETHER = re.compile(r"(?<=\w) - (?=\w)"), re.compile(r"\w-\w")
# A word longer than any real one would let nothing be cut.
LONGEST_WORD = 80
_ENDLESS = re.compile(rf"([^\s{UNSPACED}]{{{LONGEST_WORD}}})(?=\S)")
_UNSPACED = re.compile(f"[{UNSPACED}]+")
_HANGUL = re.compile(r"[\uac00-\ud7a3]+")
_DENSE = re.compile(rf"[{UNSPACED}\uac00-\ud7a3]")
_MARKS, _CLOSERS = ".!?…。？！", "\"”'’)]」』）"


class Line(NamedTuple):
    """Some words of one segment, and the seconds of silence before them."""

    segment: int
    text: str
    words: float
    speaker: str | None
    pause: float


def lines_of(segments: Sequence[Segment]) -> Iterator[Line]:
    """Segments with something said in them, without tags, music and links."""
    heard: float | None = None
    hyphens_apart = _hyphens_stand_apart(segments)
    for index, segment in enumerate(segments):
        text = spoken(segment.text)
        if "http" in text or ">>" in text or "--" in text:
            text = _UNREADABLE.sub(" ", text)
        if hyphens_apart and " - " in text:
            text = _APART.sub("-", text)
        text = clean_line(text)
        if len(text) > LONGEST_WORD:
            text = _ENDLESS.sub(r"\1 ", text)
        if SOUND.search(text):
            pause = segment.start - heard if segment.start is not None and heard is not None else 0.0
            # In this order a time that is no number makes no pause.
            pause = min(max(0.0, pause), LONGEST_PAUSE)
            yield Line(index, text, spoken_words(text), segment.speaker or None, pause)
            heard = segment.end if segment.end is not None else segment.start


def _hyphens_stand_apart(segments: Sequence[Segment]) -> bool:
    """Whether it is written "cross - talk", as where words and marks were counted one by one: else " - " is a dash."""
    written = [segment.text for segment in segments if "-" in segment.text]
    return any(map(_APART.search, written)) and not any(map(_TOGETHER.search, written))


def words_said(segments: Sequence[Segment]) -> float:
    """How many words of speech a transcript holds; counting ends where plenty is said."""
    words = 0.0
    for line in lines_of(segments):
        words += line.words
        if words > PLENTY:
            break
    return words


def spoken_words(text: str) -> float:
    """How many words it takes to say a text; scripts without spaces are counted by character."""
    if text.isascii() or not _DENSE.search(text):
        return float(len(text.split()))
    text, hangul = _without(_HANGUL, text)
    text, unspaced = _without(_UNSPACED, text)
    return hangul / 2.2 + unspaced / 1.6 + len(text.split())


def _without(script: re.Pattern[str], text: str) -> tuple[str, int]:
    """The text without runs of a script, and how many characters they had."""
    rest = script.split(text)
    return " ".join(rest), len(text) - sum(map(len, rest))


def is_closed(text: str) -> bool:
    """Whether a mark ends it."""
    return text.rstrip(_CLOSERS).endswith(tuple(_MARKS))
