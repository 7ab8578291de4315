"""What podcasting adds to RSS and Atom: podcast:* and itunes:* tags, and media in Media RSS dress."""

from __future__ import annotations

from digestly.feeds import chapters as timeline
from digestly.feeds import values
from digestly.feeds.markup import Document, Element, Fields, attribute, first_text, text_of
from digestly.feeds.types import Chapter, Enclosure, Person, TranscriptLink
from digestly.fetch.text import one_line

RECORDED = ("audio", "video")
LONGEST_NAME = 100
MOST_PERSONS = 100


def transcripts(fields: Fields, base: str | None) -> tuple[TranscriptLink, ...]:
    """Every `podcast:transcript` of an item, in the publisher's order."""
    links = (_transcript(tag, base) for tag in fields.get("podcast:transcript", ()))
    return tuple(dict.fromkeys(link for link in links if link))


def chapters(fields: Fields, base: str | None) -> str | None:
    """Where the chapter marks of an item are."""
    for tag in fields.get("podcast:chapters", ()):
        if url := values.file_address(attribute(tag, "url"), base):
            return url
    return None


def marks(document: Document, fields: Fields, notes: str | None) -> tuple[Chapter, ...]:
    """Chapter marks that the feed itself tells: Podlove's Simple Chapters, else the list in the show notes."""
    simple = (
        (attribute(tag, "start"), attribute(tag, "title"))
        for group in fields.get("psc:chapters", ())
        for tag in document.fields(group).get("psc:chapter", ())
    )
    return timeline.in_order(simple) or timeline.in_notes(notes or "")


def persons(fields: Fields) -> tuple[Person, ...]:
    """Everybody named by `podcast:person`, each once a role."""
    named = (
        Person(name[:LONGEST_NAME], (attribute(tag, "role") or "host").lower()[:LONGEST_NAME])
        for tag in fields.get("podcast:person", ())
        if (name := one_line(text_of(tag)))
    )
    return tuple(dict.fromkeys(named))[:MOST_PERSONS]


def own_address(fields: Fields) -> str | None:
    """Where the feed says that it lies itself."""
    for tag in (*fields.get("atom:link", ()), *fields.get("link", ())):
        if attribute(tag, "rel") == "self" and (url := values.address(attribute(tag, "href"))):
            return url
    return None


def show_guid(fields: Fields) -> str | None:
    """The identity of a show across hosts, as its own tag gives it."""
    return one_line(first_text(fields, "podcast:guid") or "") or None


def moved_to(fields: Fields, base: str | None) -> str | None:
    """Where the publisher says that this feed now lives."""
    return values.address(first_text(fields, "itunes:new-feed-url"), base)


def duration(fields: Fields) -> float | None:
    """Of an item, in seconds."""
    return values.duration(first_text(fields, "itunes:duration"))


def cover(fields: Fields, base: str | None) -> str | None:
    """The address of a cover image."""
    for tag in (*fields.get("itunes:image", ()), *fields.get("googleplay:image", ())):
        if url := values.address(attribute(tag, "href") or attribute(tag, "url") or tag.text, base):
            return url
    return None


def enclosure(tag: Element, base: str | None, *, url: str = "url") -> Enclosure | None:
    """A media file from the attributes of a tag; `url` names the attribute with its address."""
    written = attribute(tag, url)
    found = values.file_address(written, base)
    if written and not found:
        return None
    return Enclosure(
        url=found or "", type=attribute(tag, "type"), length=values.length(attribute(tag, "length"))
    )


def media(document: Document, fields: Fields, base: str | None) -> tuple[Enclosure, ...]:
    """Sound and pictures in motion from `media:content`, for feeds that use no enclosures."""
    tags = list(fields.get("media:content", ()))
    for group in fields.get("media:group", ()):
        tags += document.fields(group).get("media:content", ())
    found = (_recording(tag, base) for tag in tags)
    return tuple(dict.fromkeys(enclosure for enclosure in found if enclosure))


def _transcript(tag: Element, base: str | None) -> TranscriptLink | None:
    url = values.file_address(attribute(tag, "url"), base)
    if not url:
        return None
    return TranscriptLink(
        url=url, type=attribute(tag, "type"), language=attribute(tag, "language"), rel=attribute(tag, "rel")
    )


def _recording(tag: Element, base: str | None) -> Enclosure | None:
    kind = attribute(tag, "type")
    if (attribute(tag, "medium") or (kind or "").partition("/")[0]).lower() not in RECORDED:
        return None
    url = values.address(attribute(tag, "url"), base)
    return Enclosure(url=url, type=kind, length=values.length(attribute(tag, "filesize"))) if url else None
