"""Sentences: caption cues become sentences that remember which segments they came from.

Marked text is cut at its full stops. Text without marks (automatic captions) is cut where a speaker takes
breath: at a pause, before a word that opens a clause, or when it has grown long.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from digestly.engine.extractive.tongues import Tongue
from digestly.engine.extractive.tongues.tongue import HAN
from digestly.outline.text import clean_line
from digestly.transcripts.speech import spoken
from digestly.transcripts.types import Segment

WORDS_A_SECOND = 2.6
LONGEST = 70  # words; beyond it a marked sentence is cut like an unmarked one
# Words of an unmarked sentence: at least, usually, at most.
SHORTEST_BREATH, BREATH, LONGEST_BREATH = 7, 14, 27
HELD = 60  # at most, even of the shortest words
PLENTY = 1000  # words, from which nobody asks how many there are
PAUSE = 0.4  # seconds that tell the end of an utterance
# A mark at least every so many words is what punctuated speech has.
WORDS_A_MARK = 60

_UNREADABLE = re.compile(r"https?://\S+|>{2,}|(?<![^\s])-{2,}(?![^\s])")
_APART, _TOGETHER = re.compile(r"(?<=\w) - (?=\w)"), re.compile(r"\w-\w")
# A word longer than any real one would let nothing be cut.
LONGEST_WORD = 80
_ENDLESS = re.compile(
    rf"([^\s\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]{{{LONGEST_WORD}}})(?=\S)"
)
_ABBREVIATED = re.compile(
    r"(?:\b(?:mr|mrs|ms|dr|prof|st|vs|etc|e\.g|i\.e|no|fig|inc|ltd|jr|sr|approx)|\b[A-Z])\.$", re.I
)
_MARK = re.compile(r"[.!?…。？！](?:(?<=[。？！])[”」』）]*|(?<![。？！])[\"”'’)\]]*(?=\s|$))")
_MARKS, _CLOSERS = ".!?…。？！", "\"”'’)]」』）"
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]+")
_HANGUL = re.compile(r"[\uac00-\ud7a3]+")
_SOUND = re.compile(r"[^\W_]")
_SPACED_BITS = re.compile(r"\S{1,200}")
_UNSPACED_BITS = re.compile(rf"[{HAN}]{{1,8}}|[^\s{HAN}]{{1,200}}")


@dataclass(frozen=True, slots=True)
class Sentence:
    """It rests on segments `first` … `last`; `clock` is its start and `length` its size in spoken seconds."""

    text: str
    first: int
    last: int
    speaker: str | None
    clock: float
    length: float
    pause: float


class _Line(NamedTuple):
    segment: int
    text: str
    words: float
    speaker: str | None
    pause: float


def sentences(segments: Sequence[Segment], tongue: Tongue) -> list[Sentence]:
    """All sentences in order. Their clock runs on words, so it holds even where times are absent or wrong."""
    lines = list(_lines(segments))
    marked = _is_marked(lines)
    found: list[Sentence] = []
    clock = 0.0
    for turn in _turns(lines):
        for text, first, last, words, pause in (
            _by_marks(turn, tongue) if marked else _by_breath(turn, tongue)
        ):
            if not _SOUND.search(text):
                continue
            length = max(words / WORDS_A_SECOND, 0.2)
            found.append(Sentence(text, first, last, turn[0].speaker, clock, length, pause))
            clock += length
    return found


def words_said(segments: Sequence[Segment]) -> float:
    """How many words of speech a transcript holds; counting ends where plenty is said."""
    words = 0.0
    for line in _lines(segments):
        words += line.words
        if words > PLENTY:
            break
    return words


def spoken_words(text: str) -> float:
    """How many words it takes to say a text; scripts without spaces are counted by character."""
    if text.isascii():
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


def _lines(segments: Sequence[Segment]) -> Iterator[_Line]:
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
        if _SOUND.search(text):
            pause = segment.start - heard if segment.start is not None and heard is not None else 0.0
            # In this order a time that is no number makes no pause.
            yield _Line(
                index, text, spoken_words(text), segment.speaker or None, min(max(0.0, pause), 10.0)
            )
            heard = segment.end if segment.end is not None else segment.start


def _hyphens_stand_apart(segments: Sequence[Segment]) -> bool:
    """Whether it is written "cross - talk", as where words and marks were counted one by one: else " - " is a dash."""
    written = [segment.text for segment in segments if "-" in segment.text]
    return any(map(_APART.search, written)) and not any(map(_TOGETHER.search, written))


def _is_marked(lines: Sequence[_Line]) -> bool:
    marks = sum(len(_MARK.findall(line.text)) for line in lines)
    return marks * WORDS_A_MARK >= sum(line.words for line in lines)


def _turns(lines: Sequence[_Line]) -> Iterator[list[_Line]]:
    """Runs of lines by one speaker."""
    turn: list[_Line] = []
    for line in lines:
        if turn and line.speaker != turn[-1].speaker:
            yield turn
            turn = []
        turn.append(line)
    if turn:
        yield turn


_Cut = tuple[str, int, int, float, float]  # text, first and last segment, words, pause


def _by_marks(turn: Sequence[_Line], tongue: Tongue) -> Iterator[_Cut]:
    held: list[_Line] = []
    words = 0.0
    for line in turn:
        pause = line.pause
        for piece, ends in _pieces(line.text):
            size = line.words if piece == line.text else spoken_words(piece)
            held.append(_Line(line.segment, piece, size, line.speaker, pause))
            pause = 0.0
            words += size
            if ends or words > LONGEST:
                yield from _joined(held, tongue, words)
                held, words = [], 0.0
    if held:
        yield from _joined(held, tongue, words)


def _joined(held: Sequence[_Line], tongue: Tongue, words: float) -> Iterator[_Cut]:
    if words > LONGEST:
        yield from _by_breath(held, tongue)
    else:
        text = tongue.joined(line.text for line in held)
        yield text, held[0].segment, held[-1].segment, words, held[0].pause


def _pieces(text: str) -> Iterator[tuple[str, bool]]:
    """A line cut after each sentence mark that is not part of an abbreviation, and whether a piece ends with one."""
    begin = 0
    for mark in _MARK.finditer(text):
        end = mark.end()
        if text[end - 1] != "." or not _ABBREVIATED.search(text[max(begin, end - 8) : end]):
            yield text[begin:end].strip(), True
            begin = end
    rest = text[begin:].strip()
    if rest:
        yield rest, False


def _by_breath(turn: Sequence[_Line], tongue: Tongue) -> Iterator[_Cut]:
    """Cuts where a cut looks most natural between the shortest and the longest breath."""
    coming = (word for line in turn for word in _words(line, tongue))
    held: list[_Line] = []
    # A turn may be a whole file without one mark, so only the words of the next sentences are held.
    while held := held + list(islice(coming, HELD - len(held))):
        end = _breath(held, tongue)
        text = tongue.joined(word.text for word in held[:end])
        size = sum(word.words for word in held[:end])
        yield text, held[0].segment, held[end - 1].segment, size, held[0].pause
        held = held[end:]


def _words(line: _Line, tongue: Tongue) -> Iterator[_Line]:
    """The words of a line; a run of unspaced script is cut into bits."""
    bits = _SPACED_BITS if tongue.glue else _UNSPACED_BITS
    pause = line.pause
    for found in bits.finditer(line.text):
        yield _Line(line.segment, found.group(), spoken_words(found.group()), line.speaker, pause)
        pause = 0.0


def _breath(words: Sequence[_Line], tongue: Tongue) -> int:
    """How many of the words make the first sentence."""
    best, best_fit = len(words), -math.inf
    size = 0.0
    for end in range(1, len(words)):
        size += words[end - 1].words
        if size < SHORTEST_BREATH and words[end].pause < 2 * PAUSE:
            continue
        fit = _fit(words[end - 1], words[end], tongue) - ((size - BREATH) / 9) ** 2
        if fit > best_fit:
            best, best_fit = end, fit
        if size >= LONGEST_BREATH:
            return best
    # What is left is one sentence, unless it can hold two.
    return best if size > BREATH and best_fit > 0 else len(words)


def _fit(before: _Line, after: _Line, tongue: Tongue) -> float:
    """How natural it is that a sentence ends between two words."""
    ends, starts = before.text.lower(), after.text.lower()
    ended = tongue.ending is not None and len(ends) > 2 and bool(tongue.ending.search(ends))
    return (
        1.5 * (starts in tongue.openers)
        - 2.5 * (ends in tongue.hangs)
        - 2.0 * (starts in tongue.continues)
        + 2.0 * (after.pause >= PAUSE)
        + 0.5 * (after.segment != before.segment)
        + 3.0 * ended
        + 2.0 * bool(_MARK.search(before.text))
    )
