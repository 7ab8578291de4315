"""Summary: one paragraph that says what the recording is about, and the key points beside it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from digestly.engine.extractive.arrays import Floats
from digestly.engine.extractive.concepts import Concepts
from digestly.engine.extractive.headings import Heading, Namer
from digestly.engine.extractive.lengths import nodding
from digestly.engine.extractive.lines import spoken_words
from digestly.engine.extractive.scoring import Scored
from digestly.engine.extractive.sections import Span
from digestly.engine.extractive.select import best
from digestly.engine.extractive.sentences import Sentence
from digestly.engine.extractive.subjects import people, subjects
from digestly.engine.extractive.terms import Terms
from digestly.engine.extractive.tongues import Tongue
from digestly.engine.extractive.tongues.patterns import lowered

ANNOUNCED_WITHIN = 240.0  # spoken seconds in which speakers say what is to come
ANNOUNCEMENT = 60  # words at most
ANNOUNCEMENTS = 2
# Sentences and words beside the opening line: of one who speaks alone, and of a conversation. The more of it is
# nodding, the less a sentence says.
ALONE = (3, 40.0)
TOGETHER = (4, 55.0)
NODDING, NODDING_WORDS = 0.2, 60.0
FEWEST_SUBJECTS = 2
KEY_POINTS, FEWEST_KEY_POINTS = 5, 4
KEY_WORDS = 40.0
# A key point is read at a glance: each doubling of its words beyond these costs it so much.
GLANCE, LENGTHY = 11.0, 0.42
# It is nobody's story, but what holds: each word of the speaker's own self, up to so many, costs it so much.
SELF, MOST_SELF = 0.3, 3


@dataclass(frozen=True, slots=True)
class Overview:
    """`opening` are the sentences of the summary and `key` those of the key points, as their places."""

    text: str
    opening: tuple[int, ...]
    key: tuple[int, ...]


def overview(
    spans: Sequence[Span], names: Sequence[Heading], namer: Namer, grades: Scored, terms: Terms,
    concepts: Concepts,
) -> Overview:  # fmt: skip
    def words(place: int) -> float:
        return spoken_words(grades.text[place])

    sentences, tongue = namer.sentences, namer.tongue
    usable = np.flatnonzero(grades.usable).tolist()
    most, budget = _room(sentences)
    announced = _announcement(sentences, grades, tongue)
    told = best(
        [place for place in usable if place not in announced],
        grades.overall,
        terms,
        concepts,
        most=max(1, most - len(announced)),
        budget=max(1.0, budget - sum(map(words, announced))),
        wording=grades.text,
        beside=announced,
    )
    opening = sorted([*announced, *told])
    key = best(
        [place for place in usable if place not in opening],
        _best_of_each(grades, spans, usable, tongue),
        terms,
        concepts,
        most=KEY_POINTS,
        least=FEWEST_KEY_POINTS,
        budget=KEY_WORDS,
        wording=grades.text,
        beside=opening,
    )
    text = tongue.joined([*_who_and_what(namer, names), *(grades.text[place] for place in opening)])
    return Overview(text, tuple(opening), tuple(key))


def _room(sentences: Sequence[Sentence]) -> tuple[int, float]:
    """How many sentences, and words in them, a summary takes."""
    if len({sentence.speaker for sentence in sentences}) == 1:
        return ALONE
    most, words = TOGETHER
    nods = nodding(sentences)
    return most + (nods > NODDING), words + NODDING_WORDS * nods


def _who_and_what(namer: Namer, names: Sequence[Heading]) -> list[str]:
    """The opening line, which names who talks and what about."""
    tongue, about, who = namer.tongue, subjects(namer, names), people(namer.sentences)
    if not tongue.covers or len(about) < FEWEST_SUBJECTS:
        return []
    line = tongue.discusses if who and tongue.discusses else tongue.covers
    return [line.format(people=tongue.listed(who), topics=tongue.listed(about))]


def _announcement(sentences: Sequence[Sentence], grades: Scored, tongue: Tongue) -> list[int]:
    """The sentences near the start in which the speaker says what it will be about."""
    found = [
        place
        for place, sentence in enumerate(sentences)
        if sentence.clock <= ANNOUNCED_WITHIN
        and tongue.agenda.search(lowered(sentence.text))
        and 8 <= spoken_words(grades.text[place]) <= ANNOUNCEMENT
        and not tongue.dangling.match(grades.text[place])
        and not tongue.postpones.search(lowered(sentence.text))
        and not tongue.courtesy.search(lowered(grades.text[place]))
    ]
    return sorted(found, key=lambda place: (-grades.overall[place], place))[:ANNOUNCEMENTS]


def _best_of_each(grades: Scored, spans: Sequence[Span], usable: Sequence[int], tongue: Tongue) -> Floats:
    """Scores by which no section sends a second key point before every section had its chance."""
    score = 0.5 * grades.local + 0.5 * grades.overall
    for place in usable:
        text = grades.text[place]
        score[place] -= LENGTHY * max(math.log2(max(spoken_words(text), 1.0) / GLANCE), 0.0)
        score[place] -= SELF * min(len(tongue.personal.findall(lowered(text))), MOST_SELF)
    for span in spans:
        order = np.argsort(-score[span.first : span.end], kind="stable")
        score[span.first + order[1:]] -= 0.25
    return score
