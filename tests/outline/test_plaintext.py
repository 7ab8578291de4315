"""The plain text is, line by line, what a guest of the real page sees."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path

import pytest

from digestly.outline import plaintext
from digestly.outline.emoji import EMOJI
from digestly.outline.labels import Labels
from digestly.outline.preview import preview, whole
from digestly.outline.types import Outline, Point, Section
from tests.outline.strategies import DATA, repair_talk

REFERENCE = os.environ.get("DIGESTLY_REFERENCE", "")


def test_a_guest_reads_our_talk_as_it_was_written_down() -> None:
    expected = (DATA / "repair_talk_for_guests.txt").read_text("utf-8")
    assert plaintext.render(preview(repair_talk())) + "\n" == expected


def test_plus_reads_everything() -> None:
    outline = Outline(
        summary="S.",
        sections=(
            Section("a", "Top", "🎉", sections=(Section("b", "Sub", bullets=(Point("secret", 5.0),)),)),
        ),
        insights=(Point("said well", 9.0, speaker="Ann"), Point("said by nobody")),
        analysis="One.\n\nTwo.",
    )
    assert plaintext.render(whole(outline)) == (
        "S.\n\nDetails:\n\n1. 🎉 Top\n\n1.1. Sub\n\n  • secret\n\n"
        'Insights:\n\n  • "said well" - Ann\n  • "said by nobody"\n\nAnalysis:\n\nOne.\n\nTwo.'
    )


def test_labels_speak_the_digests_language() -> None:
    korean = Labels(key_points="핵심 포인트", details="상세")
    lines = plaintext.render(preview(repair_talk()), korean).splitlines()
    assert "핵심 포인트:" in lines
    assert "상세:" in lines


def test_an_empty_outline_prints_nothing() -> None:
    assert plaintext.render(whole(Outline())) == ""


@pytest.mark.skipif(not REFERENCE, reason="DIGESTLY_REFERENCE names no folder")
def test_the_reference_page_comes_out_byte_for_byte() -> None:
    page = (Path(REFERENCE) / "digestly-episode-page.txt").read_text("utf-8")
    after_the_header = page.split("\n\n", 4)[4]
    body = after_the_header.partition("\n\nView Full Content")[0]
    assert plaintext.render(preview(read_naively(body))) == body


def read_naively(body: str) -> Outline:
    """The outline such a page was printed from; below each sub-heading a bullet that no guest may see."""
    summary, rest = body.split("\n\nKey Points:\n\n")
    key_points, details = rest.split("\n\nDetails:\n\n")
    tops: list[Section] = []
    for block in details.split("\n\n"):
        if heading := re.match(r"(\d+)\.(?:(\d+)\.)? (.*)", block):
            emoji = EMOJI.match(heading[3])
            words = heading[3][emoji.end() :].strip() if emoji else heading[3]
            new = Section(f"s{heading[1]}-{heading[2]}", words, emoji[0] if emoji else None)
            if heading[2]:
                hidden = replace(new, bullets=(Point("hidden"),))
                tops[-1] = replace(tops[-1], sections=(*tops[-1].sections, hidden))
            else:
                tops.append(new)
        else:
            tops[-1] = replace(tops[-1], bullets=listed(block))
    return Outline(summary=summary, key_points=listed(key_points), sections=tuple(tops))


def listed(block: str) -> tuple[Point, ...]:
    return tuple(Point(line.removeprefix("  • ")) for line in block.splitlines())
