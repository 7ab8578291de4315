"""Summary: one paragraph that says what the recording is about, and the key points beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from digestly.engine.extractive.headings import Heading
from digestly.engine.extractive.scoring import Scored
from digestly.engine.extractive.sections import Span
from digestly.engine.extractive.select import best
from digestly.engine.extractive.sentences import Sentence, spoken_words
from digestly.engine.extractive.terms import Terms
from digestly.engine.extractive.tongues import Tongue

ANNOUNCED_WITHIN = 240.0  # spoken seconds in which speakers say what is to come
ANNOUNCEMENT = 60  # words at most
ANNOUNCEMENTS = 2
SENTENCES = 3
WORDS = 50.0
NAMED = 6
KEY_POINTS, FEWEST_KEY_POINTS = 5, 4
KEY_WORDS = 40.0
# A key point is read at a glance: each doubling of its words beyond these costs it so much.
GLANCE, LENGTHY = 11.0, 0.42


@dataclass(frozen=True, slots=True)
class Overview:
    """`opening` are the sentences of the summary and `key` those of the key points, as their places."""

    text: str
    opening: tuple[int, ...]
    key: tuple[int, ...]


def overview(
    sentences: Sequence[Sentence],
    spans: Sequence[Span],
    names: Sequence[Heading],
    grades: Scored,
    terms: Terms,
    tongue: Tongue,
) -> Overview:
    def words(place: int) -> float:
        return spoken_words(grades.text[place])

    usable = np.flatnonzero(grades.usable).tolist()
    announced = _announcement(sentences, grades, tongue)
    told = best(
        [place for place in usable if place not in announced],
        grades.overall,
        terms,
        most=SENTENCES - len(announced),
        budget=WORDS,
        words=words,
        beside=announced,
    )
    opening = sorted([*announced, *told])
    key = best(
        [place for place in usable if place not in opening],
        _best_of_each(
            grades, spans, [words(place) if grades.usable[place] else 0.0 for place in range(len(sentences))]
        ),
        terms,
        most=KEY_POINTS,
        least=FEWEST_KEY_POINTS,
        budget=KEY_WORDS,
        words=words,
        beside=opening,
    )
    text = tongue.joined(
        [*(grades.text[place] for place in opening), *_topics(spans, names, sentences, tongue)]
    )
    return Overview(text, tuple(opening), tuple(key))


def _announcement(sentences: Sequence[Sentence], grades: Scored, tongue: Tongue) -> list[int]:
    """The sentences near the start in which the speaker says what it will be about."""
    found = [
        place
        for place, sentence in enumerate(sentences)
        if sentence.clock <= ANNOUNCED_WITHIN
        and tongue.agenda.search(sentence.text.lower())
        and 8 <= spoken_words(grades.text[place]) <= ANNOUNCEMENT
        and not tongue.dangling.match(grades.text[place])
        and not tongue.postpones.search(sentence.text.lower())
    ]
    return sorted(found, key=lambda place: (-grades.overall[place], place))[:ANNOUNCEMENTS]


def _best_of_each(grades: Scored, spans: Sequence[Span], words: Sequence[float]) -> np.ndarray:
    """Scores by which no section sends a second key point before every section had its chance."""
    lengthy = LENGTHY * np.maximum(np.log2(np.maximum(words, 1.0) / GLANCE), 0.0)
    score = 0.5 * grades.local + 0.5 * grades.overall - lengthy
    for span in spans:
        order = np.argsort(-score[span.first : span.end], kind="stable")
        score[span.first + order[1:]] -= 0.25
    return score


def _topics(
    spans: Sequence[Span], names: Sequence[Heading], sentences: Sequence[Sentence], tongue: Tongue
) -> list[str]:
    """The closing line that names the longest sections, in their order."""

    def length(place: int) -> float:
        return sum(sentence.length for sentence in sentences[spans[place].first : spans[place].end])

    named: dict[str, int] = {}
    for place, name in enumerate(names):
        if name.phrase and (name.phrase not in named or length(place) > length(named[name.phrase])):
            named[name.phrase] = place
    longest = sorted(sorted(named.values(), key=lambda place: (-length(place), place))[:NAMED])
    if not tongue.covers or len(longest) < 2:
        return []
    return [tongue.covers.format(topics=tongue.listed([names[place].phrase for place in longest]))]
