"""Every form of transcript becomes the same list of segments, one per cue."""

from __future__ import annotations

from pathlib import Path

import pytest

from digestly.fetch.errors import TooLarge
from digestly.transcripts.errors import Empty, TranscriptBad
from digestly.transcripts.parse import parse
from digestly.transcripts.types import ParsedTranscript, Segment

DATA = Path(__file__).parent.parent / "data" / "transcripts"


def transcript(name: str, content_type: str | None = None) -> ParsedTranscript:
    return parse((DATA / name).read_bytes(), content_type=content_type, name=name)


def test_webvtt_reads_voices_and_skips_what_nobody_says() -> None:
    assert transcript("voices.vtt") == ParsedTranscript(
        format="vtt",
        language="en",
        segments=(
            Segment(0.0, 2.5, "Ada Byrne", "Good evening, and welcome & hello."),
            Segment(2.5, 4.0, "Tom", "Is 1 < 2?"),
            Segment(4.0, 5.0, None, "It is."),
        ),
        skipped=1,
    )


def test_subrip_reads_labels_that_recur_and_loses_no_line() -> None:
    assert transcript("labels.srt") == ParsedTranscript(
        format="srt",
        language=None,
        segments=(
            Segment(0.0, 2.0, "ALBA", "It began with a ledger."),
            Segment(2.0, 4.5, "ALBA", "One thing: it was empty."),
            Segment(5.0, 6.0, "Tom Reed", "Empty?"),
            Segment(6.0, 7.0, "ALBA", "Quite empty."),
            Segment(7.0, 8.0, "Tom Reed", "I see."),
        ),
    )


def test_namespace_json_drops_impossible_times_and_counts_what_is_no_cue() -> None:
    assert transcript("namespace.json") == ParsedTranscript(
        format="json",
        language=None,
        segments=(
            Segment(0.5, 1.25, "Ada", "Good evening."),
            Segment(1.25, None, "Tom", "Evening."),
            Segment(None, None, "Tom", "Or night."),
        ),
        skipped=1,
    )


def test_podlove_json_counts_in_stamps_or_milliseconds() -> None:
    assert transcript("podlove.json").segments == (
        Segment(1.5, 3.0, "3", "Guten Abend."),
        Segment(3.0, 4.25, "Jan", "Abend & Nacht."),
    )


def test_youtube_json_joins_the_pieces_of_a_cue() -> None:
    parsed = transcript("youtube.json")
    assert parsed.segments == (Segment(1.0, 2.5, None, "tides turn"), Segment(3.0, None, None, "twice"))
    assert parsed.skipped == 1


def test_html_reads_names_and_times_before_or_inside_the_paragraph() -> None:
    assert transcript("cited.html") == ParsedTranscript(
        format="html",
        language="en",
        segments=(
            Segment(0.0, 65.0, "Ada", "It began with a ledger."),
            Segment(65.0, None, "Tom", "Empty?"),
            Segment(None, None, "Tom", "Quite empty."),
        ),
    )


def test_plain_text_reads_names_and_stamps_above_the_words() -> None:
    assert transcript("stamped.txt", "text/plain").segments == (
        Segment(0.0, 12.0, "Ada Byrne", "It began with a ledger that was empty."),
        Segment(12.0, 3723.0, "Tom", "Empty?"),
        Segment(3723.0, None, None, "Quite empty."),
    )


def test_plain_text_reads_labels_and_lets_paragraphs_follow_their_speaker() -> None:
    assert transcript("labelled.txt").segments == (
        Segment(None, None, "Ada", "It began with a ledger. It was empty."),
        Segment(None, None, "Tom", "Empty?"),
        Segment(None, None, "Ada", "Quite empty."),
        Segment(None, None, "Tom", "I see."),
    )


def test_name_above_the_words_must_recur() -> None:
    body = b"0:01 Ada\nIt began.\n0:05 Yes\nit did.\n0:09 Ada\nQuite.\n"
    assert [(segment.speaker, segment.text) for segment in parse(body).segments] == [
        ("Ada", "It began."),
        (None, "Yes it did."),
        ("Ada", "Quite."),
    ]


