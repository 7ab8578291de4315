"""What a digest's page does better with a script, and how it is printed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from digestly.content.models import Digest, Episode

pytestmark = pytest.mark.django_db(transaction=True)

OpenPage = Callable[..., Any]


def shown(page: Any, selector: str) -> bool:
    return bool(page.locator(selector).first.is_visible())


def test_a_sections_number_is_copied_as_its_address(
    published: Digest, open_page: OpenPage, live_server: Any
) -> None:
    page = open_page()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=live_server.url)
    page.goto(published.get_absolute_url())
    number = page.locator(".details h4 .number").first
    address = number.evaluate("link => link.href")
    number.click()
    assert page.inner_text(".toast") == "Link copied"
    assert page.evaluate("navigator.clipboard.readText()") == page.url == address


def test_the_recording_plays_here_once_somebody_asks_and_its_host_hears_nothing_before(
    published: Digest, open_page: OpenPage, live_server: Any
) -> None:
    Episode.objects.update(media_url=f"{live_server.url}/no-such-recording.mp3", media_type="audio/mpeg")
    page = open_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.route("**/*.mp3", lambda route: route.fulfill(body=SILENCE, content_type="audio/wav"))
    page.goto(published.get_absolute_url(), wait_until="networkidle")
    assert not any(address.endswith(".mp3") for address in asked)
    assert page.locator("audio").count() == 0
    page.locator(".key-points .moment").first.click()
    assert page.evaluate("document.querySelector('.player audio').currentTime") >= 0
    assert any(address.endswith(".mp3") for address in asked)
    assert page.url.endswith(published.get_absolute_url())
    page.get_by_label("Close the player").click()
    assert page.locator(".player").count() == 0
    assert page.evaluate("document.activeElement.matches('[data-player]')")


def test_on_paper_there_is_nothing_to_press(published: Digest, open_page: OpenPage) -> None:
    page = open_page()
    page.goto(published.get_absolute_url())
    page.emulate_media(media="print")
    for selector in (".masthead nav", ".masthead form", ".rail", ".wall .button", ".colophon", ".onward"):
        assert not shown(page, selector), selector
    assert shown(page, ".wall h2")
    assert shown(page, ".moment")
    line = page.locator(".wall").bounding_box()
    assert line["height"] < 60
    content = "[...document.querySelectorAll('a')].map(a => getComputedStyle(a, '::after').content)"
    assert not any("http" in said for said in page.evaluate(content))


def wave(seconds: int = 1, rate: int = 8000) -> bytes:
    """A recording of nothing."""
    size = seconds * rate
    head = b"RIFF" + (36 + size).to_bytes(4, "little") + b"WAVEfmt " + (16).to_bytes(4, "little")
    form = (1).to_bytes(2, "little") * 2 + rate.to_bytes(4, "little") * 2 + (1).to_bytes(2, "little")
    return head + form + (8).to_bytes(2, "little") + b"data" + size.to_bytes(4, "little") + b"\x80" * size


SILENCE = wave()
