"""Subjects: what the whole recording is about, in a few noun phrases, and who talks about it."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Sequence

from digestly.engine.extractive.headings import Heading, Namer
from digestly.engine.extractive.phrases import Key, Profile, alike
from digestly.engine.extractive.sentences import Sentence
from digestly.outline.text import clean_line

MOST, MOST_GIVEN = 7, 4
FEWEST_TIMES = 3
STRETCH = 120.0  # spoken seconds; what comes back in several stretches is more than an aside
SPREAD = 0.3
# Shares of what is said, from which on somebody is one of those who talk, and how many of them are named.
SHARE, MOST_NAMED, LONGEST_NAME = 0.08, 4, 40

_TITLE = re.compile(r"\s*\(.*?\)|\s*[:：]\s*$")
_NUMBERED = re.compile(r"\d|^[^\W\d_]$")


def subjects(namer: Namer, headings: Sequence[Heading]) -> list[str]:
    """Up to `MOST` noun phrases: what the speakers announced by name, then what they come back to most."""
    tongue = namer.tongue
    profile = Profile()
    stretches: dict[str, set[int]] = defaultdict(set)
    for sentence, runs, phrases in zip(namer.sentences, namer.runs, namer.phrases, strict=True):
        profile.count(phrases)
        for run in runs:
            for _, counted in run:
                stretches[counted].add(int(sentence.clock // STRETCH))

    def telling(key: Key) -> float:
        return profile.value(key) * (1 + SPREAD * math.log(min(len(stretches[word]) for word in key)))

    known = [
        key for key in profile.worth
        if profile.times(key) >= FEWEST_TIMES and namer.people.isdisjoint(key)
    ]  # fmt: skip
    chosen = list(dict.fromkeys(heading.phrase for heading in headings if heading.is_given))[:MOST_GIVEN]
    used: set[str] = set()
    for key in sorted(known, key=lambda key: (-telling(key), key)):
        if len(chosen) == MOST:
            break
        phrase = tongue.counted(profile.written[key], profile.spelling(key))
        if used.isdisjoint(key) and not any(alike(phrase, other) for other in chosen):
            chosen.append(phrase)
            used.update(key)
    return chosen


def people(sentences: Sequence[Sentence]) -> list[str]:
    """Those who say the most, by name; nobody where one alone speaks or the transcript only numbers them."""
    said: dict[str, float] = defaultdict(float)
    for sentence in sentences:
        said[_TITLE.sub("", clean_line(sentence.speaker or ""))] += sentence.length
    least = SHARE * sum(said.values())
    named = [
        name for name, length in sorted(said.items(), key=lambda one: (-one[1], one[0]))
        if length >= least and name and len(name) <= LONGEST_NAME and not _NUMBERED.search(name)
    ]  # fmt: skip
    return named[:MOST_NAMED] if len(named) > 1 else []
