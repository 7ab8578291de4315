"""JSON Feed 1.0 and 1.1."""

from __future__ import annotations

import json
from typing import Any

from digestly.feeds import chapters, manners, values
from digestly.feeds.errors import NotAFeed
from digestly.feeds.markup import MAX_ITEMS
from digestly.feeds.plain import text_from_html
from digestly.feeds.types import Enclosure, ParsedFeed, ParsedItem
from digestly.fetch.text import one_line, printable

KNOWN_BY = frozenset({"version", "title", "feed_url", "home_page_url"})


def read(text: str, *, url: str | None) -> ParsedFeed:
    """Raises NotAFeed for JSON that tells of something else, or is none."""
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError) as why:
        raise NotAFeed("This looks like JSON, but it is cut or broken.") from why
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list) or not KNOWN_BY & feed.keys():
        raise NotAFeed("This is JSON, but no JSON Feed.")
    link = values.address(_text(feed, "home_page_url"), url)
    base = url or values.address(_text(feed, "feed_url")) or link
    return ParsedFeed(
        kind="json",
        title=one_line(_text(feed, "title")) or None,
        language=one_line(_text(feed, "language"))[:35] or None,
        link=link,
        image=values.address(_text(feed, "icon") or _text(feed, "favicon"), base),
        manners=manners.of_json(feed, base),
        items=tuple(_item(item, base) for item in feed["items"][: MAX_ITEMS + 1] if isinstance(item, dict)),
    )


def _item(item: dict[str, Any], base: str | None) -> ParsedItem:
    attachments = [each for each in _list(item, "attachments") if isinstance(each, dict)]
    seconds = (values.duration(each.get("duration_in_seconds")) for each in attachments)
    notes = _text(item, "summary") or _text(item, "content_text")
    summary = printable(notes).strip() or text_from_html(_text(item, "content_html"))
    return ParsedItem(
        guid=one_line(_text(item, "id")),
        title=one_line(_text(item, "title")),
        link=values.address(_text(item, "url") or _text(item, "external_url"), base),
        published=values.moment(_text(item, "date_published")) or values.moment(_text(item, "date_modified")),
        duration=next((each for each in seconds if each is not None), None),
        summary=summary or None,
        marks=chapters.in_notes(summary),
        enclosures=tuple(dict.fromkeys(filter(None, (_enclosure(each, base) for each in attachments)))),
    )


def _enclosure(attachment: dict[str, Any], base: str | None) -> Enclosure | None:
    url = values.address(_text(attachment, "url"), base)
    if not url:
        return None
    size = values.length(attachment.get("size_in_bytes"))
    return Enclosure(url=url, type=one_line(_text(attachment, "mime_type")) or None, length=size)


def _text(owner: dict[str, Any], key: str) -> str:
    value = owner.get(key)
    # Ids are written as numbers often enough for the specification to allow for it.
    return value if isinstance(value, str) else str(value) if type(value) in {int, float} else ""


def _list(owner: dict[str, Any], key: str) -> list[Any]:
    value = owner.get(key)
    return value if isinstance(value, list) else []
