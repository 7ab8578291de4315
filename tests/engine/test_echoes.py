"""A recording shows by its likeliest starts how it begins its topics."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as some

from digestly.engine.extractive.arrays import Floats
from digestly.engine.extractive.echoes import CLOSE_BY, echoes
from digestly.engine.extractive.sentences import Sentence

LENGTH = 10.0


def heard(
    texts: list[str], speakers: list[str] | None = None, chances: dict[int, float] | None = None
) -> dict[str, Floats]:
    """The echoes in sentences of ten seconds each, with the given chances to begin a topic."""
    sentences = [
        Sentence(text, place, place, speakers[place] if speakers else None, place * LENGTH, LENGTH, 0.0)
        for place, text in enumerate(texts)
    ]
    likely = np.full(len(texts), 0.01)
    for place, chance in (chances or {}).items():
        likely[place] = chance
    return echoes(sentences, np.array([sentence.clock for sentence in sentences]), likely)


def test_a_word_that_opens_likely_starts_counts_wherever_it_stands() -> None:
    texts = [f"Plain sentence {place}." for place in range(120)]
    for place in (20, 50, 80, 110):
        texts[place] = f"Ahoy number {place}."
    found = heard(texts, chances={20: 0.9, 50: 0.9, 80: 0.9})
    assert int(np.argmax(found["words_echo"])) in (20, 50, 80, 110)
    assert found["words_echo"][110] > 1.0 > found["words_echo"][100]


def test_a_sentence_is_no_witness_for_itself_nor_for_what_is_close_by() -> None:
    near = int(CLOSE_BY / LENGTH) - 1
    texts = [f"Plain sentence {place}." for place in range(120)]
    for place in (20, 20 + near // 2, 20 + near):
        texts[place] = "Ferry ahoy."
    assert heard(texts, chances={20: 0.9})["words_echo"].max() < 0.1


def test_whoever_takes_the_word_at_new_topics_is_known_by_it() -> None:
    voices = ["host" if place % 30 == 0 else "guest" if place % 10 else "other" for place in range(240)]
    found = heard(["So."] * 240, voices, {30: 0.8, 60: 0.8, 90: 0.8, 120: 0.8})
    assert found["turns_echo"][210] > 1.0
    assert found["turns_echo"][200] < 0.0, "the other one never began a topic"
    assert found["turns_echo"][205] == 0.0, "nobody took the word"


def test_scripts_without_spaces_echo_too() -> None:
    texts = [f"这是句子{place}。" for place in range(90)]
    for place in (20, 50, 80):
        texts[place] = "另外一题"
    found = heard(texts, chances={20: 0.9, 50: 0.9})
    assert found["words_echo"][80] > 1.0 > found["words_echo"][70]


@given(
    some.lists(
        some.tuples(some.text(max_size=12), some.sampled_from("abc"), some.floats(0, 1)),
        min_size=1,
        max_size=40,
    )
)
def test_any_words_in_any_voices_give_a_finite_number_each(said: list[tuple[str, str, float]]) -> None:
    texts, voices, chances = zip(*said, strict=True)
    found = heard(list(texts), list(voices), dict(enumerate(chances)))
    assert all(len(column) == len(said) and np.isfinite(column).all() for column in found.values())
