"""Text from outside: bytes in any charset become clean Unicode.

Feeds and transcripts both arrive as bytes whose charset is named by the server, by the document, by both
(differently) or by nobody. `decode` never fails: what cannot be read becomes U+FFFD.
"""

from __future__ import annotations

import codecs
import html
import re
import unicodedata
from collections.abc import Iterator

from charset_normalizer import from_bytes

# What the web means by these names (the WHATWG table), as far as Python's own codecs are narrower.
WIDER = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "shift_jis": "cp932",
}
# Python's codecs that read escapes instead of letters: no label may name them.
NO_CHARSETS = frozenset({"unicode_escape", "raw_unicode_escape", "idna", "punycode", "utf_7"})
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Statistics of a language show in this much; guessing over more only costs time.
GUESSING_SAMPLE = 32_768

# html.unescape turns digits into an int, and Python refuses ints of thousands of digits.
_ENDLESS_REFERENCE = re.compile(r"&#[xX]?[0-9a-fA-F]{9,};?")
_CHARSET_PARAMETER = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
_UNPRINTABLE = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")


def decode(body: bytes, *, content_type: str | None = None, declared: str | None = None) -> str:
    """`body` as text. `content_type` is what the server said, `declared` what the document says of itself.

    A byte order mark decides; then UTF-8 that holds, because other text hardly ever looks like UTF-8 by
    accident while servers announce the wrong charset daily; then the announced charsets; then a guess.
    """
    for mark, encoding in BYTE_ORDER_MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace")
    if wide := _wide_without_mark(body):
        return body.decode(wide, "replace")

    announced = [
        name for name in (charset_of(content_type), declared) if name and not _is_disproved(name, body)
    ]
    for encoding in _readings(body, announced):
        try:
            return body.decode(encoding)
        except UnicodeDecodeError:
            continue
    fallback = next(filter(None, map(_codec, announced)), "utf-8")
    return body.decode(fallback, "replace")


def charset_of(content_type: str | None) -> str | None:
    """The charset parameter of a media type."""
    found = _CHARSET_PARAMETER.search(content_type or "")
    return found[1] if found else None


def printable(text: str) -> str:
    """NFC, without control characters, lone surrogates and noncharacters; line breaks and tabs stay."""
    return unicodedata.normalize("NFC", _UNPRINTABLE.sub("", text))


def one_line(text: str) -> str:
    """Printable text on one line, single-spaced."""
    return " ".join(printable(text).split())


def without_entities(text: str) -> str:
    """`&amp;` and its like read, once."""
    return html.unescape(_ENDLESS_REFERENCE.sub("\ufffd", text)) if "&" in text else text


def _wide_without_mark(body: bytes) -> str | None:
    """UTF-16 or UTF-32 without a byte order mark shows in the zero bytes of its first letters."""
    zeros = "".join("0" if byte == 0 else "x" for byte in body[:4])
    return {"x0x0": "utf-16-le", "0x0x": "utf-16-be", "x000": "utf-32-le", "000x": "utf-32-be"}.get(zeros)


def _readings(body: bytes, announced: list[str]) -> Iterator[str]:
    # ASCII bytes are the same in nearly every charset; the few where they are not must be announced.
    if not body.isascii():
        yield "utf-8"
    yield from filter(None, map(_codec, announced))
    if body.isascii():
        yield "utf-8"
    elif not announced and (guess := _guess(body)):
        yield guess
    yield "cp1252"


def _is_disproved(name: str, body: bytes) -> bool:
    """Servers say "us-ascii" of anything; one letter beyond it shows that they do not know."""
    return not body.isascii() and name.strip().lower() in ("ascii", "us-ascii")


def _codec(name: str) -> str | None:
    """Python's codec for a charset name, widened as browsers do; None if there is no such text codec."""
    try:
        found = codecs.lookup(name.strip().lower())
    except (LookupError, ValueError):
        return None
    if not found._is_text_encoding or found.name.replace("-", "_") in NO_CHARSETS:
        return None
    return WIDER.get(found.name, found.name)


def _guess(body: bytes) -> str | None:
    """The charset that makes the most sense of undeclared text, unless it is just another Latin one."""
    best = from_bytes(body[:GUESSING_SAMPLE]).best()
    if best is None:
        return None
    foreign = [letter for letter in str(best) if letter > "\x7f" and letter.isalpha()]
    # Western, Baltic and Turkish tables differ in a few letters only: statistics pick any, Western is likely.
    beyond_latin = sum(letter > "\u036f" for letter in foreign)
    return _codec(best.encoding) if 2 * beyond_latin > len(foreign) else None
