"""The page of patterns shows every part, in both languages."""

from __future__ import annotations

import pytest
from django.test import Client
from lxml import html

PARTS = (
    "button quiet danger field wrong errorlist messages badge toast table card facts long number moment locked-line "
    "insight corrections wall empty pager onward search"
).split()


@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_part_is_there_in_its_states(language: str, db: None) -> None:
    response = Client().get(f"/{language}/patterns/")
    assert response.status_code == 200
    page = html.document_fromstring(response.content.decode())
    assert [part for part in PARTS if not page.find_class(part)] == []
    assert len(page.findall(".//h1")) == 1
    walls = [wall.get("data-standing") for wall in page.find_class("wall")]
    assert walls == ["guest", "free", "lapsed", "past_due", "incomplete", "disputed"]
    identifiers = page.xpath("//*[@data-part='wall']/@id")
    assert len(set(identifiers)) == len(identifiers)
    assert "no-store" in response["Cache-Control"]
