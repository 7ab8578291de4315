"""`manage.py inspect_feed URL-or-file …`: what a feed would bring in, as JSON. Nothing is stored."""

from __future__ import annotations

from typing import Any

from digestly.content.management.inspection import InspectCommand, bytes_of
from digestly.content.outside import client
from digestly.feeds.parse import MAX_BYTES, parse
from digestly.feeds.report import as_dict
from digestly.fetch.client import FEED
from digestly.fetch.errors import Failure
from digestly.parsing.apart import apart


class Command(InspectCommand):
    help = "Print what a feed would bring in, as JSON, one line for each URL or file."
    sources = "URL-or-file"

    def inspected(self, source: str, content_type: str | None) -> dict[str, Any]:
        if "://" not in source:
            body = bytes_of(source, at_most=MAX_BYTES)
            return as_dict(apart(parse, body, content_type=content_type))
        fetched = client().fetch(source, limits=FEED)
        media_type = content_type or fetched.content_type
        return as_dict(apart(parse, fetched.body, content_type=media_type, url=fetched.url))

    def refused(self, failure: Failure) -> dict[str, Any]:
        return as_dict(failure)
