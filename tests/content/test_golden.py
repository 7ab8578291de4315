"""The page as plain text equals a page that people know, line for line."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import translation

from billing.models import PlanPrice
from digestly.content.access import reading_for
from digestly.content.models import Digest, Source
from digestly.content.plaintext import written
from digestly.outline.labels import ENGLISH
from digestly.outline.types import Outline, Point, Section

OUR_PAGE = Path(__file__).parent.parent / "data" / "content" / "salon_page.txt"
REFERENCE = Path(os.environ.get("DIGESTLY_REFERENCE", "/nowhere")) / "digestly-episode-page.txt"

HEADING = re.compile(r"((?:\d+\.)+) (.*)")


def pages() -> list[object]:
    missing = "set DIGESTLY_REFERENCE to the folder with the reference page"
    return [
        pytest.param(OUR_PAGE, id="our page"),
        pytest.param(
            REFERENCE, id="reference", marks=pytest.mark.skipif(not REFERENCE.exists(), reason=missing)
        ),
    ]


@pytest.mark.parametrize("page", pages())
def test_a_guest_reads_the_known_page_line_for_line(
    page: Path,
    source: Source,
    price: PlanPrice,
    make_digest: Callable[..., Digest],
    publish: Callable[[Digest], Digest],
) -> None:
    text = page.read_text(encoding="utf-8")
    day, source_name, episode_title, outline = read(text)
    Source.objects.filter(pk=source.pk).update(title=source_name)
    digest = make_digest(completed(outline), language="ko", edition_date=day)
    digest.episode.title = episode_title
    digest.episode.save()

    reading = reading_for(AnonymousUser(), publish(digest))
    with translation.override("en"):
        page_of_ours = written(reading, ENGLISH, price)

    assert page_of_ours.splitlines() == text.splitlines()


def completed(outline: Outline) -> Outline:
    """The outline with what the page hides: bullets in every sub-section, an insight and an analysis."""
    top = tuple(
        replace(section, sections=tuple(filled(child) for child in section.sections))
        for section in outline.sections
    )
    return replace(
        outline,
        sections=top,
        insights=(Point("A hidden insight.", speaker="Nobody"),),
        analysis="A hidden analysis.",
    )


def filled(section: Section) -> Section:
    return replace(
        section, bullets=(Point(f"Hidden in {section.id}."), Point(f"Hidden too in {section.id}."))
    )


def read(text: str) -> tuple[date, str, str, Outline]:
    """A guest's page as day, source, episode and outline, the wall left aside."""
    blocks = text.strip().split("\n\n")
    _, day, title, line, summary, key_points_label, key_points, details_label, *body, _wall = blocks
    assert (key_points_label, details_label) == ("Key Points:", "Details:")
    source, episode = line.split(" - ", 1)
    return (
        datetime.strptime(day, "%b %d, %Y").date(),
        source,
        episode,
        Outline(title=title, summary=summary, key_points=points(key_points), sections=tuple(sections(body))),
    )


def sections(blocks: list[str]) -> list[Section]:
    found: list[Section] = []
    for block in blocks:
        heading = HEADING.fullmatch(block)
        if heading and heading[1].count(".") == 1:
            emoji, words = heading[2].split(" ", 1)
            found.append(Section(id=f"t{len(found) + 1}", emoji=emoji, heading=words))
        elif heading:
            parent = found[-1]
            child = Section(id=f"{parent.id}c{len(parent.sections) + 1}", heading=heading[2])
            found[-1] = replace(parent, sections=(*parent.sections, child))
        else:
            found[-1] = replace(found[-1], bullets=points(block))
    return found


def points(block: str) -> tuple[Point, ...]:
    return tuple(Point(line.removeprefix("  • ")) for line in block.split("\n"))
