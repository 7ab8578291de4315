"""Whatever arrives, the answer is a transcript or a Failure, in time that grows with the size and no faster."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digestly.fetch.errors import Failure
from digestly.transcripts.parse import parse
from digestly.transcripts.report import as_dict
from digestly.transcripts.types import Segment
from tests.growth import grows_linearly

PIECES = [
    "WEBVTT", "\n", "\n\n", "1", "-->", " --> ", "00:01.000", "00:00:02,5", "<v Ada>", "<v", "</v>", "&lt;", "&#",
    "NOTE ", "Ada: ", "[0:12] ", "{", "[", "]", '"segments"', ":", '{"start":1e400,"text":"x"}', "NaN", "9" * 30,
    "\x00", "\ud83d", "<p>", "<cite>", "<time>0:01", "<html>", "é", "e\u0301", "♪",
]  # fmt: skip
WORD = st.text(st.characters(codec="utf-8", categories=["L", "N"]), min_size=1, max_size=6)
TIMES = st.integers(0, 35_999_999)
SEGMENTS = st.lists(
    st.tuples(TIMES, TIMES, st.lists(WORD, min_size=1, max_size=6).map(" ".join)), min_size=1, max_size=8
)


def understood(body: bytes, content_type: str | None = None) -> None:
    try:
        report = as_dict(parse(body, content_type=content_type))
    except Failure as failure:
        report = as_dict(failure)
    json.dumps(report, ensure_ascii=False, allow_nan=False).encode()
    for segment in report["segments"]:
        assert segment["text"] == unicodedata.normalize("NFC", segment["text"])
        assert not any(unicodedata.category(letter) in {"Cc", "Cs"} for letter in segment["text"])


@given(
    st.binary(max_size=400),
    st.sampled_from([None, "text/vtt", "application/srt", "application/json", "text/html"]),
)
def test_any_bytes_are_a_transcript_or_a_failure(body: bytes, content_type: str | None) -> None:
    understood(body, content_type)


@settings(max_examples=300)
@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_any_mixture_of_parts_is_a_transcript_or_a_failure(text: str) -> None:
    for content_type in (None, "text/vtt", "application/srt", "application/json", "text/html"):
        understood(text.encode("utf-8", "surrogatepass"), content_type)


def stamp(milliseconds: int, point: str) -> str:
    seconds, rest = divmod(milliseconds, 1_000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{point}{rest:03}"


def cue(start: int, end: int, text: str, point: str) -> str:
    return f"{stamp(start, point)} --> {stamp(end, point)}\n{text}\n"


def expected(cues: list[tuple[int, int, str]]) -> list[Segment]:
    return [Segment(a / 1000, b / 1000, None, unicodedata.normalize("NFC", text)) for a, b, text in cues]


@given(SEGMENTS)
def test_printed_webvtt_is_read_back(cues: list[tuple[int, int, str]]) -> None:
    text = "WEBVTT\n\n" + "\n".join(cue(*each, point=".") for each in cues)
    assert list(parse(text.encode()).segments) == expected(cues)


@given(SEGMENTS)
def test_printed_subrip_is_read_back(cues: list[tuple[int, int, str]]) -> None:
    text = "\n".join(f"{number}\n{cue(*each, point=',')}" for number, each in enumerate(cues, 1))
    assert list(parse(text.encode(), name="a.srt").segments) == expected(cues)


@pytest.mark.parametrize(
    "hostile",
    [
        lambda size: b"1" * size,
        lambda size: b" " * size + b"x",
        lambda size: b"1\n" * size,
        lambda size: b"-->\n" * size,
        lambda size: b"00:" * size,
        lambda size: b"WEBVTT\n\n00:01.000 --> 00:02.000\n" + b"<v a " * size,
        lambda size: b"WEBVTT\n\n00:01.000 --> 00:02.000\n" + b"&#" * size,
        lambda size: b"00:00:01,000 --> 00:00:02,000\n" * size,
        lambda size: b"Ada: x\n" * size,
        lambda size: b"Ada 1:23 x\n" * size,
        lambda size: b"<html><p>" + b"<cite>a</cite>" * size,
    ],
)
def test_time_grows_with_size_and_no_faster(hostile: Callable[[int], bytes]) -> None:
    assert grows_linearly(lambda size: understood(hostile(size)))
