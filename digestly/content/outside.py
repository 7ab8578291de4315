"""The one client through which this process reaches the outside."""

from __future__ import annotations

from functools import cache

from django.conf import settings

from digestly.fetch.client import Client


@cache
def client() -> Client:
    """Built once per process. Its name says who asks, and where to complain."""
    return Client(
        user_agent=f"Digestly/1 (+{settings.BASE_URL})",
        allow=settings.FETCH_ALLOW_PRIVATE,
    )
