"""Nobody pays for a digest of advertisements."""

from __future__ import annotations

from digestly.engine import Options, make_outline
from digestly.engine.extractive.adverts import advertised
from digestly.engine.extractive.sentences import Sentence
from digestly.engine.extractive.tongues import tongue_for
from digestly.transcripts.types import Segment

TALK = [
    "The harbour of the old town was rebuilt in 1962 after a heavy storm.",
    "Fishing boats from the island bring mackerel every morning before six.",
    "The harbour master counts the boats and writes the number on a slate.",
    "A new ferry will connect the harbour with the airport next summer.",
    "The ferry carries 200 passengers and runs on batteries that charge at the pier.",
    "Engineers found an oak foundation from the thirteenth century under the pier.",
]
ADVERT = [
    "This episode is brought to you by Velvet Mattress.",
    "The Velvet mattress has seven layers of foam and 200 springs for every passenger of the night.",
    "Velvet has slept at the harbour since 1962 and knows every storm.",
    "Use the code HARBOUR at checkout and get ten percent off your first mattress.",
]


def sentences(texts: list[str]) -> list[Sentence]:
    return [Sentence(text, n, n, None, n * 6.0, 6.0, 0.0) for n, text in enumerate(texts)]


def test_all_between_the_first_and_the_last_word_of_a_sponsor_is_sold() -> None:
    said = sentences([*TALK, *ADVERT, *TALK])
    assert advertised(said, tongue_for("en")) == {6, 7, 8, 9}


def test_talk_about_business_is_not() -> None:
    said = sentences(["We sell mattresses in twelve countries.", "The price of foam has doubled.", *TALK])
    assert advertised(said, tongue_for("en")) == set()


def test_no_advertisement_reaches_the_digest() -> None:
    said = [*TALK, *ADVERT, *TALK[::-1]]
    outline = make_outline(
        [Segment(n * 8.0, n * 8.0 + 7, "Ada", text) for n, text in enumerate(said)], Options(language="en")
    ).outline
    points = [*outline.key_points, *outline.insights, *(b for s in outline.walk() for b in s.bullets)]
    assert points
    assert not any(
        "Velvet" in text or "code" in text for text in [outline.summary, *(p.text for p in points)]
    )


def test_korean_sponsors_are_left_out_too() -> None:
    said = sentences(["오늘은 도서관 예산을 이야기합니다.", "이 영상은 벨벳 매트리스의 광고를 포함합니다."])
    assert advertised(said, tongue_for("ko")) == {1}
