"""Bytes to a `ParsedFeed`: find the dialect, let its room read it, then settle what all dialects share."""

from __future__ import annotations

from dataclasses import replace

from digestly.feeds import atom, jsonfeed, markup, rss
from digestly.feeds.errors import Empty, NotAFeed
from digestly.feeds.identity import identified, traceable
from digestly.feeds.markup import MAX_ITEMS
from digestly.feeds.types import ParsedFeed, ParsedItem
from digestly.fetch.errors import BadEncoding, TooLarge
from digestly.fetch.text import decode

# Raised whenever the same bytes bring in something else than before: then every feed is read again once.
VERSION = 1
MAX_BYTES = 15_000_000
# Enough for any headline and any show notes; longer ones are cut so that nobody stores a book by accident.
LONGEST_TITLE = 1_000
LONGEST_SUMMARY = 50_000

COMPRESSED = (b"\x1f\x8b", b"PK\x03\x04", b"BZh", b"\x28\xb5\x2f\xfd")
READERS = {"rss": rss.read, "rdf": rss.read, "channel": rss.read, "feed": atom.read}
OTHERS = {
    "html": "This is a web page, not a feed.",
    "opml": "This is a list of feeds (OPML), not a feed.",
}


def parse(body: bytes, *, content_type: str | None = None, url: str | None = None) -> ParsedFeed:
    """What a feed says. `url` is where it came from: relative addresses start there.

    Raises a Failure for anything that is no feed; a feed that breaks off is read as far as it goes.
    """
    if len(body) > MAX_BYTES:
        raise TooLarge(f"This document is larger than {MAX_BYTES // 1_000_000} MB.")
    if body.startswith(COMPRESSED):
        raise BadEncoding("This document is compressed, but nobody said so.")
    start = body.lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n")[:1]
    if not start:
        raise Empty("Nothing was sent.")
    if start == b"{":
        return _settled(jsonfeed.read(decode(body, content_type=content_type), url=url), broke_off=False)
    document = markup.read(body, content_type=content_type)
    kind = document.name(document.root)
    if kind not in READERS:
        raise NotAFeed(OTHERS.get(kind, "This is neither RSS, Atom nor JSON Feed."))
    feed = READERS[kind](document, url=url)
    if document.exhausted and not feed.items:
        raise markup.too_deep()
    return _settled(feed, broke_off=document.broke_off)


def _settled(feed: ParsedFeed, *, broke_off: bool) -> ParsedFeed:
    """Identities given, lengths kept, and the fragment at a break left for the next fetch."""
    items = feed.items
    if broke_off and items and not traceable(items[-1]):
        items = items[:-1]
    return replace(
        feed,
        title=(feed.title or "")[:LONGEST_TITLE] or None,
        partial=broke_off or len(items) > MAX_ITEMS,
        items=identified(_cut(item) for item in items[:MAX_ITEMS]),
    )


def _cut(item: ParsedItem) -> ParsedItem:
    summary = item.summary[:LONGEST_SUMMARY] if item.summary else None
    return replace(item, title=item.title[:LONGEST_TITLE], summary=summary)
