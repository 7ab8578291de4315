"""Two small talks, read as a reader would: is this a digest one would show to people?"""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from pathlib import Path

import pytest

from digestly.engine import Draft, Options, make_outline
from digestly.engine.extractive.tongues import tongue_for
from digestly.outline.emoji import is_emoji
from digestly.transcripts.parse import parse
from digestly.transcripts.types import Segment

DATA = Path(__file__).parent.parent / "data" / "engine"


def draft_of(name: str) -> Draft:
    transcript = parse((DATA / name).read_bytes(), name=name)
    return make_outline(transcript.segments, Options(language=transcript.language))


@pytest.fixture(scope="module")
def trains() -> Draft:
    return draft_of("night_trains.vtt")


@pytest.fixture(scope="module")
def library() -> Draft:
    return draft_of("small_library.txt")


def test_languages_are_found(trains: Draft, library: Draft) -> None:
    assert (trains.language, library.language) == ("en", "ko")


def test_topics_are_told_apart_and_named(trains: Draft) -> None:
    headings = " / ".join(section.heading for section in trains.outline.sections).lower()
    assert len(trains.outline.sections) >= 2
    assert "night train" in headings
    assert "ticket" in headings or "bees" in headings


def test_korean_headings_are_nouns_without_their_particle(library: Draft) -> None:
    headings = [section.heading for section in library.outline.sections]
    assert any("예산" in heading or "도서관" in heading for heading in headings)
    assert not any(
        heading.endswith(("을", "를", "은", "는", "에서", "니다", "니다.")) for heading in headings
    )


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("hi", "पुस्तकालय में बच्चे किताबें पढ़ते हैं। विश्वविद्यालय में ऊर्जा पर शोध होता है।"),
        ("th", "ห้องสมุดเป็นที่ที่เด็กๆ อ่านหนังสือ บริษัทขนาดเล็กกังวลเรื่องค่าใช้จ่าย"),
        ("he", "בְּרֵאשִׁית הספרייה פתוחה לילדים. המחקר דורש הרבה אנרגיה."),
    ],
)
def test_a_heading_holds_whole_words_in_scripts_whose_vowels_stand_on_letters(
    language: str, said: str
) -> None:
    words = set(re.sub(r"[.।,]", " ", said).split())
    segments = [Segment(6.0 * n, 6.0 * n + 5, None, f"{said} {n}") for n in range(40)]
    outline = make_outline(segments, Options(language=language)).outline
    for section in outline.sections:
        assert set(re.sub(r"[.,]", " ", section.heading).split()) <= words


def test_every_top_section_has_a_picture_and_none_stands_twice_in_a_row(trains: Draft) -> None:
    pictures = [section.emoji for section in trains.outline.sections]
    assert all(picture and is_emoji(picture) for picture in pictures)
    assert all(one != other for one, other in itertools.pairwise(pictures))


def test_the_summary_says_who_talks_about_what_and_then_what_the_host_announced(trains: Draft) -> None:
    who, _, rest = trains.outline.summary.partition(". ")
    assert who.startswith("Jonas and Mara discuss night trains, ")
    assert rest.startswith("Today we're going to talk about night trains")


def test_speakers_who_are_only_numbered_are_not_named() -> None:
    transcript = parse((DATA / "night_trains.vtt").read_bytes(), name="night_trains.vtt")
    numbered = [
        replace(said, speaker={"Mara": "Speaker 1", "Jonas": "SPEAKER_02"}.get(said.speaker or ""))
        for said in transcript.segments
    ]
    assert make_outline(numbered).outline.summary.startswith("The conversation covers night trains, ")


@pytest.mark.parametrize(
    ("said", "name"),
    [
        (
            "We begin with the news section, titled Forty clocks of the harbour.",
            "Forty clocks of the harbour",
        ),
        ("Our next news item is regarding night trains to the north.", "night trains to the north"),
        ("Moving on to the next topic, about bees in the city.", "bees in the city"),
        ('The second story is "Ferries without a captain".', "Ferries without a captain"),
    ],
)
def test_what_is_announced_is_named_without_the_word_that_announces_it(said: str, name: str) -> None:
    found = [match[match.lastgroup or 0] for match in tongue_for("en").titled.finditer(said)]
    assert found == [name]


