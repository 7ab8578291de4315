"""Adverts: what a sponsor pays to have said is no part of the digest.

One phrase alone may be talk about business; where two come close to each other, all between them is sold.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from digestly.engine.extractive.sentences import Sentence
from digestly.engine.extractive.tongues import Tongue
from digestly.engine.extractive.tongues.patterns import lowered

LONGEST = 90.0  # spoken seconds between two phrases of one advertisement


def advertised(sentences: Sequence[Sentence], tongue: Tongue) -> set[int]:
    """Places of the sentences that advertise something."""
    marked = [
        place for place, sentence in enumerate(sentences) if tongue.sells.search(lowered(sentence.text))
    ]
    sold = set(marked)
    for one, other in pairwise(marked):
        if sentences[other].clock - sentences[one].clock <= LONGEST:
            sold.update(range(one, other))
    return sold
