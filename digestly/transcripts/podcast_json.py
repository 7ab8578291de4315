"""Transcripts in JSON: the podcast namespace, Podlove, Whisper, YouTube, and the form we print ourselves.

They differ in the names of the same four facts, so the names are a table.
"""

from __future__ import annotations

import json
from typing import Any

from digestly.fetch.text import one_line, without_entities
from digestly.transcripts import timing
from digestly.transcripts.errors import TranscriptBad
from digestly.transcripts.types import ParsedTranscript, Segment

LISTS = ("segments", "transcripts", "transcript", "cues", "events", "captions", "items")
TEXT = ("body", "text", "utf8", "content")
SPEAKER = ("speaker", "speakerName", "voice")
START = ("startTime", "start", "from", "offset")
START_MS = ("start_ms", "tStartMs", "startMs")
END = ("endTime", "end", "to")
END_MS = ("end_ms", "endMs")
LENGTH = ("duration", "dur")
LENGTH_MS = ("dDurationMs", "duration_ms")


def read(text: str) -> ParsedTranscript:
    """Raises TranscriptBad for JSON that holds no list of cues, or is none."""
    try:
        known = json.loads(text, parse_constant=lambda _: None)
    except (ValueError, RecursionError) as why:
        raise TranscriptBad("This looks like JSON, but it is cut or broken.") from why
    cues = known if isinstance(known, list) else _list(known)
    segments = [segment for cue in cues if (segment := _segment(cue))]
    language = known.get("language") if isinstance(known, dict) else None
    return ParsedTranscript(
        format="json",
        language=one_line(language)[:35] or None if isinstance(language, str) else None,
        segments=tuple(segments),
        skipped=len(cues) - len(segments),
    )


def _list(known: object) -> list[Any]:
    if isinstance(known, dict):
        for name in LISTS:
            if isinstance(known.get(name), list):
                return list(known[name])
    raise TranscriptBad("This is JSON, but it holds no list of cues.")


def _segment(cue: object) -> Segment | None:
    if not isinstance(cue, dict):
        return None
    words = _first(cue, TEXT)
    if words is None and isinstance(cue.get("segs"), list):
        words = "".join(str(piece.get("utf8", "")) for piece in cue["segs"] if isinstance(piece, dict))
    if not isinstance(words, str):
        return None
    start = _moment(cue, START, START_MS)
    end = _moment(cue, END, END_MS)
    if end is None and start is not None and (lasted := _moment(cue, LENGTH, LENGTH_MS)) is not None:
        end = timing.plausible(start + lasted)
    speaker = _first(cue, SPEAKER)
    return Segment(
        start=start,
        end=end,
        speaker=one_line(speaker) or None if isinstance(speaker, str) else None,
        text=one_line(without_entities(words)),
    )


def _moment(cue: dict[str, Any], names: tuple[str, ...], in_milliseconds: tuple[str, ...]) -> float | None:
    if (found := timing.seconds(_first(cue, names))) is not None:
        return found
    thousandths = _first(cue, in_milliseconds)
    if isinstance(thousandths, int | float) and not isinstance(thousandths, bool):
        return timing.plausible(thousandths / 1_000) if abs(thousandths) < 1e15 else None
    return None


def _first(cue: dict[str, Any], names: tuple[str, ...]) -> object:
    for name in names:
        if (found := cue.get(name)) is not None:
            return found
    return None
