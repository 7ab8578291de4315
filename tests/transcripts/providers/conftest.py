"""The web that these tests may reach."""

from __future__ import annotations

from tests.fetch.conftest import client, open_site, site

__all__ = ["client", "open_site", "site"]
