"""Lengths: how long a topic usually lasts in a recording, by how long people talk and how."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from digestly.engine.extractive.sentences import Sentence

USUAL = 270.0  # spoken seconds a topic lasts in a recording of an hour
# In free talk, full of sentences that are hardly a word, topics last longer than where speech is prepared; and where
# long turns follow each other, a topic is a handful of them.
NOD = 1.2  # spoken seconds of a sentence that only nods
NODDING = 1.6
TURNS, LONGEST_USUAL = 5, 600.0
FEWEST_TURNS = 4


def usual_length(sentences: Sequence[Sentence]) -> float:
    """Spoken seconds. Sections grow with the square root of the recording, for nobody reads a hundred headings, and
    with its ease."""
    duration = end_of(sentences)
    usual = USUAL * math.sqrt(max(duration, 150.0) / 3600) * math.exp(NODDING * nodding(sentences))
    turns = 1 + sum(one.speaker != other.speaker for one, other in pairwise(sentences))
    return max(usual, min(TURNS * duration / turns, LONGEST_USUAL)) if turns > FEWEST_TURNS else usual


def nodding(sentences: Sequence[Sentence]) -> float:
    """The share of sentences that are hardly a word: a tenth where speech is prepared, half of free talk."""
    return sum(sentence.length < NOD for sentence in sentences) / len(sentences)


def end_of(sentences: Sequence[Sentence]) -> float:
    return sentences[-1].clock + sentences[-1].length
