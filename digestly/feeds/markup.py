"""XML as it is really sent: undeclared prefixes, stray ampersands, two encodings, an end that never came.

`read` hands on a `Document` in which every element has one short name ("title", "itunes:duration"), whichever
namespace address or prefix its publisher chose. One pass over the text, one over the tree: linear throughout.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from lxml import etree

from digestly.feeds.errors import NotAFeed, XmlLimits
from digestly.fetch.text import decode

Element = etree._Element
Fields = dict[str, list[Element]]

MAX_ITEMS = 5_000

# Namespace addresses without scheme, "www.", case and closing slash: publishers vary in exactly these.
FAMILIES = {
    "": "",
    "purl.org/rss/1.0": "",
    "my.netscape.com/rdf/simple/0.9": "",
    "channel.netscape.com/rdf/simple/0.9": "",
    "backend.userland.com/rss": "",
    "backend.userland.com/rss2": "",
    "backend.userland.com/rss091": "",
    "blogs.law.harvard.edu/tech/rss": "",
    "cyber.law.harvard.edu/rss": "",
    "podcastindex.org/namespace/1.0": "podcast",
    "podlove.org/simple-chapters": "psc",
    "github.com/podcastindex-org/podcast-namespace/blob/main/docs/1.0.md": "podcast",
    "itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "google.com/schemas/play-podcasts/1.0": "googleplay",
    "w3.org/2005/atom": "atom",
    "purl.org/atom/ns": "atom",
    "purl.org/rss/1.0/modules/content": "content",
    "purl.org/dc/elements/1.1": "dc",
    "purl.org/dc/elements/1.0": "dc",
    "purl.org/dc/terms": "dcterms",
    "search.yahoo.com/mrss": "media",
    "youtube.com/xml/schemas/2015": "yt",
    "w3.org/1999/02/22-rdf-syntax-ns": "rdf",
}
XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

BROKEN_OFF = frozenset(
    {
        etree.ErrorTypes.ERR_DOCUMENT_END,
        etree.ErrorTypes.ERR_TAG_NOT_FINISHED,
        etree.ErrorTypes.ERR_CDATA_NOT_FINISHED,
        etree.ErrorTypes.ERR_COMMENT_NOT_FINISHED,
        etree.ErrorTypes.ERR_GT_REQUIRED,
        etree.ErrorTypes.ERR_ATTRIBUTE_NOT_FINISHED,
    }
)
REFUSED = frozenset({etree.ErrorTypes.ERR_ENTITY_LOOP, etree.ErrorTypes.ERR_RESOURCE_LIMIT})

_DECLARED = re.compile(rb"\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']\s*([\w.:-]{1,40})")
_DECLARATION = re.compile(r"\s*<\?xml[^>]{0,400}>")
_ROOT = re.compile(r"<\?xml\s|<(?:\w{1,20}:)?(?:rss|feed|rdf)[\s>]", re.IGNORECASE)
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_AMPERSAND = re.compile(
    r"<!\[CDATA\[(?:.*?\]\]>|.*\Z)|<!--(?:.*?-->|.*\Z)"
    r"|&(?!(?:amp|lt|gt|quot|apos);)(#\d{1,7};|#[xX][0-9a-fA-F]{1,6};|\w{1,32};)?",
    re.DOTALL,
)
_SCHEME = re.compile(r"^https?://(?:www\.)?")


@dataclass(frozen=True, slots=True)
class Document:
    """A tree with plain names.

    `broke_off`: the end is missing, or something follows it. `exhausted`: the reader refused to go on.
    """

    root: Element
    broke_off: bool
    exhausted: bool

    def name(self, element: Element) -> str:
        """ "title" for the feed's own vocabulary, "itunes:title" for another."""
        return _name(str(element.tag), str(self.root.tag)) if isinstance(element.tag, str) else ""

    def items(self, *tags: str) -> list[Element]:
        """The feed's own elements of these names, anywhere, up to one more than anybody will keep."""
        spellings = (f"{{*}}{spelling}" for tag in tags for spelling in (tag, tag.title(), tag.upper()))
        found = (element for element in self.root.iter(*spellings) if self.name(element) in tags)
        return list(islice(found, MAX_ITEMS + 1))

    def fields(self, element: Element) -> Fields:
        """The direct children by name: what a `podcast:liveItem` says inside stays its own affair."""
        fields: Fields = {}
        for child in element:
            fields.setdefault(self.name(child), []).append(child)
        return fields


