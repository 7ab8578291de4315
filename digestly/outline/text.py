"""Clean text and short ids, so that every writer of outlines gives the same characters for the same words.

Clean text is NFC, without control characters, lone surrogates or noncharacters (XML and JSON refuse some of
them), and with single spaces. Everything here takes linear time, whatever it is given.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Set as AbstractSet
from itertools import count, groupby, islice
from string import ascii_lowercase, digits

# Unicode's stream-safe limit. Ordering a longer run of accents takes time quadratic in its length.
MAX_MARKS = 30

_PLANE_ENDS = "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000))
_CONTROLS = r"\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"
_UNWANTED = re.compile(rf"[{_CONTROLS}\ud800-\udfff\ufdd0-\ufdef\ufeff{_PLANE_ENDS}]+")
_MANY_MARKS = re.compile(rb"[^\0]{%d}" % (MAX_MARKS + 1))  # in combining classes, which are 0 for no mark
_BLANK_LINES = re.compile(r"\n\s*\n")


def clean_line(text: str) -> str:
    """`text` as one clean line: any white space, line ends included, becomes one space."""
    return " ".join(_normal(text).split())


def clean_paragraphs(text: str) -> str:
    """`text` as clean lines, one a paragraph, with one blank line between them."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    paragraphs = (clean_line(paragraph) for paragraph in _BLANK_LINES.split(text))
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def fresh_id(seed: str, taken: AbstractSet[str]) -> str:
    """A short id ("k3f") that is not taken: the same seed among the same ids gives the same one."""
    for attempt in count():
        number = int.from_bytes(hashlib.sha256(f"{attempt} {seed}".encode("utf-8", "replace")).digest())
        number, letter = divmod(number, len(ascii_lowercase))
        identifier = ascii_lowercase[letter]
        for _ in range(2 + min(attempt // 4, 2)):
            number, letter = divmod(number, 36)
            identifier += (ascii_lowercase + digits)[letter]
        if identifier not in taken:
            return identifier
    raise AssertionError("count() never ends")


def _normal(text: str) -> str:
    if text.isascii():
        return text if text.isprintable() else _UNWANTED.sub("", text)
    text = _thin(_UNWANTED.sub("", text))
    return _thin(unicodedata.normalize("NFC", text))


def _thin(text: str) -> str:
    """At most MAX_MARKS accents on one letter."""
    if len(text) <= MAX_MARKS or not _MANY_MARKS.search(bytes(map(unicodedata.combining, text))):
        return text
    runs = groupby(text, lambda character: bool(unicodedata.combining(character)))
    return "".join("".join(islice(run, MAX_MARKS) if is_mark else run) for is_mark, run in runs)
