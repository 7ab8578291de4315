"""Atom 0.3 and 1.0, and the Atom that YouTube channels speak."""

from __future__ import annotations

from digestly.feeds import manners, podcasting, values
from digestly.feeds.markup import (
    XML_BASE,
    XML_LANG,
    Document,
    Element,
    Fields,
    attribute,
    first_text,
    text_of,
)
from digestly.feeds.plain import line_from_html, text_from_html
from digestly.feeds.types import Enclosure, ParsedFeed, ParsedItem
from digestly.fetch.text import one_line

DATES = ("published", "issued", "created", "dc:date", "updated", "modified")
YOUTUBE = frozenset({"yt:channelid", "yt:videoid", "yt:playlistid"})
HTML = frozenset({"html", "text/html", "application/xhtml+xml"})


def read(document: Document, *, url: str | None) -> ParsedFeed:
    """The kind is "youtube" where the feed carries YouTube's own ids."""
    root = document.root
    fields = document.fields(root)
    entries = document.items("entry", "item")
    home = values.address(root.get(XML_BASE), url) or url or podcasting.own_address(fields)
    base = home or _link(fields, None)
    from_youtube = YOUTUBE & (fields.keys() | (document.fields(entries[0]).keys() if entries else set()))
    return ParsedFeed(
        kind="youtube" if from_youtube else "atom",
        title=_title(fields),
        language=one_line(str(root.get(XML_LANG) or first_text(fields, "dc:language", "language") or ""))[:35]
        or None,
        link=_link(fields, base),
        image=podcasting.cover(fields, base) or values.address(first_text(fields, "logo", "icon"), base),
        new_feed_url=podcasting.moved_to(fields, base),
        podcast_guid=podcasting.show_guid(fields),
        manners=manners.of_channel(document, fields, base),
        persons=podcasting.persons(fields),
        items=tuple(_entry(document, entry, base, home) for entry in entries),
    )


def _entry(document: Document, entry: Element, base: str | None, home: str | None) -> ParsedItem:
    """`base` may be a guess, the show's website; its files are looked for only from `home`, where the feed is."""
    fields = document.fields(entry)
    base = values.address(entry.get(XML_BASE), base) or base
    home = values.address(entry.get(XML_BASE), home) or home
    notes = _notes(document, fields)
    return ParsedItem(
        guid=one_line(first_text(fields, "id") or ""),
        title=_title(fields) or "",
        # An id that is an address leads to the entry, even where nobody wrote a link.
        link=_link(fields, base) or values.address(first_text(fields, "id")),
        published=values.first_moment(first_text(fields, name) for name in DATES),
        duration=podcasting.duration(fields),
        summary=notes,
        enclosures=_enclosures(fields, home) or podcasting.media(document, fields, base),
        transcripts=podcasting.transcripts(fields, home),
        chapters=podcasting.chapters(fields, home),
        marks=podcasting.marks(document, fields, notes),
        persons=podcasting.persons(fields),
    )


def _title(fields: Fields) -> str | None:
    for tag in (*fields.get("title", ()), *fields.get("media:title", ())):
        markup = (attribute(tag, "type") or "").lower() in HTML or (attribute(tag, "mode") or "") == "escaped"
        if title := line_from_html(text_of(tag)) if markup else one_line(text_of(tag)):
            return title
    return None


def _notes(document: Document, fields: Fields) -> str | None:
    for name in ("summary", "content", "media:description"):
        if text := first_text(fields, name):
            return text_from_html(text) or None
    for group in fields.get("media:group", ()):
        if text := first_text(document.fields(group), "media:description"):
            return text_from_html(text) or None
    return None


def _link(fields: Fields, base: str | None) -> str | None:
    for tag in fields.get("link", ()):
        if (attribute(tag, "rel") or "alternate") == "alternate" and (
            url := values.address(attribute(tag, "href") or text_of(tag), base)
        ):
            return url
    return None


def _enclosures(fields: Fields, base: str | None) -> tuple[Enclosure, ...]:
    found = (
        podcasting.enclosure(tag, base, url="href")
        for tag in fields.get("link", ())
        if attribute(tag, "rel") == "enclosure"
    )
    return tuple(dict.fromkeys(enclosure for enclosure in found if enclosure))
