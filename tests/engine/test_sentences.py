"""Cues become sentences: at their marks, and where there are none, where people would end one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digestly.engine.extractive.scoring import scored
from digestly.engine.extractive.sections import Span
from digestly.engine.extractive.sentences import Sentence, sentences
from digestly.engine.extractive.terms import terms_of
from digestly.engine.extractive.tongues import tongue_for
from digestly.engine.extractive.tongues.ends import kind
from digestly.engine.extractive.weights import read
from digestly.transcripts.types import Segment

ENGLISH = tongue_for("en")
UNMARKED = (
    "the museum opened a new hall last spring and we asked the director what it is going to show there she told us "
    "that most of the ships were built in this harbour so i think that is where every visit should begin there so "
    "the next thing you can see is how the tide was measured a hundred years ago and i think people like that one"
)


def cues(text: str, words: int = 8) -> list[Segment]:
    said = text.split()
    return [
        Segment(place / 2.6, (place + words) / 2.6, None, " ".join(said[place : place + words]))
        for place in range(0, len(said), words)
    ]


def texts(segments: list[Segment], language: str = "en") -> list[str]:
    return [sentence.text for sentence in sentences(segments, tongue_for(language))]


def test_english_without_marks_is_cut_between_words_that_part_sentences() -> None:
    begun = [text.split()[:2] for text in texts(cues(UNMARKED))]
    assert begun == [["the", "museum"], ["so", "i"], ["so", "the"], ["and", "i"]]


@pytest.mark.parametrize("language", ["en", "ko", "ja", "de"])
@given(
    said=st.lists(
        st.sampled_from("so the i we ’tis 2024 is and walking you-know it's 그래서 갑니다 は ・".split())
    )
)
def test_no_word_is_lost_or_told_twice_where_speech_is_cut(language: str, said: list[str]) -> None:
    found = sentences(cues(" ".join(said)), tongue_for(language))
    bare = "".join("".join(said).split("・"))
    assert "".join(sentence.text for sentence in found).replace(" ", "").replace("・", "") == bare
    assert all(0 < sentence.whole <= 1 for sentence in found)


def test_marked_sentences_are_whole_and_long_ones_only_where_they_begin_and_end() -> None:
    marked = sentences([Segment(0.0, 9.0, None, "We open at nine. You close at five.")], ENGLISH)
    assert [sentence.whole for sentence in marked] == [1.0, 1.0]
    endless = sentences([Segment(0.0, 60.0, None, f"{UNMARKED} and {UNMARKED}.")], ENGLISH)
    assert len(endless) > 2
    assert all(sentence.whole < 1 for sentence in endless)


def test_a_sentence_that_people_would_begin_or_end_elsewhere_is_told_less() -> None:
    said = "The harbour museum opens its new hall in the spring of next year."
    heard = [
        Sentence(said, place, place, None, 5.0 * place, 5.0, 0.0, whole)
        for place, whole in enumerate((0.1, 1.0))
    ]
    grades = scored(heard, [Span(0, 2)], terms_of(heard, ENGLISH), ENGLISH, ())
    assert grades.local[1] > grades.local[0]
    assert grades.overall[1] > grades.overall[0]


def test_hyphens_that_stand_apart_everywhere_are_hyphens() -> None:
    apart = "The gauge was read by twenty - five keepers on non - working days."
    assert texts([Segment(0.0, 9.0, None, apart)]) == [
        "The gauge was read by twenty-five keepers on non-working days."
    ]
    dashed = "The gauge was read - nobody knows why - by twenty-five keepers."
    assert texts([Segment(0.0, 9.0, None, dashed)]) == [dashed]


@given(st.text(min_size=1, max_size=12))
def test_something_is_known_of_every_word(word: str) -> None:
    known = read()["ends"]["en"]["words"]
    assert len(known[kind(word, known)]) == 4
