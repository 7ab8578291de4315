"""Chapters: three ways to write them, one list in the order of the recording."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digestly.feeds import chapters
from digestly.feeds.types import Chapter
from digestly.fetch.errors import Failure
from tests.growth import grows_linearly


def test_podcast_namespace_chapters_are_sorted_and_hidden_ones_left_out() -> None:
    body = {
        "version": "1.2.0",
        "chapters": [
            {"startTime": 90.25, "title": "Nets"},
            {"startTime": 0, "title": " Intro\n"},
            {"startTime": 45, "title": "A picture only", "toc": False, "img": "http://169.254.169.254/x.png"},
            {"startTime": -1, "title": "Before the start"},
            {"startTime": 60},
            {"startTime": 90.25, "title": "The same moment"},
            "odd",
        ],
    }
    assert chapters.parse(json.dumps(body).encode()) == (Chapter(0, "Intro"), Chapter(90.25, "Nets"))


@pytest.mark.parametrize("wrapped", [True, False])
def test_podlove_chapters_write_clocks(wrapped: bool) -> None:
    listed = [
        {"start": "00:00:0.000", "title": "Begr\u00fc\u00dfung"},
        {"start": "01:00:01.5", "title": "Ende"},
    ]
    body = json.dumps({"chapters": listed} if wrapped else listed).encode()
    assert chapters.parse(body) == (Chapter(0, "Begr\u00fc\u00dfung"), Chapter(3601.5, "Ende"))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[" * 100_000,
        b'{"chapters": 7}',
        b'{"chapters": [' + b"9" * 10_000 + b"]}",
        b" " * (chapters.MAX_BYTES + 1),
    ],
)
def test_anything_else_is_refused(body: bytes) -> None:
    with pytest.raises(Failure):
        chapters.parse(body)


def test_nonsense_times_are_no_chapters() -> None:
    odd = ["NaN", "1e400", "12:61:99x", None, True, [], "99999999999999999999"]
    assert chapters.parse(json.dumps([{"start": each, "title": "x"} for each in odd]).encode()) == ()
    assert chapters.parse(b'[{"start": NaN, "title": "x"}, {"start": Infinity, "title": "y"}]') == ()


@given(st.text(alphabet="0123:- \n(a", max_size=200))
def test_any_notes_give_rising_chapters_from_the_start_or_none(notes: str) -> None:
    found = chapters.in_notes(notes)
    starts = [chapter.start for chapter in found]
    assert starts == sorted(set(starts))
    assert not found or starts[0] == 0


def test_long_notes_take_linear_time() -> None:
    assert grows_linearly(lambda size: chapters.in_notes(("0:00 " + " " * 50 + "x\n") * size), size=300)
