"""Chapters: followed where they can be believed, and only there; what is sold in between is not heard."""

from __future__ import annotations

import itertools
import json
import random
from pathlib import Path

import pytest

from digestly.engine import Draft, Options, make_outline
from digestly.engine.chapters import heading_of, heard
from digestly.engine.llm.parts import parts_of
from digestly.transcripts.types import Segment

# What is spoken about, in which words, and for how many cues of five seconds.
TALK = (
    ("welcome friends harbour show evening listeners programme", 5),
    ("crane cranes lift container containers ship quay steel hook driver", 60),
    ("mattress sleep foam discount code pillow checkout offer", 12),
    ("net nets mend fishing winter hall rope knot needle fisherman", 60),
    ("tide tides current currents moon boat bay water harbour depth", 60),
)
MARKS = [
    (0.0, "Intro"), (25.0, "01. New cranes at the quay"), (325.0, "Sponsor: Sleepwell"), (385.0, "Mending nets"),
    (685.0, "Chapter 4"),
]  # fmt: skip


@pytest.fixture(scope="module")
def segments() -> list[Segment]:
    lot, clock = random.Random(4), itertools.count(0, 5)
    return [
        Segment(
            float(start := next(clock)), start + 5.0, "Mina",
            f"The {' '.join(lot.choices(words.split(), k=9))} matter to everybody here.",
        )
        for words, cues in TALK
        for _ in range(cues)
    ]  # fmt: skip


def made(segments: list[Segment], marks: list[tuple[float, str]]) -> Draft:
    return make_outline(segments, Options(language="en", chapters=marks))


def starts(draft: Draft) -> list[float | None]:
    return [section.start for section in draft.outline.sections]


def test_sections_begin_and_are_called_as_the_publisher_has_it(segments: list[Segment]) -> None:
    sections = made(segments, MARKS).outline.sections
    assert [section.start for section in sections] == [0.0, 385.0, 685.0]
    assert [section.heading for section in sections[:2]] == ["New cranes at the quay", "Mending nets"]
    assert "Chapter" not in sections[2].heading  # a number names nothing: the engine does
    assert all(section.bullets for section in sections)


def test_nothing_that_a_chapter_sells_is_told(segments: list[Segment]) -> None:
    written = json.dumps([str(part) for part in made(segments, MARKS).outline.walk()])
    assert "mattress" in json.dumps([segment.text for segment in segments])
    for word in ("mattress", "pillow", "discount", "Sleepwell"):
        assert word not in written


def test_evidence_counts_the_segments_that_were_handed_in(segments: list[Segment]) -> None:
    for section in made(segments, MARKS).outline.walk():
        for bullet in section.bullets:
            assert bullet.evidence
            assert segments[bullet.evidence[0]].start == bullet.start


@pytest.mark.parametrize(
    "marks",
    [
        [],
        [(0.0, "All of it")],
        [(float(start), f"Link about {start}") for start in range(0, 980, 30)],
        [(0.0, "Hello"), (30.0, "The whole conversation")],
        [(0.0, "Cranes"), (300.0, "Nets"), (700.0, "Tides"), (4_000.0, "Another recording")],
        [(float("nan"), "Cranes"), (float("nan"), "Nets")],
        [(-5.0, "Cranes"), (-1.0, "Nets"), (400.0, "Tides")],
        [(0.0, "Sponsor"), (200.0, "Sponsor"), (450.0, "Ads"), (700.0, "Ad break")],
    ],
    ids=[
        "none",
        "one",
        "moments",
        "hello and the rest",
        "too long",
        "no times",
        "before it began",
        "all sold",
    ],
)
def test_what_cannot_be_believed_changes_nothing(
    segments: list[Segment], marks: list[tuple[float, str]]
) -> None:
    assert heard(segments, marks) == (segments, ())
    assert made(segments, marks) == made(segments, [])


def test_a_transcript_without_times_has_no_chapters(segments: list[Segment]) -> None:
    timeless = [Segment(None, None, segment.speaker, segment.text) for segment in segments]
    assert heard(timeless, MARKS) == (timeless, ())


