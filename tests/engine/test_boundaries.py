"""Where topics begin is found by what is said and how, with weights that are fitted and told apart by name."""

from __future__ import annotations

import json

import numpy as np

from digestly.engine.extractive.boundaries import boundary_scores, echoed, evidence
from digestly.engine.extractive.sentences import Sentence
from digestly.engine.extractive.terms import terms_of
from digestly.engine.extractive.tongues import tongue_for
from digestly.engine.extractive.weights import FILE
from tests.growth import grows_linearly

ENGLISH = tongue_for("en")
HARBOUR = ("ferry", "harbour", "pier", "sailor")
GARDEN = ("tomato", "compost", "seedling", "greenhouse")


def said(texts: list[str], speakers: str = "A") -> list[Sentence]:
    return [
        Sentence(text, place, place, speakers[place % len(speakers)], place * 6.0, 6.0, 0.0)
        for place, text in enumerate(texts)
    ]


def about(words: tuple[str, ...], count: int) -> list[str]:
    return [f"The {words[n % 4]} needs the {words[(n + 1) % 4]} in winter." for n in range(count)]


def test_every_kind_of_evidence_has_a_fitted_weight_and_no_weight_is_left_over() -> None:
    sentences = said(about(HARBOUR, 30))
    columns = evidence(sentences, terms_of(sentences, ENGLISH), ENGLISH)
    written = json.loads(FILE.read_text(encoding="utf-8"))
    assert set(written["boundaries"]) == {*columns, "even"}
    assert set(written["boundaries_echoed"]) == {*columns, *echoed(sentences, np.zeros(30)), "even"}
    assert all(written["data"].values()), "each source of data names its licence"


def test_a_topic_begins_where_the_words_change() -> None:
    sentences = said([*about(HARBOUR, 40), *about(GARDEN, 40)])
    scores = boundary_scores(sentences, terms_of(sentences, ENGLISH), ENGLISH)
    assert abs(int(np.argmax(scores[5:-12])) + 5 - 40) <= 1


def test_saying_so_makes_a_new_topic_likelier() -> None:
    plain = said(about(HARBOUR, 40))
    announced = said([*about(HARBOUR, 20), "Next topic is the ferry and the pier.", *about(HARBOUR, 19)])
    before, after = (boundary_scores(one, terms_of(one, ENGLISH), ENGLISH)[20] for one in (plain, announced))
    assert after > before + 1


def test_what_opens_topics_in_this_recording_makes_a_new_one_likelier() -> None:
    """A phrase that nobody could know beforehand counts where it opened topics that are plain to see."""

    def score(opening: str) -> float:
        texts = [text for words in (HARBOUR, GARDEN) * 3 for text in (opening, *about(words, 39))]
        texts[-40:] = [*about(HARBOUR, 20), "Ahoy hoy.", *about(HARBOUR, 19)]
        sentences = said(texts)
        return float(boundary_scores(sentences, terms_of(sentences, ENGLISH), ENGLISH)[-20])

    assert score("Ahoy hoy.") > score("Fiddle dee.") + 0.2


def test_evidence_grows_with_the_recording_and_no_faster() -> None:
    def work(size: int) -> None:
        sentences = said([*about(HARBOUR, size // 2), *about(GARDEN, size // 2)], speakers="AAB")
        boundary_scores(sentences, terms_of(sentences, ENGLISH), ENGLISH)

    assert grows_linearly(work, size=1_000)
