"""A transcript written out again, for a person to look over: WebVTT where every cue has its time, else plain text.

`parse` reads what is written: the same words, by the same people, at the same moments.
"""

from __future__ import annotations

from collections.abc import Sequence

from digestly.transcripts import timing
from digestly.transcripts.types import Segment


def write(segments: Sequence[Segment]) -> str:
    """Readable text in one of the forms that `parse` knows."""
    said = [segment for segment in timing.with_ends(segments) if segment.text]
    if any(segment.start is None for segment in said):
        return "\n\n".join(_labelled(segment) for segment in said)
    return "\n\n".join(["WEBVTT", *map(_cue, said)]) + "\n"


def _cue(segment: Segment) -> str:
    start = segment.start or 0.0
    end = start if segment.end is None else segment.end
    voice = f"<v {_escaped(segment.speaker)}>" if segment.speaker else ""
    return f"{_clock(start)} --> {_clock(end)}\n{voice}{_escaped(segment.text)}"


def _labelled(segment: Segment) -> str:
    mark = f"[{_clock(segment.start)}] " if segment.start is not None else ""
    return mark + (f"{segment.speaker}: {segment.text}" if segment.speaker else segment.text)


def _clock(seconds: float) -> str:
    thousandths = round(seconds * 1_000)
    minutes, rest = divmod(thousandths, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1_000:02}.{rest % 1_000:03}"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
