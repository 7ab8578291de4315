"""Compose: the walk from segments to an outline, one step a line."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np

from digestly.engine.chapters import Chapter, places
from digestly.engine.extractive.adverts import advertised
from digestly.engine.extractive.boundaries import boundary_scores
from digestly.engine.extractive.concepts import concepts_of
from digestly.engine.extractive.emoji import emoji_for
from digestly.engine.extractive.headings import Heading, Namer
from digestly.engine.extractive.insights import insights
from digestly.engine.extractive.scoring import Scored, scored
from digestly.engine.extractive.sections import Span, topics
from digestly.engine.extractive.select import best
from digestly.engine.extractive.sentences import Sentence, sentences
from digestly.engine.extractive.summary import overview
from digestly.engine.extractive.terms import Terms, terms_of
from digestly.engine.extractive.tongues import tongue_for
from digestly.outline.text import clean_line, fresh_id
from digestly.outline.timestamps import MAX_SECONDS
from digestly.outline.types import Outline, Point, Section
from digestly.transcripts.types import Segment

BULLETS = 7
# What covering a usual term counts beside the merit of sentences, and the power of how rare terms are: in a section,
# and in the whole.
COVERAGE, RARITY = 1.7, 1.0
COVERAGE_OVERALL, RARITY_OVERALL = 0.85, 0.6
BULLET_WORDS = 42.0  # for any section
BULLET_WORDS_A_MINUTE = 9.0
PROFILE = 10  # telling terms of a section that may suggest its picture


def compose(
    segments: Sequence[Segment], language: str, *, title: str | None = None, chapters: Sequence[Chapter] = ()
) -> Outline:
    """The digest of a transcript in which enough is said, its sections those of its `chapters` if it has any."""
    tongue = tongue_for(language)
    said = sentences(segments, tongue)
    terms = terms_of(said, tongue)
    opening = places(chapters, [sentence.first for sentence in said])
    spans = topics(said, boundary_scores(said, terms, tongue), opening)
    leaves = [leaf for span in spans for leaf in span.parts or (span,)]
    sold = advertised(said, tongue)
    grades = scored(said, leaves, terms, tongue, sold)
    namer = Namer(said, tongue, sold)
    names = namer.headings(spans)
    if opening:
        names = [
            replace(name, text=chapter.heading or name.text)
            for chapter, name in zip(chapters, names, strict=True)
        ]
    whole = concepts_of(terms, 0, len(said), rarity=RARITY_OVERALL, weight=COVERAGE_OVERALL)
    view = overview(spans, names, namer, grades, terms, whole)
    writer = _Writer(segments, said, terms, grades, namer)
    told = grades.text.told_by([*view.opening, *view.key])
    # The summary tells in one breath what sections tell in place; a key point would read the same in both.
    sections = writer.sections(spans, names, grades.text.told_by(view.key))
    return Outline(
        title=title,
        summary=view.text,
        key_points=tuple(writer.point(place) for place in view.key),
        sections=sections,
        insights=tuple(
            writer.point(place)
            for place in insights(said, grades, terms, whole, tongue, writer.written | told)
        ),
    )


class _Writer:
    """Turns places in the transcript into sections and points."""

    def __init__(
        self,
        segments: Sequence[Segment],
        said: Sequence[Sentence],
        terms: Terms,
        grades: Scored,
        namer: Namer,
    ) -> None:
        self.segments = segments
        self.said = said
        self.terms = terms
        self.grades = grades
        self.namer = namer
        self.written: set[int] = set()
        self.ids: set[str] = set()

    def sections(
        self, spans: Sequence[Span], names: Sequence[Heading], told: Collection[int]
    ) -> tuple[Section, ...]:
        pictures = emoji_for([name.text for name in names], [self._profile(span) for span in spans])
        return tuple(
            self._section(span, name, picture, told)
            for span, name, picture in zip(spans, names, pictures, strict=True)
        )

    def point(self, place: int) -> Point:
        told = self.grades.text.places(place)
        return Point(
            text=self.grades.text[place],
            start=self._start(told.start),
            evidence=(self.said[told.start].first, self.said[place].last),
            speaker=clean_line(self.said[place].speaker or "") or None,
        )

    def _section(self, span: Span, name: Heading, picture: str | None, told: Collection[int]) -> Section:
        parts: tuple[Section, ...] = ()
        if span.parts:
            parts = tuple(
                self._section(part, part_name, None, told)
                for part, part_name in zip(
                    span.parts, self.namer.headings(span.parts, above=name.text), strict=True
                )
            )
        return Section(
            id=self._fresh_id(name.text, span),
            heading=name.text,
            emoji=picture,
            start=self._start(span.first),
            bullets=() if parts else tuple(self.point(place) for place in self._bullets(span, told)),
            sections=parts,
        )

    def _bullets(self, span: Span, told: Collection[int]) -> list[int]:
        """The best sentences of a section; what stands at the top comes back where little is left."""
        places = range(span.first, span.end)
        usable = [place for place in places if self.grades.usable[place]]
        fresh = [place for place in usable if place not in told]
        candidates = fresh if len(fresh) >= 2 else usable or list(places)
        minutes = sum(self.said[place].length for place in places) / 60
        chosen = best(
            candidates,
            self.grades.local,
            self.terms,
            concepts_of(self.terms, span.first, span.end, rarity=RARITY, weight=COVERAGE),
            most=BULLETS,
            budget=BULLET_WORDS + BULLET_WORDS_A_MINUTE * minutes,
            wording=self.grades.text,
        )
        self.written |= self.grades.text.told_by(chosen)
        return chosen

    def _profile(self, span: Span) -> list[str]:
        """Terms of a section, the most telling first."""
        ids, counts = np.unique(self.terms.between(span.first, span.end), return_counts=True)
        worth = counts * self.terms.weight[ids]
        return [self.terms.names[ids[place]] for place in np.argsort(-worth, kind="stable")[:PROFILE]]

    def _start(self, place: int) -> float | None:
        start = self.segments[self.said[place].first].start
        return start if start is not None and 0 <= start <= MAX_SECONDS else None

    def _fresh_id(self, heading: str, span: Span) -> str:
        identifier = fresh_id(f"{heading} {span.first}", self.ids)
        self.ids.add(identifier)
        return identifier
