"""Addresses of sources: the one spelling that tells two feeds apart, and what is stored of an address."""

from __future__ import annotations

from typing import Any

from digestly.fetch.urls import host_of, normalise

from .models import FormerAddress, Source

# What was remembered of one address would only mislead at another.
AS_NEW: dict[str, Any] = {
    "etag": "",
    "last_modified": "",
    "content_sha": "",
    "failures": 0,
    "failing_since": None,
    "attempts": 0,
    "named_url": "",
    "moving_to": "",
    "moving_since": None,
    "moving_seen": 0,
    "error_code": "",
    "error_text": "",
}


def one_spelling(url: str) -> str:
    """What two addresses of one feed have in common: with or without TLS, or a slash at the end."""
    return "https:" + normalise(url).partition(":")[2].rstrip("/")


def spelled(url: str) -> dict[str, str]:
    """An address as a source keeps it."""
    return {"url": url, "url_norm": one_spelling(url), "host": host_of(url)}


def known_among(norms: list[str]) -> set[str]:
    """Those of these addresses where a source lives, or lived before it moved."""
    now, before = (
        rows.filter(url_norm__in=norms).order_by().values_list("url_norm", flat=True)
        for rows in (Source.objects.all(), FormerAddress.objects.all())
    )
    return {norm for norm in now.union(before) if norm}


def at(url_norm: str) -> Source | None:
    """The source that lives at this address, or lived there before it moved."""
    here = Source.objects.filter(url_norm=url_norm).first()
    former = FormerAddress.objects.select_related("source").filter(url_norm=url_norm).first()
    return here or (former.source if former else None)