def test_order_is_no_matter_and_a_beginning_before_the_first_mark_is_a_section(
    segments: list[Segment],
) -> None:
    late = [(685.0, "Tides"), (385.0, "Nets"), (100.0, "Cranes")]
    assert starts(made(segments, late)) == [0.0, 100.0, 385.0, 685.0]


@pytest.mark.parametrize(
    ("title", "heading"),
    [
        ("3. Why nets tear", "Why nets tear"),
        ("Chapter 12: Why nets tear", "Why nets tear"),
        ("7 habits of harbour masters", "7 habits of harbour masters"),
        ("그물을 고치는 법", "그물을 고치는 법"),
        ("Chapter 3", ""), ("제3장", ""), ("00:12:30", ""), ("♪♪♪", ""), ("", ""), ("x" * 300, ""),
        ("Visit https://harbour.example now", ""), ("Mail me@harbour.example", ""),
        ("<script>alert(1)</script> Why \u202enets\0 tear", "alert(1) Why nets tear"),
        ("[nets](javascript:alert)", "nets"),
    ],
)  # fmt: skip
def test_a_title_becomes_a_heading_or_nothing(title: str, heading: str) -> None:
    assert heading_of(title) == heading


@pytest.mark.parametrize(
    "title",
    [
        "Sponsor", "SPONSOR: Sleepwell", "Ad break", "[Ad]", "Sponsored by Sleepwell", "Sponsor message – Sleepwell",
        "A word from our sponsors", "Midroll", "Pre-roll ad", "This episode is brought to you by Sleepwell",
        "Sleepwell (sponsor)", "광고", "광고: 슬립웰", "Advertisement",
    ],
)  # fmt: skip
def test_what_sells_is_known_by_its_title(segments: list[Segment], title: str) -> None:
    marks = [(start, title if told.startswith("Sponsor") else told) for start, told in MARKS]
    told, chapters = heard(segments, marks)
    assert not any("mattress" in segment.text for segment in told)
    assert title not in [chapter.heading for chapter in chapters]


@pytest.mark.parametrize(
    "title", ["Sponsors of open source", "Adding nets", "How ads are sold", "Promotion", "Commercial fishing"]
)
def test_who_speaks_about_selling_sells_nothing(segments: list[Segment], title: str) -> None:
    marks = [(start, title if told.startswith("Sponsor") else told) for start, told in MARKS]
    told, chapters = heard(segments, marks)
    assert told == segments
    assert title in [chapter.heading for chapter in chapters]


def test_parts_for_a_model_are_the_chapters_without_what_is_sold(segments: list[Segment]) -> None:
    told, chapters = heard(segments, MARKS)
    parts = parts_of(told, "en", chapters)
    assert [(part.start, part.heading) for part in parts] == [
        (0.0, "New cranes at the quay"), (385.0, "Mending nets"), (685.0, ""),
    ]  # fmt: skip
    assert not any("mattress" in line.text for part in parts for line in part.lines)


def test_twelve_hours_with_many_chapters_take_linear_time(segments: list[Segment]) -> None:
    long = [Segment(float(n), n + 1.0, None, "word") for n in range(43_200)]
    told, chapters = heard(long, [(100.0 * n, f"Topic of hour {n}") for n in range(432)])
    assert (len(told), len(chapters)) == (43_200, 432)


def test_json_may_carry_chapters_beside_its_segments(tmp_path: Path, segments: list[Segment]) -> None:
    from tests.engine.test_make_digest_command import run

    told = {
        "title": "Harbour",
        "segments": [
            {"start": s.start, "end": s.end, "speaker": s.speaker, "text": s.text} for s in segments
        ],
        "chapters": [{"startTime": start, "title": title} for start, title in MARKS],
    }
    file = tmp_path / "talk.json"
    file.write_text(json.dumps(told))
    single = json.loads(run(str(file)))
    batch = json.loads(run(str(file), "--batch"))
    assert single == batch
    assert [section["heading"] for section in single["sections"]][:2] == [
        "New cranes at the quay",
        "Mending nets",
    ]
