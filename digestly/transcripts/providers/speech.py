"""Speech: words from the recording itself, through faster-whisper (the extra `speech`).

The model lies in a folder of the operator's. Nothing is ever downloaded but the recording, which goes through the
guarded client, under a limit of its own, into a file that is gone afterwards.
"""

from __future__ import annotations

import os
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from digestly.fetch.client import Client, Limits
from digestly.fetch.text import one_line
from digestly.transcripts import timing
from digestly.transcripts.errors import Empty, TranscriptBad
from digestly.transcripts.providers import NotInstalled, Recording
from digestly.transcripts.types import ParsedTranscript, Segment

AUDIO = Limits(max_bytes=500_000_000, total=1_200, read=60)  # some ten hours at the usual rate
LONGEST = 4 * 3_600.0  # seconds of a recording that anybody waits for
# What its decoder raises for what is no sound, what breaks off, and a film without any.
UNHEARD = (RuntimeError, ValueError, OSError, EOFError, IndexError)
# Without the second the library would fetch one from its hub.
FILES = ("model.bin", "tokenizer.json")


class Whisper:
    """A model in a folder, loaded once per process, when it is first needed."""

    name = "speech"

    def __init__(self, folder: Path, *, limits: Limits = AUDIO) -> None:
        self._folder = folder
        self._limits = limits

    def serves(self, recording: Recording) -> bool:
        return bool(recording.media_url) and (recording.seconds or 0) <= LONGEST

    def words(self, recording: Recording, client: Client) -> ParsedTranscript:
        model = _model(self._folder)
        assert recording.media_url
        with tempfile.NamedTemporaryFile(prefix="digestly-recording-") as file:
            client.fetch(recording.media_url, limits=self._limits, accept="audio/*, video/*", into=file)
            file.flush()
            # One that the model does not know by this name is heard out, and refused if it is asked for.
            language = recording.language if recording.language in model.supported_languages else None
            try:
                heard, about = model.transcribe(file.name, language=language, vad_filter=True)
                segments = tuple(segment for each in heard if (segment := _segment(each)))
            except UNHEARD as reason:
                raise TranscriptBad("This recording could not be listened to.") from reason
        if not segments:
            raise Empty("Nobody speaks in this recording.")
        return ParsedTranscript(format="speech", language=about.language, segments=segments)


@cache
def _model(folder: Path) -> Any:
    for name in FILES:
        if not (folder / name).is_file():
            raise NotInstalled(f"WHISPER_MODEL_DIR holds no model of faster-whisper: {name} is missing.")
    os.environ["HF_HUB_OFFLINE"] = "1"  # before the library is loaded: it must find everything in the folder
    try:
        from faster_whisper import WhisperModel
    except ImportError:
        raise NotInstalled("Speech is turned on, but faster-whisper is not installed.") from None
    try:
        return WhisperModel(str(folder), device="auto", compute_type="default", local_files_only=True)
    except Exception as reason:  # its libraries raise what they like
        raise NotInstalled("The model in WHISPER_MODEL_DIR could not be loaded.") from reason


def _segment(heard: Any) -> Segment | None:
    text = one_line(heard.text)
    if not text:
        return None
    return Segment(
        start=timing.plausible(heard.start), end=timing.plausible(heard.end), speaker=None, text=text
    )
