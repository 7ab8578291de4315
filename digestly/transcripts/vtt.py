"""WebVTT, cut into blocks as its specification says, with two mercies.

Leading zeros may be missing ("59.240 --> 1:03.100"), and a file in which no time mark is right is read again
with the looser marks of SubRip, first with a fraction, then without.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from digestly.fetch.text import one_line
from digestly.transcripts import srt
from digestly.transcripts.cuetext import attributed, words
from digestly.transcripts.types import ParsedTranscript, Segment

SIGNATURE = re.compile(r"WEBVTT(?=[ \t\n]|\Z)")

_LANGUAGE = re.compile(r"^Language:[ \t]*([\w-]{2,35})", re.IGNORECASE | re.MULTILINE)
_MOMENT = r"(?:(?:(\d{1,6}):)?(\d{2}|[1-9]\d{0,2}):([0-5]\d)|([0-5]?\d))\.(\d{3})(?!\d)"
_FRACTIONS = re.compile(r"[^>]*\d[.,]\d+[ \t]*-->[^.,]*\d[.,]\d")
_TIMING = re.compile(rf"[ \t\f]*{_MOMENT}[ \t\f]*-->[ \t\f]*{_MOMENT}")


@dataclass(frozen=True, slots=True)
class Block:
    """A run of lines that announces a cue: its timing line and what follows."""

    timing: str
    text: str


def read(text: str) -> ParsedTranscript:
    """Cues in file order; those without a proper time mark are counted, not kept."""
    lines = text.replace("\0", "\ufffd").split("\n")
    signed = bool(SIGNATURE.match(text))
    header = _header(lines) if signed else 0
    blocks = _blocks(lines[header:])
    read_cue = next((grammar for grammar in GRAMMARS if any(map(grammar, blocks))), _cue)
    segments = [cue for block in blocks if (cue := read_cue(block))]
    language = _LANGUAGE.search("\n".join(lines[:header]))
    return ParsedTranscript(
        format="vtt",
        language=one_line(language[1]) if language else None,
        segments=attributed(segments),
        skipped=len(blocks) - len(segments),
    )


def _header(lines: list[str]) -> int:
    """How many lines the header block has: up to a blank one or the first time mark."""
    ends = (number for number, line in enumerate(lines) if number and (not line or "-->" in line))
    return next(ends, len(lines))


def _blocks(lines: list[str]) -> list[Block]:
    """A block ends at a blank line or at the next time mark; notes and styles have no time mark."""
    blocks: list[Block] = []
    timing: str | None = None
    payload: list[str] = []
    before = 0

    def close() -> None:
        if timing is not None:
            blocks.append(Block(timing, "\n".join(payload)))

    for line in lines:
        arrow = "-->" in line
        if not line or (arrow and (timing is not None or before > 1)):
            close()
            timing, payload, before = None, [], 0
        if arrow:
            timing = line
        elif timing is not None:
            payload.append(line)
        elif line:
            before += 1
    close()
    return blocks


def _cue(block: Block) -> Segment | None:
    found = _TIMING.match(block.timing)
    if not found:
        return None
    text, speaker = words(block.text)
    return Segment(
        start=_seconds(found.groups()[:5]), end=_seconds(found.groups()[5:]), speaker=speaker, text=text
    )


def _seconds(parts: tuple[str | None, ...]) -> float:
    hours, minutes, of_minute, bare, thousandths = (int(part or 0) for part in parts)
    return round(hours * 3_600 + minutes * 60 + of_minute + bare + thousandths / 1_000, 3)


def _cue_with_fraction(block: Block) -> Segment | None:
    return srt.cue(block.timing, block.text) if _FRACTIONS.match(block.timing) else None


def _loose_cue(block: Block) -> Segment | None:
    return srt.cue(block.timing, block.text)


# The strictest that reads anything reads the whole file: mixing them would let garbage in.
GRAMMARS = (_cue, _cue_with_fraction, _loose_cue)
