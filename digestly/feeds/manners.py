"""How a feed wants to be asked: what its channel says to those who poll it, and where they may be called instead."""

from __future__ import annotations

from typing import Any

from digestly.feeds import values
from digestly.feeds.markup import Document, Fields, attribute, first_text, text_of
from digestly.feeds.types import Manners

DAY = 24 * 60 * 60
HOURS = frozenset(map(str, range(25)))


def of_channel(document: Document, fields: Fields, base: str | None) -> Manners:
    """Hints of RSS, and the WebSub links that RSS and Atom share."""
    links = [*fields.get("atom:link", ()), *fields.get("link", ())]

    def leading(rel: str) -> str | None:
        found = (
            values.address(attribute(link, "href"), base) for link in links if attribute(link, "rel") == rel
        )
        return next(filter(None, found), None)

    return Manners(
        ttl=_ttl(first_text(fields, "ttl")),
        quiet_hours=_quiet_hours(document, fields),
        hub=leading("hub"),
        topic=leading("self"),
    )


def of_json(feed: dict[str, Any], base: str | None) -> Manners:
    """JSON Feed names its hubs in a list; only WebSub speaks our language."""
    hubs = feed.get("hubs")
    for hub in hubs if isinstance(hubs, list) else ():
        if isinstance(hub, dict) and str(hub.get("type")).lower() == "websub":
            topic = feed.get("feed_url")
            return Manners(
                hub=values.address(str(hub.get("url") or ""), base),
                topic=values.address(topic, base) if isinstance(topic, str) else None,
            )
    return Manners()


def _ttl(minutes: str | None) -> int | None:
    """Seconds, a day at most."""
    written = (minutes or "").strip()
    return min(int(written) * 60, DAY) if written.isdecimal() and len(written) < 8 else None


def _quiet_hours(document: Document, fields: Fields) -> tuple[int, ...]:
    """From 0 to 23; some write midnight as 24. A feed that is always quiet says nothing."""
    hours = {
        int(written) % 24
        for tag in fields.get("skiphours", ())
        for hour in document.fields(tag).get("hour", ())
        if (written := text_of(hour).strip().lstrip("0") or "0") in HOURS
    }
    return tuple(sorted(hours)) if len(hours) < 24 else ()
