"""Deletion makes speech readable; it must never change what was said."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digestly.engine.extractive import rewrite
from digestly.engine.extractive.rewrite import tidy
from digestly.engine.extractive.scoring import scored
from digestly.engine.extractive.sections import Span
from digestly.engine.extractive.sentences import sentences
from digestly.engine.extractive.terms import terms_of
from digestly.engine.extractive.tongues import tongue_for
from digestly.engine.extractive.tongues.patterns import spaced
from digestly.transcripts.types import Segment


@pytest.mark.parametrize(
    ("language", "spoken", "written"),
    [
        ("en", "So, um, I mean the network is, you know, down.", "The network is down."),
        ("en", "And the the node sends the the block.", "The node sends the block."),
        ("en", "so i think the price was too high", "The price was too high."),
        (
            "en",
            "We asked th they all wan wanted a thr three-legged st stool.",
            "We asked they all wan wanted a three-legged stool.",
        ),
        ("en", "We s we know whether I n I read it.", "We know whether I read it."),
        (
            "en",
            "We haven't looked -- the wallet checks every address on its own.",
            "The wallet checks every address on its own.",
        ),
        ("en", "The channel is closed, right?", "The channel is closed, right?"),
        ("en", "It takes 20 - 30 minutes by tram.", "It takes 20 - 30 minutes by tram."),
        (
            "en",
            'We know the terms " tide gauge " and " datum " from the harbour.',
            'We know the terms "tide gauge" and "datum" from the harbour.',
        ),
        ("ko", "음, 그래서 이제 데이터를 저장합니다", "데이터를 저장합니다."),
        ("zh", "然后嗯我们 今天讨论网络", "我们今天讨论网络。"),
    ],
)
def test_fillers_false_starts_and_leading_connectives_go(language: str, spoken: str, written: str) -> None:
    assert tidy(spoken, tongue_for(language)) == written


@pytest.mark.parametrize(
    ("language", "spoken"),
    [
        ("en", "No one knows the answer."),
        ("en", "You're re-reading it."),
        ("en", "Right now the market is closed."),
        ("en", "So far they have sold 20 tickets."),
        ("en", "Well water is cleaner than river water."),
        ("en", "I insist that a car carries us to the theatre."),
        ("en", "Do you know what a hash is?"),
        ("en", "It is as far as it is wide, on plan b as on plan a."),
        ("en", "The vault is safe unless the key is stolen."),
        ("ko", "네 가지 기준이 있습니다."),
        ("zh", "对于公司来说这是机会。"),
    ],
)
def test_words_that_carry_the_meaning_stay(language: str, spoken: str) -> None:
    assert tidy(spoken, tongue_for(language)) == spoken


def test_a_long_sentence_loses_a_trailing_clause_but_never_a_condition() -> None:
    english = tongue_for("en")
    main = "The ferry company moved the opening of the new line to the autumn of the next year"
    extra = (
        "the archaeologists had asked for three months to document all of the old oak beams "
        "that were found below the pier in spring"
    )
    assert tidy(f"{main}, because {extra}.", english) == f"{main}."
    assert tidy(f"{main}, unless {extra}.", english) == f"{main}, unless {extra}."


def test_a_long_korean_sentence_keeps_its_final_clause() -> None:
    extra = (
        "처음에는 모든 데이터를 한 서버에 모아서 처리하려고 했는데 "
        "메모리가 부족해서 프로그램이 자주 멈추고 결과를 확인하는 일도 어려웠는데"
    )
    main = "나중에는 데이터를 작은 조각으로 나누어 여러 서버에서 함께 처리했습니다."
    shorter = tidy(f"{extra} {main}", tongue_for("ko"))
    assert shorter.endswith(main)
    assert "처음에는" not in shorter


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("S the question is not to d spend it.", 2),
        ("A dat database is open, and it has it has a key.", 2),
        ("The U.K. has as many as I have, and e.g. H P S G is x.", 0),
        ("For forest and the there is no one to one.", 0),
    ],
)
def test_what_a_speaker_stumbled_over_is_counted(text: str, times: int) -> None:
    assert len(list(tongue_for("en").stumbles.finditer(spaced(text)))) == times


def test_of_two_who_say_the_same_the_one_who_did_not_stumble_is_told() -> None:
    english = tongue_for("en")
    stumbled = "The harbour museum d opens its new s hall in the spring of next year."
    said = sentences(
        [
            Segment(0.0, 5.0, None, stumbled),
            Segment(5.0, 9.0, None, "The harbour museum opens its new hall in the spring of next year."),
        ],
        english,
    )
    grades = scored(said, [Span(0, 2)], terms_of(said, english), english, ())
    assert grades.local[1] > grades.local[0]
    assert grades.overall[1] > grades.overall[0]


@settings(max_examples=400)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                ["the", "The", "that", "that's", "don't", "re", "you’re", "b2", "나는", "'cause"]
            ),
            st.sampled_from([" ", " ", ", ", "-", ". "]),
        ),
        max_size=12,
    )
)
def test_where_no_word_is_said_again_a_search_would_have_found_nothing(said: list[tuple[str, str]]) -> None:
    english = tongue_for("en")
    text = searched = "".join(word + space for word, space in said)
    searched = english.broken_off.sub("", searched)
    for stutter in rewrite._STUTTERS.values():
        searched = stutter.sub(r"\1", searched)
    assert rewrite._without_what_is_said_again(text, english) == searched