@pytest.mark.parametrize(
    "other",
    [
        pytest.param("I found the {} with its {}, its {} and 40 guests.", id="what somebody did"),
        pytest.param("The {} with its {}, its {} and its 40 guests.", id="a fragment"),
        pytest.param("Whenever the {} has its {} and its {} for 40 guests.", id="half a sentence"),
    ],
)
def test_a_key_point_says_in_a_sentence_what_holds(other: str) -> None:
    things = [
        ("ferry", "pier", "noon"), ("bakery", "oven", "rye"), ("library", "atlas", "vault"),
        ("tram", "depot", "copper"), ("orchard", "cider", "press"), ("lighthouse", "lens", "keeper"),
        ("theatre", "curtain", "velvet"), ("harbour", "crane", "granite"),
    ]  # fmt: skip
    said = [
        sentence
        for thing in things
        for sentence in (other.format(*thing), "The {} opens its {} for many weeks.".format(*thing))
    ]
    segments = [Segment(9.0 * n, 9.0 * n + 9, None, text) for n, text in enumerate(said)]
    points = make_outline(segments, Options(language="en")).outline.key_points
    assert len(points) >= 4
    assert all(" opens " in point.text for point in points)


def test_what_points_back_is_told_with_what_it_points_to(trains: Draft) -> None:
    points = [bullet for section in trains.outline.walk() for bullet in section.bullets]
    assert not [point.text for point in points if re.match(r"(?:It|That|They|This)\b", point.text)]


def test_there_are_four_to_six_key_points_and_no_sentence_is_told_twice(
    trains: Draft, library: Draft
) -> None:
    for draft in (trains, library):
        outline = draft.outline
        assert 4 <= len(outline.key_points) <= 6
        bullets = [bullet.text for section in outline.walk() for bullet in section.bullets]
        texts = [*bullets, *(point.text for point in (*outline.key_points, *outline.insights))]
        assert len(texts) == len(set(texts))


def test_bullets_are_whole_sentences_without_chatter(trains: Draft, library: Draft) -> None:
    english = [bullet.text for section in trains.outline.walk() for bullet in section.bullets]
    korean = [bullet.text for section in library.outline.walk() for bullet in section.bullets]
    assert all(text[0].isupper() or text[0].isdigit() for text in english)
    assert all(text.endswith((".", "?")) for text in english)
    assert not any(
        chat in text for text in english for chat in ("Yeah", "um,", "Thank you", "moving on", "Hi,")
    )
    assert all(text.endswith(("다.", "요.", "까?")) for text in korean)
    assert not any("안녕하세요" in text or "감사합니다" in text for text in korean)


def test_quotes_name_their_speaker(trains: Draft) -> None:
    assert trains.outline.insights
    assert all(quote.speaker in {"Mara", "Jonas"} for quote in trains.outline.insights)


def test_nobody_is_quoted_from_a_transcript_that_does_not_say_where_sentences_end() -> None:
    transcript = parse((DATA / "night_trains.vtt").read_bytes(), name="night_trains.vtt")
    unmarked = [replace(said, text=re.sub(r"[.,!?]", "", said.text).lower()) for said in transcript.segments]
    assert not make_outline(unmarked).outline.insights


def lines_about(name: str) -> list[str]:
    lines = (DATA / "night_trains.vtt").read_text().splitlines()
    return [
        line.split(">")[1].removesuffix("</v") for line in lines if line.startswith("<v") and name in line
    ]


def test_a_section_beyond_ten_minutes_has_sub_sections() -> None:
    said = [
        f"{text} Number {n} of the {name} notes."
        for name in ("sleeper", "hives", "ticket")
        for n in range(90)
        for text in lines_about(name)
    ]
    draft = make_outline([Segment(None, None, None, text) for text in said])
    subs = [section for section in draft.outline.sections if section.sections]
    assert subs
    assert all(len(section.sections) >= 2 and not section.bullets for section in subs)


def test_the_summary_names_no_topic_twice() -> None:
    said = [
        f"{text} Number {n}."
        for name in ("sleeper", "hives", "sleeper", "ticket", "sleeper", "hives")
        for n in range(30)
        for text in lines_about(name)
    ]
    summary = make_outline([Segment(None, None, None, text) for text in said]).outline.summary
    topics = re.split(r", | and ", summary.partition("covers ")[2].partition(".")[0])
    assert len(topics) >= 2
    assert len(topics) == len(set(topics))
