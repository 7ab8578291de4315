"""A browser, and pages that note everything that goes wrong in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest


@pytest.fixture
def open_page(browser: Any, live_server: Any) -> Iterator[Callable[..., Any]]:
    """Opens a window on the server, with any option of a browser context. What goes wrong in it fails the test."""
    contexts, wrong = [], []

    def open_one(**options: Any) -> Any:
        context = browser.new_context(base_url=live_server.url, **options)
        contexts.append(context)
        context.route(lambda url: not url.startswith(live_server.url), lambda route: away(route, wrong))
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(f"error: {error}"))
        page.on(
            "console", lambda said: wrong.append(said.text) if said.type in ("error", "warning") else None
        )
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert wrong == []


def away(route: Any, wrong: list[str]) -> None:
    wrong.append(f"asked elsewhere: {route.request.url}")
    route.abort()
