"""What a transcript is made of."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Segment:
    """One cue: what was said, when (seconds from the start of the recording) and, if known, by whom."""

    start: float | None
    end: float | None
    speaker: str | None
    text: str


@dataclass(frozen=True, slots=True)
class ParsedTranscript:
    """A transcript file understood: its segments in file order, and how many cues had to be skipped."""

    format: str
    language: str | None
    segments: tuple[Segment, ...]
    skipped: int = 0
