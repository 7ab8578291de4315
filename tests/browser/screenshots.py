"""Photographs every page there is: `python3 manage.py test tests/browser/screenshots.py`.

Each in English and Korean, at 390 and 1280 pixels, by day and by night, into `.var/screenshots/`, with contact sheets
to look at many at once. `LOOK_AT=digest,pricing` takes only what has one of these words in its name or role.
"""

from __future__ import annotations

import html
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from tests.browser.theatre import FONTS, Theatre
from tests.browser.tour import LANGUAGES, Sight, sights, stage

FOLDER = settings.VAR / "screenshots"
WIDTHS = (390, 1280)
SCHEMES = ("light", "dark")
HIGHEST = 6000  # pixels of a page that are photographed
ON_A_SHEET = {390: 28, 1280: 16}
SHEET = """<!doctype html><meta charset="utf-8"><style>
body {{ margin: 12px; background: #888; font: 12px sans-serif; display: grid; gap: 10px;
  grid-template-columns: repeat({columns}, minmax(0, 1fr)); align-items: start; }}
figure {{ margin: 0; }}
figcaption {{ background: #000; color: #fff; padding: 2px 5px; overflow: hidden; white-space: nowrap; }}
div {{ height: {height}px; overflow: hidden; }} img {{ width: 100%; display: block; }}
</style>{figures}"""


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_photograph_every_page(language: str, browser: Any) -> None:
    folder = FOLDER / language
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    stage()
    wanted = [word for word in os.environ.get("LOOK_AT", "").split(",") if word]
    seen = [
        one
        for one in sights(language)
        if not wanted or any(word in f"{one.name} {one.role}" for word in wanted)
    ]
    taken: dict[tuple[int, str], list[Path]] = {}
    for width in WIDTHS:
        theatre = Theatre(browser, locale=language, viewport={"width": width, "height": 900})
        for number, one in enumerate(seen):
            for scheme, path in photographs(theatre, one, folder, f"{number:03}", width):
                taken.setdefault((width, scheme), []).append(path)
        for (size, scheme), paths in taken.items():
            if size == width:
                contact_sheets(theatre.context.new_page(), paths, folder, f"sheet-{width}-{scheme}", width)
        theatre.close()
    print(f"\n{sum(map(len, taken.values()))} photographs in {folder}")


def photographs(theatre: Theatre, one: Sight, folder: Path, number: str, width: int) -> Any:
    page = theatre.show(one)
    name = f"{one.name}-{one.role}".replace("/", "-").replace(":", "-")
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        page.evaluate(FONTS)
        high = min(HIGHEST, page.evaluate("document.documentElement.scrollHeight"))
        path = folder / f"{number}-{name}-{width}-{scheme}.png"
        page.screenshot(path=path, full_page=True, clip={"x": 0, "y": 0, "width": width, "height": high})
        yield scheme, path


def contact_sheets(page: Any, paths: list[Path], folder: Path, name: str, width: int) -> None:
    """Thumbnails, so many to a sheet that they can still be read."""
    page.set_viewport_size({"width": 2000, "height": 1400})
    many = ON_A_SHEET[width]
    for start in range(0, len(paths), many):
        figures = "".join(
            f'<figure><figcaption>{html.escape(path.stem)}</figcaption><div><img src="{path.as_uri()}"></div></figure>'
            for path in paths[start : start + many]
        )
        sheet = folder / f"{name}-{start // many + 1}.html"
        columns, height = (7, 640) if width == WIDTHS[0] else (4, 620)
        sheet.write_text(SHEET.format(columns=columns, height=height, figures=figures))
        page.context.unroute_all()
        page.goto(sheet.as_uri())
        page.screenshot(path=sheet.with_suffix(".png"), full_page=True)
    page.close()
