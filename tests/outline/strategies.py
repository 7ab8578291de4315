"""Outlines of every kind, the nasty ones first: what Hypothesis feeds to the laws of this room."""

from __future__ import annotations

import json
from itertools import count
from pathlib import Path

from hypothesis import strategies as st

from digestly.outline import document
from digestly.outline.text import clean_line, clean_paragraphs
from digestly.outline.timestamps import MAX_SECONDS
from digestly.outline.types import Outline, Point, Section

DATA = Path(__file__).parents[1] / "data" / "outline"

# Everything that means something in one of the forms.
MARKS = [
    *("#", "##", "### ", "- ", "* ", "• ", "> ", "\\", '"', " - ", "“", "”", " — "),
    *("[1:02]", "[1:02:03]", "[9:99]", "[", "{#a1}", "{#a1 plus}", "{free}", "{plus}", "}", "1.", "3.1. "),
    *("🎉", "👩‍💻", "🇰🇷", "1️⃣", "#️⃣", "❤️", "©", "→", "<b>", "</p>", "&amp;", "`", "| "),
    *(
        "가",
        "각",
        "e\u0301",
        "\u0301",
        "\u0338",
        "\u200d",
        "\ufe0f",
        "\u00a0",
        "\u3000",
        "\u2028",
        "A",
        "b",
        "7",
    ),
]
EMOJI = ["🎉", "💬", "🤔", "👩‍💻", "🇰🇷", "1️⃣", "#️⃣", "❤️", "👍🏽", "🏴\U000e0067\U000e007f"]

raw_texts = st.text(max_size=30) | st.lists(st.sampled_from(MARKS), max_size=6).map("".join)
any_lines = raw_texts.map(clean_line)
lines = any_lines.filter(bool)
paragraphs = st.lists(lines, max_size=3).map("\n\n".join).map(clean_paragraphs).map(lambda text: text or None)
times = st.none() | st.integers(0, 100).map(float) | st.floats(0, MAX_SECONDS)
spans = st.none() | st.tuples(st.integers(0, 500), st.integers(0, 500)).map(sorted).map(tuple)
points = st.builds(
    Point,
    text=lines | st.sampled_from(["the same", "the same again"]),
    start=times,
    evidence=spans,
    speaker=st.none() | lines,
)
bullets = st.lists(points, max_size=3).map(tuple)
policies = st.sampled_from(["structural", "all_free", "all_locked"])


def _sections(depth: int) -> st.SearchStrategy[tuple[Section, ...]]:
    section = st.builds(
        Section,
        id=st.just(""),
        heading=any_lines,
        emoji=st.none() | st.sampled_from(EMOJI),
        access=st.sampled_from(["inherit", "inherit", "free", "plus"]),
        start=times,
        bullets=bullets,
        sections=_sections(depth - 1) if depth > 1 else st.just(()),
    )
    return st.lists(section, max_size=3).map(tuple)


def _identified(outline: Outline) -> Outline:
    ids = (f"{'abc'[number % 3]}{number}" for number in count())

    def section(anonymous: Section) -> Section:
        return Section(
            id=next(ids),
            heading=anonymous.heading,
            emoji=anonymous.emoji,
            access=anonymous.access,
            start=anonymous.start,
            bullets=anonymous.bullets,
            sections=tuple(map(section, anonymous.sections)),
        )

    return Outline(
        title=outline.title,
        summary=outline.summary,
        key_points=outline.key_points,
        sections=tuple(map(section, outline.sections)),
        insights=outline.insights,
        analysis=outline.analysis,
    )


outlines = st.builds(
    Outline,
    title=st.none() | lines,
    summary=any_lines,
    key_points=bullets,
    sections=_sections(3) | _sections(1),
    insights=bullets,
    analysis=paragraphs,
).map(_identified)


def repair_talk() -> Outline:
    """An invented talk in the shape of a real page: nine sections, thirteen sub-sections, five key points."""
    return document.load(json.loads((DATA / "repair_talk.json").read_text("utf-8")))
