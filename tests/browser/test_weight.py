"""What the first view of a digest costs a reader: requests, bytes, and no jumping lines. Counted, never timed."""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from lxml import html

from digestly.content.models import Digest
from digestly.outline.types import Outline, Point, Section
from tests.conftest import DAY

pytestmark = pytest.mark.django_db(transaction=True)

OpenPage = Callable[..., Any]
REQUESTS, BYTES = 8, 60_000  # fonts apart

MOVED = """() => new Promise(done => {
  let moved = 0;
  const seen = new PerformanceObserver(list => list.getEntries().forEach(entry => moved += entry.value));
  seen.observe({ type: "layout-shift", buffered: true });
  requestAnimationFrame(() => setTimeout(() => done(moved), 50));
})"""


def cost(page: Any, path: str) -> tuple[int, int]:
    """Requests and bytes of a first view without fonts; what trying out serves as it is counts as production sends
    it, compressed once by WhiteNoise."""
    answers: list[Any] = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto(path, wait_until="networkidle")
    told = [answer for answer in answers if not answer.url.endswith(".woff2")]
    assert told[0].headers["content-encoding"] == "gzip"
    page_itself = int(told[0].headers["content-length"])
    return len(told), page_itself + sum(len(gzip.compress(answer.body(), 9)) for answer in told[1:])


def test_a_first_view_is_light(published: Digest, open_page: OpenPage) -> None:
    requests, size = cost(open_page(), published.get_absolute_url())
    assert requests <= REQUESTS
    assert 10_000 < size <= BYTES


def test_so_is_one_of_three_hundred_bullets_and_it_fits_a_telephone(
    talk: Outline,
    make_digest: Callable[..., Digest],
    publish: Callable[[Digest], Digest],
    open_page: OpenPage,
) -> None:
    points = tuple(
        Point(f"Point {n} of a long evening, and what followed from it. " * 2, 60.0 * n) for n in range(300)
    )
    sections = tuple(Section(f"s{n}", f"Part {n}", bullets=points[n * 30 : n * 30 + 30]) for n in range(10))
    digest = publish(make_digest(replace(talk, sections=sections), edition_date=DAY, policy="all_free"))
    page = open_page(viewport={"width": 390, "height": 900})
    requests, size = cost(page, digest.get_absolute_url())
    assert requests <= REQUESTS
    assert size <= BYTES
    assert page.locator(".details li").count() == 300
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.fixture
def digests(
    published: Digest, talk: Outline, make_digest: Callable[..., Digest], publish: Callable[[Digest], Digest]
) -> dict[str, Digest]:
    korean = replace(
        talk,
        title="해지 버튼을 숨기지 않았더니: 구독 서비스의 해지 경험과 신뢰",
        summary="설정 메뉴 가장 안쪽에 회색 글씨로 된 링크가 있었고, 설문 열두 문항을 채운 다음에야 전화를 걸었습니다. "
        * 3,
    )
    return {"en": published, "ko": publish(make_digest(korean, language="ko", edition_date=DAY))}


@pytest.mark.parametrize("comes", ["late", "at once"])
@pytest.mark.parametrize(("language", "width"), [("en", 390), ("en", 1280), ("ko", 390), ("ko", 1280)])
def test_a_font_moves_nothing_when_it_comes(
    language: str, width: int, comes: str, digests: dict[str, Digest], open_page: OpenPage
) -> None:
    """In Korean too, on a machine that has no Hangul of its own."""
    page = open_page(locale=language, viewport={"width": width, "height": 900})

    def late(route: Any) -> None:
        time.sleep(0.3)  # past the moment up to which a browser waits for an optional font
        route.continue_()

    if comes == "late":
        page.route("**/*.woff2", late)
    page.goto(digests[language].get_absolute_url(), wait_until="networkidle")
    page.evaluate("() => document.fonts.ready")
    assert page.evaluate(MOVED) == 0


def test_the_head_and_the_sheet_name_the_same_empty_glyph(digests: dict[str, Digest], home: Path) -> None:
    page = html.document_fromstring(Client().get(digests["ko"].get_absolute_url()).content)
    (glyph,) = page.xpath("//link[@rel='preload']/@href[starts-with(., 'data:font')]")
    assert glyph in (home / "digestly/static/css/digestly.css").read_text()
