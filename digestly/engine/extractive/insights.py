"""Insights: the few sentences worth quoting word for word."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from digestly.engine.extractive.concepts import Concepts
from digestly.engine.extractive.lines import is_closed, spoken_words
from digestly.engine.extractive.scoring import Scored
from digestly.engine.extractive.select import best
from digestly.engine.extractive.sentences import Sentence
from digestly.engine.extractive.terms import Terms
from digestly.engine.extractive.tongues import Tongue
from digestly.engine.extractive.tongues.patterns import lowered

MOST = 3
FEWEST_WORDS = 9
MOST_WORDS = 30


def insights(
    sentences: Sequence[Sentence], grades: Scored, terms: Terms, concepts: Concepts, tongue: Tongue,
    told: Collection[int],
) -> list[int]:  # fmt: skip
    """Places of up to three quotable sentences that the digest has not told yet."""
    quotable = [
        place
        for place in np.flatnonzero(grades.usable).tolist()
        if place not in told
        # Only a transcript with sentence marks knows where somebody's words begin and end.
        and is_closed(sentences[place].text)
        and tongue.quotable.search(lowered(sentences[place].text))
        and FEWEST_WORDS <= spoken_words(grades.text[place]) <= MOST_WORDS
        and not tongue.dangling.match(grades.text[place])
        and not tongue.asks.search(lowered(grades.text[place]))
    ]
    return best(
        quotable,
        grades.overall,
        terms,
        concepts,
        most=MOST,
        budget=MOST * MOST_WORDS,
        wording=grades.text,
        beside=sorted(told),
    )
