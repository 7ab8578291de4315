"""What texts are found by, in any script."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digestly.content.search.words import asked, folded, marked, words_in


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("해지 경험과 신뢰", "신뢰"),
        ("인공지능은 어렵다", "공지"),
        ("인공지능은 어렵다", "인공지능"),
        (unicodedata.normalize("NFD", "모델의 정직"), "모델"),
        ("GPT-4를 썼다", "gpt"),
        ("GPT-4를 썼다", "4를"),
        ("東京の夜", "京の"),
        ("Models and policies", "MODEL policy"),
        ("A model’s honesty", "models honesty"),
        ("ﬁne Straße", "straße"),
    ],
)
def test_a_text_is_found_by_what_stands_in_it(text: str, question: str) -> None:
    words, _ = asked(question)
    assert words
    assert set(words) <= words_in(text)


@pytest.mark.parametrize(("text", "question"), [("인공 공지", "신공"), ("modeling", "mode"), ("a bus", "bu")])
def test_and_not_by_what_does_not(text: str, question: str) -> None:
    assert not set(asked(question)[0]) <= words_in(text)


def test_three_syllables_must_stand_together() -> None:
    assert asked("인공지 AI")[1] == ["인공지"]


@given(st.text())
def test_folding_moves_nothing(text: str) -> None:
    assert len(folded(text)) == len(text)


@given(st.text(max_size=300))
def test_any_question_is_a_small_one(question: str) -> None:
    words, literally = asked(question)
    assert len(words) <= 16
    assert len(literally) <= 8
    assert all(0 < len(word) <= 40 for word in words)
    if pattern := marked(question):
        assert not pattern.search("")
