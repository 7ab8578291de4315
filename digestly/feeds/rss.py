"""RSS 0.9x to 2.0 and RDF: what their channel and items say."""

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

TITLE = ("title", "itunes:title", "media:title", "dc:title")
NOTES = ("description", "content:encoded", "itunes:summary", "media:description", "atom:summary", "body")
DATES = ("pubdate", "dc:date", "dcterms:issued", "atom:published", "atom:updated", "dcterms:modified")


def read(document: Document, *, url: str | None) -> ParsedFeed:
    """Channel facts come from direct children of the channel only: a live item has a title too."""
    root = document.root
    # RDF keeps image and items beside the channel; a bare channel without its envelope is understood too.
    beside = document.fields(root)
    channel = beside["channel"][0] if "channel" in beside else root
    fields = document.fields(channel)
    home = (
        values.address(channel.get(XML_BASE) or root.get(XML_BASE), url)
        or url
        or podcasting.own_address(fields)
    )
    link = _link(fields, home)
    base = home or link
    return ParsedFeed(
        kind="rss",
        title=line_from_html(first_text(fields, *TITLE) or "") or None,
        language=_language(root, channel, fields),
        link=link,
        image=podcasting.cover(fields, base)
        or _image(document, fields, base)
        or _image(document, beside, base),
        new_feed_url=podcasting.moved_to(fields, base),
        podcast_guid=podcasting.show_guid(fields),
        manners=manners.of_channel(document, fields, base),
        persons=podcasting.persons(fields),
        items=tuple(_item(document, item, base, home) for item in document.items("item")),
    )


def _item(document: Document, item: Element, base: str | None, home: str | None) -> ParsedItem:
    """`base` may be a guess, the show's website; its files are looked for only from `home`, where the feed is."""
    fields = document.fields(item)
    base = values.address(item.get(XML_BASE), base) or base
    home = values.address(item.get(XML_BASE), home) or home
    about = attribute(item, "about")
    notes = text_from_html(first_text(fields, *NOTES) or "")
    return ParsedItem(
        guid=one_line(first_text(fields, "guid") or about or first_text(fields, "atom:id") or ""),
        title=line_from_html(first_text(fields, *TITLE) or ""),
        link=_link(fields, base) or _permalink(fields, base) or values.address(about, base),
        published=values.first_moment(first_text(fields, name) for name in DATES),
        duration=podcasting.duration(fields),
        summary=notes or None,
        enclosures=_enclosures(document, fields, home),
        transcripts=podcasting.transcripts(fields, home),
        chapters=podcasting.chapters(fields, home),
        marks=podcasting.marks(document, fields, notes),
        persons=podcasting.persons(fields),
    )


def _link(fields: Fields, base: str | None) -> str | None:
    for tag in (*fields.get("link", ()), *fields.get("atom:link", ())):
        if (attribute(tag, "rel") or "alternate") == "alternate" and (
            url := values.address(text_of(tag) or attribute(tag, "href"), base)
        ):
            return url
    return None


def _permalink(fields: Fields, base: str | None) -> str | None:
    for tag in fields.get("guid", ()):
        if (attribute(tag, "ispermalink") or "true").lower() != "false":
            # Without a base only a whole address counts: a bare number is no link.
            return values.address(text_of(tag), base if "/" in text_of(tag) else None)
    return None


def _enclosures(document: Document, fields: Fields, base: str | None) -> tuple[Enclosure, ...]:
    links = (*fields.get("atom:link", ()), *fields.get("link", ()))
    found = [podcasting.enclosure(tag, base) for tag in fields.get("enclosure", ())]
    found += [podcasting.enclosure(t, base, url="href") for t in links if attribute(t, "rel") == "enclosure"]
    declared = tuple(dict.fromkeys(enclosure for enclosure in found if enclosure))
    found_elsewhere = () if any(file.url for file in declared) else podcasting.media(document, fields, base)
    return found_elsewhere or declared


def _image(document: Document, fields: Fields, base: str | None) -> str | None:
    for tag in fields.get("image", ()):
        if url := values.address(first_text(document.fields(tag), "url") or attribute(tag, "href"), base):
            return url
    return None


def _language(root: Element, channel: Element, fields: Fields) -> str | None:
    spoken = first_text(fields, "language", "dc:language") or channel.get(XML_LANG) or root.get(XML_LANG)
    return one_line(str(spoken))[:35] or None if spoken else None
