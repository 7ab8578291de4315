"""Headings: short names for sections, out of the section's own words.

Best is a name the speaker gave ("titled …", "let's talk about …") or a short question that the section
answers; else the noun phrases that this section repeats and the others do not.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from digestly.engine.extractive.rewrite import tidy
from digestly.engine.extractive.sections import Span
from digestly.engine.extractive.sentences import Sentence, spoken_words
from digestly.engine.extractive.tongues import Tongue
from digestly.engine.extractive.tongues.tongue import NounRuns, Word

OPENING = 60.0  # seconds at the start of a section that count more
OPENING_WORTH = 2.0
NAMED_WITHIN = 4  # sentences in which a name for the section is looked for
LONGEST_PHRASE = 4
LONGEST = 60  # characters
PARTNER = 0.3  # a second phrase joins the first if it scores at least so much of it
# What a phrase is worth by its number of words: one word alone seldom says what is said about it.
SIZE_WORTH = (0.0, 0.4, 1.0, 1.15, 1.15)
# What an occurrence is worth that fills a whole run of nouns, touches one of its ends, or none.
EDGE_WORTH = (0.2, 0.5, 1.0)

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """`phrase` is the heading as it reads inside a sentence, "" when it cannot stand in one."""

    text: str
    phrase: str = ""


@dataclass(slots=True)
class _Profile:
    """The noun phrases of one section: how much each occurs, and how it is written."""

    worth: dict[Key, float] = field(default_factory=dict)
    written: dict[Key, Counter[str]] = field(default_factory=dict)

    def spelling(self, key: Key) -> str:
        """The commonest spelling; at a draw one in lower case, for a sentence's start raises any word."""
        spellings = self.written[key]
        return max(spellings, key=lambda text: (spellings[text], text.islower(), text))

    def times(self, key: Key) -> int:
        return self.written[key].total() if key in self.written else 0


class Namer:
    """Names the sections of one recording, each differently."""

    def __init__(self, sentences: Sequence[Sentence], tongue: Tongue) -> None:
        self.sentences = sentences
        self.tongue = tongue
        self.noun_runs = tongue.namer(sentence.text for sentence in sentences)
        self.runs = [list(self.noun_runs(sentence.text)) for sentence in sentences]
        self.speakers = _names_of_speakers(sentences, self.noun_runs)

    def headings(self, spans: Sequence[Span], *, above: str = "") -> list[Heading]:
        """One heading a span; none repeats another or the heading `above` them."""
        spread = Counter(term for span in spans for term in self._terms(span))
        used = {above.lower()}
        result = []
        for span in spans:
            profile = self._profile(span)
            opening = self.sentences[span.first : min(span.end, span.first + NAMED_WITHIN)]
            ranked = _ranked(profile, spread, len(spans), self.speakers)
            candidates = [*self._given(opening, profile), *_composed(ranked, profile, self.tongue)]
            fresh = (heading for heading in candidates if heading.text.lower() not in used)
            heading = next(fresh, None) or _first_words(opening, self.tongue)
            used.add(heading.text.lower())
            result.append(heading)
        return result

    def _terms(self, span: Span) -> set[str]:
        return {counted for runs in self.runs[span.first : span.end] for run in runs for _, counted in run}

    def _profile(self, span: Span) -> _Profile:
        profile = _Profile()
        begin = self.sentences[span.first].clock
        for place in range(span.first, span.end):
            worth = OPENING_WORTH if self.sentences[place].clock - begin < OPENING else 1.0
            for run in self.runs[place]:
                for words, edges in _grams(run, self.tongue):
                    key = tuple(counted for _, counted in words)
                    profile.worth[key] = profile.worth.get(key, 0.0) + worth * EDGE_WORTH[edges]
                    spelling = self.tongue.glue.join(surface for surface, _ in words)
                    profile.written.setdefault(key, Counter())[spelling] += 1
        return profile

    def _given(self, opening: Sequence[Sentence], profile: _Profile) -> Iterator[Heading]:
        """Names that the speaker gives the section, and a question that it answers."""
        tongue = self.tongue
        for sentence in opening:
            for found in tongue.titled.finditer(sentence.text):
                name = self._trimmed(found[found.lastgroup or 0], whole=found.lastgroup == "titled")
                if name and self._is_about(name, profile):
                    yield Heading(tongue.headline(name), self._lowered(name, profile))
        for sentence in opening:
            if tongue.asks.search(sentence.text) and 4 <= spoken_words(sentence.text) <= 14:
                question = tidy(sentence.text, tongue)
                if (
                    tongue.question.match(question)
                    and len(question) <= 80
                    and self._is_about(question, profile)
                ):
                    yield Heading(question)

    def _trimmed(self, name: str, *, whole: bool) -> str:
        """A given name from its first noun to the last one, or to its end; nothing if it is a clause."""
        runs = list(self.noun_runs(name))
        if not runs:
            return ""
        first, last = runs[0][0][0], runs[-1][-1][0]
        text = name[name.find(first) : len(name) if whole else name.rfind(last) + len(last)].strip(" ,\"“”'")
        nouns = sum(len(run) for run in runs)
        fits = 2 <= spoken_words(text) <= 9 and len(text) <= LONGEST
        return text if fits and (whole or 2 * nouns >= len(text.split())) else ""

    def _lowered(self, name: str, profile: _Profile) -> str:
        """A name as it reads inside a sentence: the capital goes that only its place at the start gave it."""
        first = name.split()[0]
        key = (self.tongue.term(first),)
        seen = profile.spelling(key) if key in profile.written else first.lower()
        return seen + name[len(first) :] if first[1:].islower() and seen == first.lower() else name

    def _is_about(self, name: str, profile: _Profile) -> bool:
        """Whether the section comes back to words of the name."""
        terms = [counted for run in self.noun_runs(name) for _, counted in run]
        return sum(profile.times((term,)) > 1 for term in terms) * 2 >= len(terms) > 0


