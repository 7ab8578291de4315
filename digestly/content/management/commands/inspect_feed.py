"""`manage.py inspect_feed URL-or-file …`: what a feed would bring in, as JSON. Nothing is stored."""

from __future__ import annotations

from typing import Any

from digestly.content.management.inspection import InspectCommand, bytes_of
from digestly.content.outside import client
from digestly.feeds.parse import MAX_BYTES, parse
from digestly.feeds.report import as_dict
from digestly.fetch.client import FEED
from digestly.fetch.errors import Failure


class Command(InspectCommand):
    help = "Print what a feed would bring in, as JSON, one line for each URL or file."
    sources = "URL-or-file"

    def inspected(self, source: str, content_type: str | None) -> dict[str, Any]:
        if "://" not in source:
            return as_dict(parse(bytes_of(source, at_most=MAX_BYTES), content_type=content_type))
        fetched = client().fetch(source, limits=FEED)
        return as_dict(
            parse(fetched.body, content_type=content_type or fetched.content_type, url=fetched.url)
        )

    def refused(self, failure: Failure) -> dict[str, Any]:
        return as_dict(failure)
