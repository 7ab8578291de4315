"""Speech: the recording is fetched under guard into a file that is gone afterwards, and only a local model listens.

The library with its models is no part of this suite: a stand-in of the same shape listens in its place.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from digestly.fetch.client import Client, Limits
from digestly.fetch.errors import Failure, TooLarge
from digestly.transcripts.errors import Empty, TranscriptBad
from digestly.transcripts.providers import NotInstalled, Recording, speech
from digestly.transcripts.providers.speech import Whisper
from digestly.transcripts.types import Segment
from tests.fetch.loopback import Site, redirect, reply

SOUND = b"ID3" + b"\0" * 5_000


@dataclass
class Heard:
    start: float
    end: float
    text: str


class Ear:
    """Stands in for faster_whisper.WhisperModel."""

    hears: Any = (Heard(0.0, 2.5, " Good evening. "), Heard(2.5, 3.0, "  "))
    supported_languages = ("en", "ko")
    built: list[tuple[str, dict[str, Any]]]
    files: list[tuple[str, bytes, str | None]]

    def __init__(self, folder: str, **options: Any) -> None:
        if b"broken" in (Path(folder) / "model.bin").read_bytes():
            raise RuntimeError("Unsupported model binary version.")
        self.built.append((folder, options))

    def transcribe(self, file: str, *, language: str | None, **options: Any) -> tuple[Any, Any]:
        self.files.append((file, Path(file).read_bytes(), language))
        if isinstance(self.hears, Exception):
            raise self.hears
        return iter(self.hears), SimpleNamespace(language="ko")


@pytest.fixture
def ear(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Ear]]:
    monkeypatch.setenv("HF_HUB_OFFLINE", "0")
    library: Any = ModuleType("faster_whisper")
    library.WhisperModel = type("WhisperModel", (Ear,), {"built": [], "files": []})
    monkeypatch.setitem(sys.modules, "faster_whisper", library)
    speech._model.cache_clear()
    yield library.WhisperModel
    speech._model.cache_clear()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "model.bin").write_bytes(b"weights")
    (tmp_path / "tokenizer.json").write_bytes(b"{}")
    return tmp_path


@pytest.fixture
def recording(site: Site) -> Recording:
    site.answers["/1.mp3"] = reply(200, SOUND, Content_Type="audio/mpeg")
    return Recording(media_url=site.url("/1.mp3"), language="ko", seconds=3)


def test_a_recording_becomes_segments_and_its_file_is_gone(
    ear: type[Ear], folder: Path, recording: Recording, client: Client
) -> None:
    words = Whisper(folder).words(recording, client)
    assert words.segments == (Segment(0.0, 2.5, None, "Good evening."),)
    assert (words.format, words.language) == ("speech", "ko")
    ((file, content, language),) = ear.files
    assert (content, language) == (SOUND, "ko")
    assert not Path(file).exists()


def test_the_model_is_loaded_once_from_its_folder_and_never_downloaded(
    ear: type[Ear], folder: Path, recording: Recording, client: Client
) -> None:
    for _ in range(2):
        Whisper(folder).words(recording, client)
    ((where, options),) = ear.built
    assert (where, options["local_files_only"]) == (str(folder), True)
    assert os.environ["HF_HUB_OFFLINE"] == "1"


def test_a_recording_beyond_the_limit_is_let_go(
    ear: type[Ear], folder: Path, recording: Recording, client: Client
) -> None:
    with pytest.raises(TooLarge):
        Whisper(folder, limits=Limits(max_bytes=1_000)).words(recording, client)
    assert ear.files == []


def test_a_recording_in_a_private_network_is_never_asked_for(
    ear: type[Ear], folder: Path, site: Site, client: Client
) -> None:
    site.answers["/1.mp3"] = redirect("http://169.254.169.254/1.mp3")
    for url in ("http://10.0.0.1/1.mp3", "file:///etc/passwd", site.url("/1.mp3")):
        with pytest.raises(Failure) as refused:
            Whisper(folder).words(Recording(media_url=url), client)
        assert refused.value.code in ("blocked_address", "bad_scheme")
    assert ear.files == []


@pytest.mark.parametrize(
    ("hears", "failure"),
    [
        ((), Empty),
        (RuntimeError("no audio"), TranscriptBad),
        (ValueError("odd"), TranscriptBad),
        (
            IndexError("tuple index out of range"),
            TranscriptBad,
        ),  # what the library says of a film without sound
        (EOFError("End of file"), TranscriptBad),
    ],
)
def test_silence_and_what_is_no_sound_are_failures(
    ear: type[Ear], folder: Path, recording: Recording, client: Client,
    monkeypatch: pytest.MonkeyPatch, hears: Any, failure: type[Failure],
) -> None:  # fmt: skip
    monkeypatch.setattr(ear, "hears", hears)
    with pytest.raises(failure):
        Whisper(folder).words(recording, client)
    assert not Path(ear.files[0][0]).exists()


def test_a_folder_without_a_model_says_so_and_fetches_nothing(
    ear: type[Ear], tmp_path: Path, recording: Recording, client: Client, site: Site
) -> None:
    with pytest.raises(NotInstalled, match="WHISPER_MODEL_DIR"):
        Whisper(tmp_path).words(recording, client)
    assert site.connections == 0


@pytest.mark.parametrize("language", ["nb", "x", None])
def test_a_language_that_the_model_does_not_know_is_left_to_its_ear(
    ear: type[Ear], folder: Path, recording: Recording, client: Client, language: str | None
) -> None:
    assert Whisper(folder).words(replace(recording, language=language), client).language == "ko"
    assert ear.files[0][2] is None


def test_a_model_that_would_be_completed_from_the_network_is_not_loaded(
    ear: type[Ear], folder: Path, recording: Recording, client: Client
) -> None:
    (folder / "tokenizer.json").unlink()
    with pytest.raises(NotInstalled, match="tokenizer"):
        Whisper(folder).words(recording, client)
    assert ear.built == []


def test_a_model_that_cannot_be_loaded_pauses_the_provider(
    ear: type[Ear], folder: Path, recording: Recording, client: Client
) -> None:
    (folder / "model.bin").write_bytes(b"broken")
    with pytest.raises(NotInstalled, match="could not be loaded"):
        Whisper(folder).words(recording, client)


def test_without_the_library_it_says_so(
    folder: Path, recording: Recording, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "faster_whisper", None)
    speech._model.cache_clear()
    with pytest.raises(NotInstalled, match="not installed"):
        Whisper(folder).words(recording, client)


def test_a_recording_that_lasts_for_days_is_not_listened_to(folder: Path) -> None:
    assert not Whisper(folder).serves(Recording(media_url="https://a.example/1.mp3", seconds=90_000))
    assert Whisper(folder).serves(Recording(media_url="https://a.example/1.mp3"))