def test_unmarked_text_is_one_segment_a_line() -> None:
    parsed = parse(b"10:30 is when we met.\nNobody was late.\n")
    assert [segment.text for segment in parsed.segments] == ["10:30 is when we met.", "Nobody was late."]


def test_timed_text_of_youtube_is_read() -> None:
    body = b'<?xml version="1.0"?><transcript><text start="1.5" dur="2">it&amp;#39;s high</text></transcript>'
    assert parse(body).segments == (Segment(1.5, 3.5, None, "it's high"),)


def test_form_is_seen_in_the_text_where_nobody_names_it() -> None:
    forms = {name: parse((DATA / name).read_bytes()).format for name in
             ("voices.vtt", "labels.srt", "namespace.json", "podlove.json", "cited.html", "stamped.txt")}  # fmt: skip
    assert list(forms.values()) == ["vtt", "srt", "json", "json", "html", "text"]


def test_servers_that_call_everything_text_are_not_believed() -> None:
    assert transcript("labels.srt", "text/plain; charset=utf-8").format == "srt"
    assert parse((DATA / "voices.vtt").read_bytes(), content_type="text/html").format == "vtt"


@pytest.mark.parametrize("ends", [b"\r\n", b"\r"])
@pytest.mark.parametrize("name", ["voices.vtt", "labels.srt"])
def test_any_line_ending_will_do(name: str, ends: bytes) -> None:
    assert parse((DATA / name).read_bytes().replace(b"\n", ends), name=name) == transcript(name)


@pytest.mark.parametrize("charset", ["utf-8-sig", "utf-16", "utf-16-le"])
def test_any_unicode_will_do(charset: str) -> None:
    body = (DATA / "labels.srt").read_text().replace("ledger", "원장").encode(charset)
    assert parse(body, name="a.srt").segments[0].text == "It began with a 원장."


def test_chinese_subtitles_without_a_charset_are_read() -> None:
    text = "1\n00:00:01,000 --> 00:00:02,000\n不归移民漫画系列：专业工作的人们今天都来了\n"
    assert parse(text.encode("gb18030"), name="a.srt").segments[0].text.startswith("不归移民漫画系列")


@pytest.mark.parametrize(
    "body",
    [
        b"00:01.000 --> 00:02.000\nHello\n",
        b"WEBVTT\n00:01.000 --> 00:02.000\nHello\n",
        b"WEBVTT\n\n1.000 --> 2.000\nHello\n",
        b"WEBVTT\n\n00:00:01,0 --> 00:00:02,0\nHello\n",
        b"WEBVTT\n\n0:00:01 --> 0:00:02\nHello\n",
    ],
)
def test_webvtt_with_slips_in_its_marks_is_read_all_the_same(body: bytes) -> None:
    assert parse(body, content_type="text/vtt").segments == (Segment(1.0, 2.0, None, "Hello"),)


def test_where_one_mark_is_right_the_wrong_ones_are_counted() -> None:
    parsed = parse(b"WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n\n00:00:02,0 --> 00:00:03,0\nthere\n")
    assert ([segment.text for segment in parsed.segments], parsed.skipped) == (["Hello"], 1)


@pytest.mark.parametrize(
    ("body", "content_type", "failure"),
    [
        (b"", None, Empty),
        (b"\xef\xbb\xbf\n\n", "text/vtt", Empty),
        (b"WEBVTT\n\nNOTE nothing\n", None, Empty),
        (b'{"segments": []}', None, Empty),
        (b"<!doctype html><html><p>Log in</p></html>", "text/vtt", TranscriptBad),
        (b"<html><p>404</p></html>", "application/x-subrip", TranscriptBad),
        (b"1\n2\n3\n", "application/srt", TranscriptBad),
        (b'{"segments": [', "application/json", TranscriptBad),
        (b'{"title": "no cues"}', None, TranscriptBad),
        (b"Hello", "application/json", TranscriptBad),
        (b"ID3\x04\x00" + bytes(range(256)) * 20, "text/plain", TranscriptBad),
        (b"<html></html>", "text/html", TranscriptBad),
        (b"a" * 10_000_001, None, TooLarge),
    ],
)
def test_what_is_no_transcript_is_refused_by_name(
    body: bytes, content_type: str | None, failure: type[Exception]
) -> None:
    with pytest.raises(failure):
        parse(body, content_type=content_type)
