"""The `stripe` fixture: a stand-in of one's own for every test."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils.translation import override
from pytest_django import Settings

from billing.standin.server import serve
from tests.billing.local_stripe import KEY, SECRET, LocalStripe
from tests.billing.shop import other, reader, shop

__all__ = ["other", "reader", "shop", "stripe"]


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """The language of the last test's page is not this one's."""
    with override("en"):
        yield


@pytest.fixture
def stripe(tmp_path: Path, settings: Settings) -> Iterator[LocalStripe]:
    server = serve(0, tmp_path / "stripe.sqlite3", seed=tmp_path.name)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    settings.STRIPE_SECRET_KEY = KEY
    settings.STRIPE_WEBHOOK_SECRETS = [SECRET]
    settings.STRIPE_API_BASE = server.url
    yield LocalStripe(server)
    server.shutdown()
    server.server_close()
