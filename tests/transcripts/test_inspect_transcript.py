"""`inspect_transcript`: the JSON of the contract on stdout, readable by the parser that made it."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from digestly.transcripts.parse import parse

DATA = Path(__file__).parent.parent / "data" / "transcripts"


def test_transcript_is_printed_in_the_shape_of_the_contract(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("inspect_transcript", str(DATA / "voices.vtt"))
    report = json.loads(capsys.readouterr().out)
    assert report.keys() >= {"language", "format", "skipped", "error", "segments"}
    assert (report["language"], report["format"], report["skipped"], report["error"]) == (
        "en",
        "vtt",
        1,
        None,
    )
    assert report["segments"][0] == {
        "start": 0.0,
        "end": 2.5,
        "speaker": "Ada Byrne",
        "text": "Good evening, and welcome & hello.",
    }


@pytest.mark.parametrize("name", ["voices.vtt", "labels.srt", "cited.html", "stamped.txt", "namespace.json"])
def test_what_is_printed_is_read_back_the_same(name: str) -> None:
    printed = StringIO()
    call_command("inspect_transcript", str(DATA / name), stdout=printed)
    again = parse(printed.getvalue().encode())
    original = parse((DATA / name).read_bytes(), name=name)
    assert (again.segments, again.language) == (original.segments, original.language)


@pytest.mark.parametrize(
    ("body", "code"),
    [(b"", "empty"), (b"{", "transcript_bad"), (b"x" * 10_000_001, "too_large"), (None, "bad_url")],
)
def test_what_is_no_transcript_says_why_and_exits_with_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], body: bytes | None, code: str
) -> None:
    path = tmp_path / "a.json"
    if body is not None:
        path.write_bytes(body)
    with pytest.raises(SystemExit) as left:
        call_command("inspect_transcript", str(path))
    report: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert left.value.code == 1
    assert (report["error"]["code"], report["format"], report["segments"]) == (code, None, [])


def test_given_media_type_is_believed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "download"
    path.write_bytes(b"<p>Ada: It began.</p><p>Ada: It ended.</p>")
    call_command("inspect_transcript", str(path), "--content-type", "text/html")
    report = json.loads(capsys.readouterr().out)
    assert [(s["speaker"], s["text"]) for s in report["segments"]] == [
        ("Ada", "It began."),
        ("Ada", "It ended."),
    ]
