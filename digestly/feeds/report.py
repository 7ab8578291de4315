"""A parsed feed, or the reason why there is none, in the JSON shape that `inspect_feed` prints."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from digestly.feeds.types import ParsedFeed, ParsedItem
from digestly.fetch.errors import Failure


def as_dict(feed: ParsedFeed | Failure) -> dict[str, Any]:
    """Every key is always there, so that readers need not ask; strings, numbers and null only."""
    known = feed if isinstance(feed, ParsedFeed) else ParsedFeed(kind="")
    return {
        "kind": known.kind or None,
        "title": known.title,
        "language": known.language,
        "link": known.link,
        "image": known.image,
        "new_feed_url": known.new_feed_url,
        "podcast_guid": known.podcast_guid,
        "partial": known.partial,
        "error": feed.as_dict() if isinstance(feed, Failure) else None,
        "persons": [asdict(person) for person in known.persons],
        "items": [_item(item) for item in known.items],
    }


def _item(item: ParsedItem) -> dict[str, Any]:
    return {
        "guid": item.guid,
        "title": item.title,
        "link": item.link,
        "published": item.published.isoformat() if item.published else None,
        "duration": item.duration,
        "enclosures": [asdict(enclosure) for enclosure in item.enclosures],
        "transcripts": [asdict(link) for link in item.transcripts],
        "chapters": item.chapters,
        "marks": [asdict(mark) for mark in item.marks],
        "persons": [asdict(person) for person in item.persons],
    }
