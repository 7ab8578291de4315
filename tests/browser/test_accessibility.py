"""axe finds nothing on any page, in any role, in either language, by day and by night.

Each page is looked at here in one language and at one width, by turns; `tests/soak/accessibility.py` looks at each in
all, on a desk and on a telephone.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from lxml import html

from tests.browser.theatre import Theatre
from tests.browser.tour import LANGUAGES, Sight, sights, stage

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
LOOK = """async options => {
  const found = await axe.run(document, {resultTypes: ["violations"], preload: false, ...options});
  return found.violations.flatMap(rule => rule.nodes.map(node => `${rule.id}: ${node.html.slice(0, 200)}`));
}"""
WIDTHS = (390, 1280)
IN_COLOUR = {"runOnly": ["color-contrast"]}
# A mail is a part of its reader's page, and has no landmarks of its own.
IN_A_LETTER = {"rules": {"region": {"enabled": False}, "landmark-one-main": {"enabled": False}}}
# The page of patterns shows the same part in all its states, one below the other.
ALL_STATES = {"rules": {"landmark-unique": {"enabled": False}}}
# Faults of Django's own widgets in the admin: the rule, what marks the widget, and the reason to leave it.
DJANGOS = [
    ("label", "vDateField", "a date and its time share one label, in a fieldset of Django's"),
    ("label", "vTimeField", "likewise"),
    (
        "label-title-only",
        "filtered",
        "the two lists of filter_horizontal are named by a heading that a script writes",
    ),
    ("select-name", "filtered", "likewise"),
    ("aria-prohibited-attr", "help-tooltip", "likewise"),
    ("aria-input-field-name", "select2", "the box of an autocomplete field is drawn by select2"),
]


def faults(theatre: Theatre, one: Sight) -> list[str]:
    page = theatre.show(one)
    page.emulate_media(color_scheme="light")
    page.evaluate(AXE)
    found = page.evaluate(
        LOOK, IN_A_LETTER if one.is_letter else ALL_STATES if one.name == "patterns" else {}
    )
    page.emulate_media(color_scheme="dark")
    found += [f"at night {fault}" for fault in page.evaluate(LOOK, IN_COLOUR)]
    return [fault for fault in found if not (one.is_admin and is_djangos(fault))]


def misnamed(one: Sight) -> list[str]:
    """What a page says of itself before anybody looks: its language, twice, and what it is called."""
    tree = html.document_fromstring(one.body)
    told = one.headers.get("Content-Language", one.language)
    title = " ".join((tree.findtext(".//title") or "").split())
    wrong = [f"html says {tree.get('lang')}"] if tree.get("lang") != one.language else []
    wrong += [f"the answer says {told}"] if told != one.language else []
    return wrong + ([f"its title is “{title}”"] if not title or title.startswith(("·", "|")) else [])


def is_djangos(fault: str) -> bool:
    return any(fault.startswith(f"{rule}: ") and mark in fault for rule, mark, _ in DJANGOS)


def look_at(
    browser: Any, language: str, *, width: int, every: int = 1, first: int = 0
) -> dict[str, list[str]]:
    """The faults of each sight, or of every so many."""
    window = {"width": width, "height": 900}
    theatre = Theatre(browser, with_fonts=False, locale=language, viewport=window)
    try:
        chosen = (one for number, one in enumerate(sights(language)) if number % every == first)
        looked = {str(one): [*misnamed(one), *faults(theatre, one)] for one in chosen}
    finally:
        theatre.close()
    assert len(looked) > 50, "the tour was too short to prove anything"
    assert theatre.missing == []
    return {name: found for name, found in looked.items() if found}


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "width"), list(zip(LANGUAGES, WIDTHS, strict=True)))
def test_axe_finds_nothing_on_any_page(language: str, width: int, browser: Any) -> None:
    stage()
    turns = {"every": len(LANGUAGES), "first": LANGUAGES.index(language)}
    assert look_at(browser, language, width=width, **turns) == {}


def test_axe_would_find_something(browser: Any) -> None:
    theatre = Theatre(browser)
    body = b"<main><h1>x</h1><img src=data:,><p style=color:#999>pale</p></main>"
    bad = b"<!doctype html><html lang=en><title>x</title>" + body
    try:
        found = faults(theatre, Sight("bad", "guest", "en", "/en/", 200, bad))
    finally:
        theatre.close()
    assert {fault.split(": ")[0] for fault in found} == {
        "image-alt",
        "color-contrast",
        "at night color-contrast",
    }
