"""A parsed transcript, or the reason why there is none, in the JSON shape that `inspect_transcript` prints.

`parse` reads that shape back.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from digestly.fetch.errors import Failure
from digestly.transcripts.types import ParsedTranscript


def as_dict(transcript: ParsedTranscript | Failure) -> dict[str, Any]:
    """Every key is always there; strings, numbers and null only."""
    known = transcript if isinstance(transcript, ParsedTranscript) else ParsedTranscript("", None, ())
    return {
        "language": known.language,
        "format": known.format or None,
        "skipped": known.skipped,
        "error": transcript.as_dict() if isinstance(transcript, Failure) else None,
        "segments": [asdict(segment) for segment in known.segments],
    }
