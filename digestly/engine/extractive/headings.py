"""Headings: short names for sections, out of the section's own words.

Best is a name the speaker gave ("titled …", "let's talk about …") or a short question that the section
answers; else the noun phrases that this section repeats and the others do not.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from digestly.engine.extractive.lines import is_closed, spoken_words
from digestly.engine.extractive.phrases import Key, Profile, alike, phrases_in
from digestly.engine.extractive.rewrite import tidy
from digestly.engine.extractive.sections import Span
from digestly.engine.extractive.sentences import Sentence
from digestly.engine.extractive.tongues import Tongue
from digestly.engine.extractive.tongues.patterns import lowered, spaced
from digestly.engine.extractive.tongues.tongue import NounRuns, Word

OPENING = 60.0  # seconds at the start of a section that count more
OPENING_WORTH = 2.0
NAMED_WITHIN = 4  # sentences in which a name for the section is looked for
LONGEST = 60  # characters
# Who is called by a name so often, and at such a share of its uses, is a person and no topic.
CALLS, CALLED = 3, 0.1
# A second phrase joins the first if it scores at least so much of it, and is more than a word in passing.
PARTNER = 0.3
RANKED = 40  # phrases of a section that may name it
IN_PASSING = 4  # times


@dataclass(frozen=True, slots=True)
class Heading:
    """`phrase` is the heading as it reads inside a sentence, "" when it cannot stand in one; `is_given`: by the
    speaker, who named what is to come."""

    text: str
    phrase: str = ""
    is_given: bool = False


class Namer:
    """Names the sections of one recording, each differently, and none by what is `sold` in it."""

    def __init__(self, sentences: Sequence[Sentence], tongue: Tongue, sold: Collection[int] = ()) -> None:
        self.sentences = sentences
        self.tongue = tongue
        self.noun_runs = tongue.namer(sentence.text for sentence in sentences)
        self.runs = [
            [] if place in sold else list(self.noun_runs(sentence.text))
            for place, sentence in enumerate(sentences)
        ]
        self.phrases = phrases_in(self.runs, tongue)
        self.people = _names_of_speakers(sentences, self.noun_runs) | _addressed(sentences, self.runs, tongue)

    def headings(self, spans: Sequence[Span], *, above: str = "") -> list[Heading]:
        """One heading a span; none repeats another or the heading `above` them."""
        spread = Counter(term for span in spans for term in self._terms(span))
        used = {above.lower()}
        result = []
        for span in spans:
            profile = self._profile(span)
            opening = self.sentences[span.first : min(span.end, span.first + NAMED_WITHIN)]
            ranked = _ranked(profile, spread, len(spans), self.people)
            candidates = [*self._given(opening, profile), *_composed(ranked, profile, self.tongue)]
            fresh = (heading for heading in candidates if heading.text.lower() not in used)
            heading = next(fresh, None) or _first_words(opening, self.tongue)
            used.add(heading.text.lower())
            result.append(heading)
        return result

    def _terms(self, span: Span) -> set[str]:
        return {counted for runs in self.runs[span.first : span.end] for run in runs for _, counted in run}

    def _profile(self, span: Span) -> Profile:
        profile = Profile()
        begin = self.sentences[span.first].clock
        for place in range(span.first, span.end):
            worth = OPENING_WORTH if self.sentences[place].clock - begin < OPENING else 1.0
            profile.count(self.phrases[place], worth)
        return profile

    def _given(self, opening: Sequence[Sentence], profile: Profile) -> Iterator[Heading]:
        """Names that the speaker gives the section, and a question that it answers."""
        tongue = self.tongue
        # Without marks nobody knows where a name ends.
        closed = [sentence for sentence in opening if is_closed(sentence.text)]
        for sentence in closed:
            for found in tongue.titled.finditer(sentence.text):
                name = self._trimmed(found[found.lastgroup or 0], whole=found.lastgroup == "titled")
                if name and self._is_about(name, profile):
                    yield Heading(tongue.headline(name), self._lowered(name, profile), is_given=True)
        for sentence in opening:
            if tongue.asks.search(lowered(sentence.text)) and 4 <= spoken_words(sentence.text) <= 14:
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

    def _lowered(self, name: str, profile: Profile) -> str:
        """A name as it reads inside a sentence: the capital goes that only its place at the start gave it."""
        first = name.split()[0]
        key = (self.tongue.term(first),)
        seen = profile.spelling(key) if key in profile.written else first.lower()
        return seen + name[len(first) :] if first[1:].islower() and seen == first.lower() else name

    def _is_about(self, name: str, profile: Profile) -> bool:
        """Whether the section comes back to words of the name."""
        terms = [counted for run in self.noun_runs(name) for _, counted in run]
        return sum(profile.times((term,)) > 1 for term in terms) * 2 >= len(terms) > 0


def _names_of_speakers(sentences: Sequence[Sentence], noun_runs: NounRuns) -> frozenset[str]:
    speakers = sorted({sentence.speaker for sentence in sentences if sentence.speaker})
    return frozenset(counted for speaker in speakers for run in noun_runs(speaker) for _, counted in run)


def _addressed(
    sentences: Sequence[Sentence], runs: Sequence[Sequence[list[Word]]], tongue: Tongue
) -> frozenset[str]:
    """Those who are spoken to by a name that no line bears: a nickname, or all where nobody wrote who speaks."""
    calls = Counter(
        tongue.term(found[found.lastgroup or 0])
        for sentence in sentences
        for found in tongue.addresses.finditer(spaced(sentence.text))
    )
    said = Counter(counted for found in runs for run in found for _, counted in run)
    return frozenset(
        name for name, times in calls.items() if times >= CALLS and times >= CALLED * max(said[name], 1)
    )


def _ranked(
    profile: Profile, spread: Counter[str], sections: int, people: frozenset[str]
) -> list[tuple[float, Key]]:
    """Phrases of the section, the most telling first."""
    scores = []
    repeated = [key for key in profile.worth if profile.times(key) > 1]
    for key in repeated if len(repeated) >= RANKED else profile.worth:
        if not people.isdisjoint(key):
            continue
        rarity = sum(math.log((sections + 1) / (spread[term] + 0.3)) + 0.35 for term in key) / len(key)
        scores.append((profile.value(key) * rarity, key))
    scores.sort(key=lambda scored: (-scored[0], scored[1]))
    return scores[:RANKED]


def _composed(ranked: Sequence[tuple[float, Key]], profile: Profile, tongue: Tongue) -> Iterator[Heading]:
    """The best phrases, each together with the next best that adds something to it."""
    for place, (score, key) in enumerate(ranked[:12]):
        first = profile.spelling(key)
        partners = (
            profile.spelling(other)
            for value, other in ranked[place + 1 :]
            if value >= PARTNER * score and set(other).isdisjoint(key) and _tells(other, profile)
        )
        partner = next((other for other in partners if not alike(first, other)), "")
        for phrases in ([first, partner], [first]) if partner and spoken_words(first) < 3.5 else ([first],):
            phrase = tongue.listed(phrases)
            if len(phrase) <= LONGEST:
                yield Heading(tongue.headline(phrase), first)


def _tells(key: Key, profile: Profile) -> bool:
    return len(key) > 1 or profile.is_name(key) or profile.times(key) > IN_PASSING


def _first_words(opening: Sequence[Sentence], tongue: Tongue) -> Heading:
    """A section without a noun of its own is named by how it begins."""
    text = tidy(opening[0].text, tongue) or opening[0].text
    words = tongue.headline(" ".join(text.split()[:6])[:LONGEST].strip(" .,。、"))
    return Heading(words or text[:LONGEST])
