"""OPML: lists of feeds as readers and podcast apps exchange them, in and out.

Folders may nest; a feed remembers those around it. What an `include` points at is never followed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from lxml import etree

from digestly.feeds import markup
from digestly.feeds.errors import Empty, NotAFeed
from digestly.feeds.markup import Document, Element, attribute, first_text
from digestly.fetch.errors import TooLarge
from digestly.fetch.text import one_line

MAX_BYTES = 2_000_000
MOST = 2_000
LONGEST = 300  # characters of a title or a folder's name
DEEPEST = 10  # folders around a feed that are remembered


@dataclass(frozen=True, slots=True)
class Subscription:
    """One feed of a list. `url` is as written, good or not; `folders` are those around it, outermost first."""

    url: str
    title: str = ""
    folders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Subscriptions:
    """A list read. `left_out` counts the feeds beyond the most that are taken at once."""

    title: str | None
    subscriptions: tuple[Subscription, ...]
    left_out: int = 0


def parse(body: bytes, *, content_type: str | None = None) -> Subscriptions:
    """The feeds of a list, in its order, repetitions too. Raises TooLarge, Empty, XmlLimits or NotAFeed."""
    if len(body) > MAX_BYTES:
        raise TooLarge(f"This list is larger than {MAX_BYTES // 1_000_000} MB.")
    if not body.strip():
        raise Empty("This file is empty.")
    document = markup.read(body, content_type=content_type)
    if document.exhausted:
        raise markup.too_deep()
    if document.name(document.root) not in {"opml", "outlinedocument"}:
        raise NotAFeed("This is no list of feeds (OPML).")
    feeds = list(_feeds(document))
    return Subscriptions(_title(document), tuple(feeds[:MOST]), left_out=max(0, len(feeds) - MOST))


def write(subscriptions: Iterable[Subscription], *, title: str) -> bytes:
    """The list as OPML 2.0; neighbours in one folder share it. What `parse` reads of it is what was written."""
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = one_line(title)
    _shelve(etree.SubElement(root, "body"), list(subscriptions), depth=0)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _feeds(document: Document) -> Iterable[Subscription]:
    """Depth first without recursion: a list may nest as deep as its reader lets it."""
    waiting: list[tuple[Element, tuple[str, ...]]] = [(document.root, ())]
    while waiting:
        element, folders = waiting.pop()
        if document.name(element) == "outline":
            name = one_line(attribute(element, "text") or attribute(element, "title") or "")[:LONGEST]
            if url := attribute(element, "xmlurl"):
                yield Subscription("".join(url.split("\n")).strip(), name, folders)
            elif name and len(folders) < DEEPEST:
                folders = (*folders, name)
        waiting += [(child, folders) for child in reversed(element)]


def _title(document: Document) -> str | None:
    for head in document.fields(document.root).get("head", ()):
        return one_line(first_text(document.fields(head), "title") or "")[:LONGEST] or None
    return None


def _shelve(shelf: Element, subscriptions: list[Subscription], *, depth: int) -> None:
    for folder, inside in groupby(subscriptions, key=lambda each: each.folders[depth : depth + 1]):
        if folder:
            _shelve(etree.SubElement(shelf, "outline", text=folder[0]), list(inside), depth=depth + 1)
            continue
        for each in inside:
            etree.SubElement(shelf, "outline", text=each.title, type="rss", xmlUrl=each.url)
