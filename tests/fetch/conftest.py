"""The web that these tests may reach."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator

import pytest

from digestly.fetch.client import Client
from tests.fetch.loopback import Site


@pytest.fixture
def open_site() -> Iterator[Callable[..., Site]]:
    sites: list[Site] = []

    def open_one(*, tls: ssl.SSLContext | None = None) -> Site:
        sites.append(Site(scheme="https" if tls else "http", tls=tls))
        return sites[-1]

    yield open_one
    for site in sites:
        site.close()


@pytest.fixture
def site(open_site: Callable[..., Site]) -> Site:
    return open_site()


@pytest.fixture
def client(site: Site) -> Client:
    """A client that may reach the site and nothing else."""
    return Client(user_agent="Digestly tests", allow=site.allowed())
