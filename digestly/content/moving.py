"""Moving: a feed says that it lives elsewhere. It is followed on evidence only, since whoever can edit a feed once,
or buys a forgotten domain, could otherwise take its readers over for good.

Evidence is the same answer at several looks over two days, and the same show at the other end. Where that is not to
be had the source stays where it is and says so, and an editor decides.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from digestly.feeds.parse import parse
from digestly.feeds.types import ParsedFeed
from digestly.fetch.client import Client, Fetched
from digestly.fetch.errors import Failure
from digestly.fetch.urls import LONGEST, host_of
from digestly.parsing.apart import apart

from . import addresses, hosts
from .addresses import one_spelling
from .models import Episode, FormerAddress, Source
from .models.transition import log

LOOKS, OVER = 3, timedelta(hours=48)
CODE = "moved"


class AnotherShow(Failure):
    """The address leads to a feed that has nothing in common with the one we know."""

    code = CODE


@dataclass(frozen=True)
class Move:
    """Where a feed says that it lives: since when and how often it said so, and what came of it.

    Either it is `proven`, or there is a `doubt`, or it was not said often enough yet.
    """

    to: str = ""
    since: datetime | None = None
    seen: int = 0
    proven: bool = False
    doubt: str = ""


STAYS = Move()


def recognise(source: Source, fetched: Fetched, feed: ParsedFeed | None) -> None:
    """Raises AnotherShow if the host sent us on to a feed that is not the one we know: nothing of it is taken."""
    if feed and one_spelling(fetched.url) != source.url_norm and not is_ours(source, feed):
        raise AnotherShow(
            f"{host_of(source.url)} leads to another show now, at {host_of(fetched.url)}: no episode of it is known "
            "here. Nothing was taken. If it is right, change the address."
        )


def observe(
    source: Source, fetched: Fetched, feed: ParsedFeed | None, client: Client, *, now: datetime
) -> Move:
    """What the host and the feed say of its address, and whether that is to be believed. May ask at the new one."""
    to = fetched.permanent_url or named_by(source, feed)
    if not to:
        return STAYS
    if fetched.permanent_url and one_spelling(to) == source.url_norm:
        return Move(to, proven=to != source.url)  # the same address, with TLS
    if one_spelling(to) == source.url_norm:
        return STAYS
    again = bool(source.moving_to) and one_spelling(source.moving_to) == one_spelling(to)
    kept = source.error_text if again and source.error_code == CODE else ""
    move = Move(to, source.moving_since if again else now, source.moving_seen + 1 if again else 1, doubt=kept)
    if move.seen < LOOKS or not move.since or now - move.since < OVER:
        return move
    doubt: str | None = against(source, to)
    if not doubt and not fetched.permanent_url:
        doubt = against_feed_at(source, to, client)
    if doubt is None:
        return move  # its host wants a rest: at the next look then
    return replace(move, proven=not doubt, doubt=doubt, seen=0, since=now)


def named_by(source: Source, feed: ParsedFeed | None) -> str:
    """The address that the feed itself names. A document that has not changed still says what it said."""
    return said(feed) if feed else source.named_url


def said(feed: ParsedFeed) -> str:
    return feed.new_feed_url if feed.new_feed_url and len(feed.new_feed_url) <= LONGEST else ""


def against(source: Source, to: str) -> str:
    """What speaks against an address, whatever stands there."""
    owner = addresses.at(one_spelling(to))
    if owner == source:
        return "This feed leads back to an address that it left before. It stays where it is."
    if owner:
        return f"This feed says that it moved to where another source is read already: {owner}."
    return ""


def against_feed_at(source: Source, to: str, client: Client) -> str | None:
    """What speaks against the feed at an address; None if its host cannot be asked now."""
    host = ""
    try:
        host = host_of(to)
        if not hosts.take_turn(host, ahead=1):
            return None
        there = client.fetch(to)
        feed = apart(parse, there.body, content_type=there.content_type, url=there.url)
    except Failure as failure:
        return f"This feed says that it moved, but it could not be read there. {failure.message}"
    if one_spelling(there.url) == source.url_norm:
        return f"This feed says that it moved to {host}, which leads back here. It stays where it is."
    if feed.new_feed_url and one_spelling(feed.new_feed_url) == source.url_norm:
        return f"This feed says that it moved to {host}, and the one there says the opposite. It stays where it is."
    if not is_ours(source, feed):
        return f"This feed says that it moved to {host}, but another show is there. Change the address if it is right."
    return ""


def is_ours(source: Source, feed: ParsedFeed) -> bool:
    """The same show: by its own id, or by half of the episodes. A source that knows none takes any."""
    if feed.podcast_guid and feed.podcast_guid == source.podcast_guid:
        return True
    listed = source.episodes.exclude(guid="").filter(missing_since=None)
    known = listed.count()
    told = {Episode.identity_of(item.guid) for item in feed.items}
    common = source.episodes.filter(identity__in=told).count()
    return not known or (bool(common) and 2 * common >= min(known, len(told)))


def facts_of(move: Move) -> dict[str, Any]:
    """What the source remembers of it."""
    return {"moving_to": move.to, "moving_since": move.since, "moving_seen": move.seen}


def follow(source: Source, move: Move) -> dict[str, Any]:
    """The source's new address, its old one remembered. Inside the transaction that stores the look."""
    if not move.proven:
        return facts_of(move)
    facts: dict[str, Any] = addresses.spelled(move.to)
    if facts["url_norm"] != source.url_norm:
        FormerAddress.objects.create(source=source, url=source.url, url_norm=one_spelling(source.url))
        log(source, source.status, source.status, why=f"moved from {host_of(source.url)} to {facts['host']}")
        facts |= {"etag": "", "last_modified": ""}  # they are the old address's
    return {**facts, **facts_of(STAYS)}