def _names_of_speakers(sentences: Sequence[Sentence], noun_runs: NounRuns) -> frozenset[str]:
    speakers = sorted({sentence.speaker for sentence in sentences if sentence.speaker})
    return frozenset(counted for speaker in speakers for run in noun_runs(speaker) for _, counted in run)


def _grams(run: Sequence[Word], tongue: Tongue) -> Iterator[tuple[Sequence[Word], int]]:
    """Phrases within a run, each with how many ends of the run it touches."""
    longest = LONGEST_PHRASE if tongue.glue else 2 * LONGEST_PHRASE
    shortest = 1 if tongue.glue or run[0][0][0].isascii() else 2
    for size in range(shortest, min(longest, len(run)) + 1):
        for begin in range(len(run) - size + 1):
            words = run[begin : begin + size]
            if not tongue.glue or len({counted for _, counted in words}) == size:
                yield words, (begin == 0) + (begin + size == len(run))


def _ranked(
    profile: _Profile, spread: Counter[str], sections: int, speakers: frozenset[str]
) -> list[tuple[float, Key]]:
    """Phrases of the section, the most telling first."""
    scores = []
    for key, worth in profile.worth.items():
        if not speakers.isdisjoint(key):
            continue
        rarity = sum(math.log((sections + 1) / (spread[term] + 0.3)) + 0.35 for term in key) / len(key)
        size = (
            len(key) if len(key[0]) > 1 else (len(key) + 1) // 2
        )  # two characters of an unspaced script are a word
        named = any(mark.isupper() for mark in profile.spelling(key))
        steady = (1 - 1 / (1 + profile.times(key))) ** 2  # said once is no topic
        value = worth**0.75 * steady * rarity * SIZE_WORTH[min(size, 4)] * (1.25 if named else 1.0)
        scores.append((value, key))
    scores.sort(key=lambda scored: (-scored[0], scored[1]))
    return scores[:40]


def _composed(ranked: Sequence[tuple[float, Key]], profile: _Profile, tongue: Tongue) -> Iterator[Heading]:
    """The best phrases, each together with the next best that adds something to it."""
    for place, (score, key) in enumerate(ranked[:12]):
        first = profile.spelling(key)
        partners = (
            profile.spelling(other)
            for value, other in ranked[place + 1 :]
            if value >= PARTNER * score and set(other).isdisjoint(key)
        )
        partner = next((other for other in partners if not _alike(first, other)), "")
        for phrases in ([first, partner], [first]) if partner and spoken_words(first) < 3.5 else ([first],):
            phrase = tongue.listed(phrases)
            if len(phrase) <= LONGEST:
                yield Heading(tongue.headline(phrase), first)


def _alike(one: str, other: str) -> bool:
    """Whether one phrase holds the other; in unspaced scripts, whether they share a pair of characters."""
    one, other = one.lower(), other.lower()
    if one in other or other in one:
        return True
    return (
        not one.isascii()
        and " " not in one + other
        and any(one[at : at + 2] in other for at in range(len(one) - 1))
    )


def _first_words(opening: Sequence[Sentence], tongue: Tongue) -> Heading:
    """A section without a noun of its own is named by how it begins."""
    text = tidy(opening[0].text, tongue) or opening[0].text
    words = tongue.headline(" ".join(text.split()[:6])[:LONGEST].strip(" .,。、"))
    return Heading(words or text[:LONGEST])
