"""Cuts fall where the evidence is, and lengths stay readable."""

from __future__ import annotations

import itertools

import numpy as np

from digestly.engine.extractive.cuts import best_cuts
from digestly.engine.extractive.sections import Span, topics
from digestly.engine.extractive.sentences import Sentence


def talk(minutes: float) -> list[Sentence]:
    return [Sentence("A sentence.", i, i, None, i * 5.0, 5.0, 0.0) for i in range(int(minutes * 12))]


def leaves(spans: tuple[Span, ...]) -> list[Span]:
    return [leaf for span in spans for leaf in span.parts or (span,)]


def test_sections_cover_every_sentence_once() -> None:
    for minutes in (0.1, 1, 5, 40, 300):
        said = talk(minutes)
        spans = topics(said, np.sin(np.arange(len(said)) * 12.9898) * 3)
        for level in (spans, leaves(spans)):
            assert level[0].first == 0
            assert level[-1].end == len(said)
            assert all(one.end == other.first for one, other in itertools.pairwise(level))


def test_strong_evidence_is_where_the_cuts_fall() -> None:
    said = talk(40)
    scores = np.zeros(len(said))
    scores[[100, 230, 350]] = 9.0
    assert {100, 230, 350} <= {span.first for span in topics(said, scores)}


def test_twelve_hours_have_a_readable_number_of_sections_with_sub_sections() -> None:
    said = talk(720)
    spans = topics(said, np.sin(np.arange(len(said)) * 78.233) * 2)
    assert 10 <= len(spans) <= 80
    assert any(span.parts for span in spans)


def test_a_talk_that_scores_higher_throughout_has_the_same_sections() -> None:
    said = talk(60)
    scores = np.sin(np.arange(len(said)) * 12.9898) * 3
    assert topics(said, scores) == topics(said, scores + 5)


def test_of_two_starts_close_together_the_better_one_begins_the_section() -> None:
    said = talk(40)
    scores = np.zeros(len(said))
    scores[[200, 203]] = 8.0, 9.0
    firsts = {span.first for span in topics(said, scores)}
    assert 203 in firsts
    assert 200 not in firsts


def test_no_section_is_longer_than_wanted_where_it_can_begin_anew() -> None:
    edges = np.arange(721) * 5.0
    scores = np.where(np.arange(720) < 300, 3.0, -9.0)
    cuts = best_cuts(edges, scores, 0, 720, usual=1200.0, longest=600.0)
    assert max(np.diff(edges[cuts])) <= 600
