"""Captions tell of more than speech."""

from __future__ import annotations

import pytest

from digestly.transcripts.speech import is_speech, spoken


@pytest.mark.parametrize(
    "text",
    [
        "[Music]",
        "(applause)",
        "♪ la la la ♪",
        "♪ and the tide",
        "[음악]",
        "(박수)",
        "* laughs *",
        "...",
        "",
        "【拍手】",
    ],
)
def test_sounds_are_no_speech(text: str) -> None:
    assert not is_speech(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[Music] Good evening [laughs] all.", "Good evening all."),
        ("It rose (loud applause) and fell.", "It rose and fell."),
        ("It rose (as it always does) and fell.", "It rose (as it always does) and fell."),
        ("♪ intro ♪ Welcome", "Welcome"),
        ("42", "42"),
    ],
)
def test_words_stay(text: str, words: str) -> None:
    assert spoken(text) == words