def read(body: bytes, *, content_type: str | None = None) -> Document:
    """Raises NotAFeed where there is no XML at all, XmlLimits where the reader refused to go on."""
    declared = _DECLARED.match(body[:1_000])
    text = decode(body, content_type=content_type, declared=declared[1].decode() if declared else None)
    # "internal" unfolds what the document itself defines, under the reader's limits, and opens no file.
    parser = etree.XMLParser(
        encoding="utf-8",
        recover=True,
        resolve_entities="internal",  # type: ignore[arg-type]
        no_network=True,
    )
    try:
        root = etree.fromstring(_repaired(text).encode(), parser)
    except (etree.LxmlError, ValueError) as why:
        raise _refusal(parser) from why
    if root is None:
        raise _refusal(parser)
    problems = {problem.type for problem in parser.error_log}
    if etree.ErrorTypes.ERR_NO_MEMORY in problems:
        raise MemoryError
    exhausted = bool(problems & REFUSED)
    return Document(root=root, broke_off=exhausted or bool(problems & BROKEN_OFF), exhausted=exhausted)


def too_deep() -> XmlLimits:
    return XmlLimits("This document unfolds or nests beyond what can be read safely.")


def text_of(element: Element) -> str:
    """All text inside, as the XML reader sees it (still markup where the publisher escaped markup)."""
    if len(element) == 0:
        return element.text or ""
    return "".join(str(piece) for piece in element.itertext())


def first_text(fields: Fields, *names: str) -> str | None:
    """The first of these fields that says anything, trimmed."""
    for name in names:
        for element in fields.get(name, ()):
            if text := text_of(element).strip():
                return text
    return None


def attribute(element: Element, name: str) -> str | None:
    """An attribute, trimmed, in any case and under any prefix; None when blank."""
    value = element.get(name)
    if value is None and (key := _key_like(element, name)):
        value = element.get(key)
    return str(value or "").strip() or None


def _key_like(element: Element, name: str) -> str | None:
    # Keys only: lxml looks each value up from the first attribute on, which thousands of them make slow.
    return next((key for key in map(str, element.keys()) if _local(key) == name), None)


def _local(key: str) -> str:
    return key.rpartition("}")[2].rpartition(":")[2].lower()


def _repaired(text: str) -> str:
    """The same document with the slips mended that would make an XML reader drop text."""
    text = _ILLEGAL.sub("", text)
    if not text.lstrip().startswith(("<?", "<!")) and (root := _ROOT.search(text, 0, 65_536)):
        text = text[root.start() :]
    text = _DECLARATION.sub("", text, count=1).lstrip()
    if "&" not in text:
        return text
    has_own_entities = "<!ENTITY" in text

    def mend(found: re.Match[str]) -> str:
        whole, reference = found[0], found[1]
        if whole.startswith("<"):
            return whole
        if not reference:
            return "&amp;"
        meaning = html.unescape(whole)
        if meaning != whole and not _ILLEGAL.search(meaning):
            return meaning.replace("&", "&amp;").replace("<", "&lt;")
        return whole if has_own_entities else "&amp;" + reference

    return _AMPERSAND.sub(mend, text)


def _refusal(parser: etree.XMLParser) -> NotAFeed | XmlLimits | MemoryError:
    if any(problem.type == etree.ErrorTypes.ERR_NO_MEMORY for problem in parser.error_log):
        return MemoryError()
    if any(problem.type in REFUSED for problem in parser.error_log):
        return too_deep()
    return NotAFeed("This is neither RSS, Atom nor JSON Feed.")


@lru_cache(maxsize=4_096)
def _name(tag: str, root: str) -> str:
    """Whatever namespace the root has, its elements are the feed's own vocabulary."""
    namespace, local = _namespace(tag), tag.rpartition("}")[2].lower()
    if not namespace:
        # An undeclared prefix arrives as part of the local name; a bare name is the feed's own.
        return local.removeprefix("rss:")
    family, home = _family(namespace), _namespace(root)
    own = namespace == home or family == "" or (family == "atom" and _family(home) == "atom")
    return local if own else f"{family}:{local}"


def _namespace(tag: str) -> str:
    return tag[1:].rpartition("}")[0] if tag.startswith("{") else ""


def _family(namespace: str) -> str:
    address = _SCHEME.sub("", namespace.strip().lower()).rstrip("/#")
    return FAMILIES.get(address, address)
