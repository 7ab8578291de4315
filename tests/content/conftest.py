"""What the tests of the stations share: a podcast's server, and a broker in this process."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from pytest_django import Settings

from digestly.celery import app, take_from_both
from digestly.content import ingest, outside
from digestly.content.models import Source
from tests.content.world import Show


@pytest.fixture(autouse=True)
def broker(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """A broker of this process alone; calling it puts another one in its place."""
    usual = app.conf.broker_url
    monkeypatch.delenv("CELERY_BROKER_URL", raising=False)  # Celery believes it before its own setting
    app.conf.task_always_eager = False  # a worker at hand would leave nothing at the broker

    def use(url: str) -> None:
        app.conf.broker_url = url
        app.amqp._producer_pool = None  # Celery keeps its connections for good
        app._pool = None

    use("memory://")
    take_from_both()
    app.control.purge()
    yield use
    use(usual)


@pytest.fixture
def show(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Show]:
    """A podcast on this machine, which the workers may reach. They send validators every time."""
    show = Show()
    settings.FETCH_ALLOW_PRIVATE = show.site.allowed()
    monkeypatch.setattr(ingest, "FORGET_VALIDATORS", 0)
    outside.client.cache_clear()
    yield show
    outside.client.cache_clear()
    show.site.close()


@pytest.fixture
def harbour(show: Show, db: None) -> Source:
    """That podcast as a source, not fetched yet."""
    source, _ = ingest.add_source(show.url)
    return source
