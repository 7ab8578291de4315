"""A theatre for the tour: a browser window in which each sight is shown as it was answered, with the site's own files.

Nothing is asked of a server, so thousands of looks cost no more than their rendering.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.contrib.staticfiles import finders
from django.test import RequestFactory
from django.views.i18n import JavaScriptCatalog

from billing.standin.pages.fonts import font
from tests.browser.tour import Sight

HOUSE = "http://digests.example"
TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".png": "image/png",
}
STILL = "*, ::before, ::after { transition: none !important; animation: none !important }"
FONTS = """async () => {
  await document.fonts.ready;
  await Promise.all([...document.fonts].filter(font => font.status === "loading").map(font => font.loaded));
}"""


class Theatre:
    """One window in which nothing moves: Django's admin fades even for who asked for rest.

    What a page asks for beyond its own files is noted in `missing`. Fonts are most of what a page weighs, and some who
    look need none.
    """

    def __init__(self, browser: Any, *, with_fonts: bool = True, **options: Any) -> None:
        self.with_fonts = with_fonts
        self.context = browser.new_context(reduced_motion="reduce", bypass_csp=True, **options)
        self.context.route("**/*", self.answer)
        self.page = self.context.new_page()
        self.shown: Sight | None = None
        self.missing: list[str] = []

    def show(self, sight: Sight) -> Any:
        self.shown = sight
        self.page.goto(HOUSE + sight.path, wait_until="load")
        self.page.add_style_tag(content=STILL)
        if sight.is_letter:  # a mail reader has fonts of its own; a bare machine has none for Hangul
            self.page.add_style_tag(url=f"{HOUSE}/static/fonts/pretendard/pretendard.css")
            self.page.add_style_tag(content="* { font-family: 'Pretendard Variable', sans-serif !important }")
        if self.with_fonts:
            self.page.evaluate(FONTS)
        return self.page

    def answer(self, route: Any) -> None:
        asked = urlsplit(route.request.url)
        if self.shown and route.request.is_navigation_request():
            headers = {"Content-Type": "text/html; charset=utf-8", **self.shown.headers}
            headers.pop("Content-Length", None)
            # Always 200: a browser notes another status as trouble, and what counts is how the page looks.
            route.fulfill(status=200, body=self.shown.body, headers=headers)
        elif asked.path.endswith(".woff2") and not self.with_fonts:
            route.abort()
        elif asked.path == "/admin/jsi18n/":
            route.fulfill(status=200, body=catalogue(), headers={"Content-Type": TYPES[".js"]})
        elif found := own_file(asked.path):
            name, body = found
            route.fulfill(
                status=200, body=body, headers={"Content-Type": TYPES.get(Path(name).suffix, "text/plain")}
            )
        else:
            self.missing.append(f"{self.shown}: {route.request.url}")
            route.abort()

    def close(self) -> None:
        self.context.close()


def own_file(path: str) -> tuple[str, bytes] | None:
    """The site's static files, and the fonts of the stand-in."""
    if path.startswith("/fonts/") and (known := font(path.removeprefix("/fonts/"))):
        return path, known[1]
    found = finders.find(unquote(path).removeprefix("/static/")) if path.startswith("/static/") else None
    return (path, Path(str(found)).read_bytes()) if found else None


def catalogue() -> bytes:
    """The words that the scripts of Django's admin use."""
    return JavaScriptCatalog.as_view(packages=["django.contrib.admin"])(RequestFactory().get("/")).content
