"""Why a file could not be read as a transcript. The caller may try the next candidate."""

from __future__ import annotations

from digestly.fetch.errors import Failure


class Empty(Failure):
    """Nothing was sent, or a file of the right form without a single cue."""

    code = "empty"


class TranscriptBad(Failure):
    """Something else than the words of a recording: a web page, sound, a broken file."""

    code = "transcript_bad"
