"""Photographs every page of a running server: `python tests/browser/screenshots.py URL FOLDER`.

Each in English and Korean, at 390 and 1280 pixels, by day and by night; for a guest, and for whoever
`--as EMAIL PASSWORD` signs in.
"""

from __future__ import annotations

import argparse
import itertools
import sys
from pathlib import Path
from urllib.parse import urljoin

from playwright.sync_api import Browser, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.browser.chromium import FLAGS, chromium

LANGUAGES = ("en", "ko")
WIDTHS = (390, 1280)
SCHEMES = ("light", "dark")
# What has the same address in every language; editions, digests and sources are found by following links.
FIXED = {
    "home": "/{language}/",
    "pricing": "/{language}/pricing/",
    "login": "/account/login/",
    "signup": "/account/signup/",
    "reset": "/account/password/reset/",
    "outbox": "/outbox/",
    "missing": "/{language}/no-such-page/",
}
FOUND = {
    "digest": ".spread .headline a",
    "edition": ".dateline a",
    "source": ".spread .kicker a",
}


def photograph(browser: Browser, url: str, folder: Path, login: tuple[str, str] | None) -> None:
    for language, width, scheme in itertools.product(LANGUAGES, WIDTHS, SCHEMES):
        context = browser.new_context(
            base_url=url, locale=language, color_scheme=scheme, viewport={"width": width, "height": 900}
        )
        page = context.new_page()
        if login:
            sign_in(page, *login)
        for name, path in pages(page, language).items():
            page.goto(path, wait_until="networkidle")
            page.screenshot(path=folder / f"{name}-{language}-{width}-{scheme}.png", full_page=True)
        context.close()


def pages(page: Page, language: str) -> dict[str, str]:
    """Name and path of each page there is in a language."""
    page.goto(f"/{language}/")
    found = {name: page.locator(selector).first for name, selector in FOUND.items()}
    return {name: path.format(language=language) for name, path in FIXED.items()} | {
        name: urljoin(page.url, link.get_attribute("href") or "")
        for name, link in found.items()
        if link.count()
    }


def sign_in(page: Page, email: str, password: str) -> None:
    page.goto("/account/login/")
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--as", nargs=2, dest="login", metavar=("EMAIL", "PASSWORD"))
    told = parser.parse_args()
    told.folder.mkdir(parents=True, exist_ok=True)
    path = chromium()
    if not path:
        sys.exit("No Chromium on this machine: set CHROMIUM_PATH, or apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        photograph(browser, told.url, told.folder, told.login)
        browser.close()
    print(f"{len(list(told.folder.glob('*.png')))} photographs in {told.folder}")


if __name__ == "__main__":
    main()
