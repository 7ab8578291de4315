"""SubRip: time marks with text after them. Numbers may be missing, and so may the blank lines."""

from __future__ import annotations

import re

from digestly.transcripts import timing
from digestly.transcripts.cuetext import attributed, words
from digestly.transcripts.types import ParsedTranscript, Segment

_MOMENT = r"-?(\d{1,3}:\d{1,2}:\d{1,2}(?:[.,:]\d{1,3})?|\d{1,3}:\d{1,2}[.,]\d{1,3}|\d{1,5}[.,]\d{1,3})"
TIMING = re.compile(rf"[ \t]*{_MOMENT}[ \t]*-{{1,2}}>[ \t]*{_MOMENT}(?=\s|\Z)")


def read(text: str) -> ParsedTranscript:
    """Cues in file order. Text runs to the next time mark, so that a blank line inside loses nothing."""
    segments: list[Segment] = []
    skipped = 0
    mark: str | None = None
    lines: list[str] = []
    for line in (*text.split("\n"), None):
        if line is not None and not TIMING.match(line):
            lines.append(line)
            continue
        if line is not None and lines and lines[-1].strip().isdecimal():
            lines.pop()
        if mark is not None:
            segment = cue(mark, "\n".join(lines))
            segments += [segment] if segment else []
            skipped += segment is None
        mark, lines = line, []
    return ParsedTranscript(format="srt", language=None, segments=attributed(segments), skipped=skipped)


def cue(mark: str, raw: str) -> Segment | None:
    """One cue from its time mark and raw text; None if the mark makes no sense."""
    found = TIMING.match(mark)
    start = timing.seconds(_comparable(found[1])) if found else None
    end = timing.seconds(_comparable(found[2])) if found else None
    if start is None or end is None:
        return None
    text, speaker = words(raw)
    return Segment(start=start, end=end, speaker=speaker, text=text)


def _comparable(moment: str) -> str:
    """ "00:01:02:500" and "2,5" in the form that `timing` reads."""
    if moment.count(":") == 3:
        moment = ".".join(moment.rsplit(":", 1))
    return moment.replace(",", ".")
