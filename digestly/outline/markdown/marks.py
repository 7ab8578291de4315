"""The marks of the Markdown form, and how text is kept from reading as one.

A backslash before ASCII punctuation makes it plain text; before anything else it is a backslash. The reader
first turns each escaped sign into a noncharacter (`hide`), which clean text never holds; so no rule for marks
needs to think of backslashes, and `reveal` turns them back at the end.
"""

from __future__ import annotations

import re
from string import punctuation

TITLE_LEVEL, PART_LEVEL, SECTION_LEVEL = 1, 2, 3  # number of "#"

PARTS = {
    "key_points": ("Key Points", "핵심 포인트"),
    "details": ("Details", "상세"),
    "insights": ("Insights", "인사이트"),
    "analysis": ("Analysis", "분석"),
}

HEADING = re.compile(r"(#+)(?: (.*))?")
BULLET = re.compile(r"(?:[-*+](?: |$)|• ?)(.*)")
NUMBER = re.compile(r"(?:[0-9]{1,3}\.)+(?: |$)")
QUOTATIONS = (
    re.compile(r'"(.*)"(?: [-\u2013\u2014] ([^"]+))?'),
    re.compile(r"“(.*)”(?: [-\u2013\u2014] ([^”]+))?"),
)

# At the end of a line. They match more than what is right, so that a slip is reported and not read as text.
TIME = re.compile(r" ?\[([0-9]{1,5}(?::[0-9]{1,2}){1,2})\]$")
BRACES = re.compile(r" ?\{(#[^{}]*|free|plus)\}$")
ATTRIBUTES = re.compile(r"(?:#([^ ]+))?(?: ?(free|plus))?")

_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_HIDING = dict(zip(punctuation, map(chr, range(0xFDD0, 0xFDF0)), strict=True))
_REVEALING = {ord(hidden): sign for sign, hidden in _HIDING.items()}

_ALWAYS = re.compile(r"\\|<(?=[A-Za-z/!?])")
_LEADING = re.compile(r"[#>*+-]")


def hide(line: str) -> str:
    """`line` with its escaped signs put out of sight."""
    return _ESCAPED.sub(lambda match: _HIDING[match[1]], line)


def reveal(text: str) -> str:
    """`text` with the hidden signs as what they are."""
    return text.translate(_REVEALING)


def plain(text: str) -> str:
    """Text anywhere. Markdown that is not ours would take "<b>" for HTML, so it is escaped too."""
    return _ALWAYS.sub(r"\\\g<0>", text)


def leading(text: str) -> str:
    """Escaped text that begins a line or a bullet."""
    return f"\\{text}" if _LEADING.match(text) else text


def trailing(text: str) -> str:
    """Escaped text that a time or an id may follow."""
    match = TIME.search(text) or BRACES.search(text)
    if not match:
        return text
    mark = match.start() + match[0].startswith(" ")
    return f"{text[:mark]}\\{text[mark:]}"


def part_named(name: str) -> str | None:
    """The part that a "## name" opens, however it is spelled: "Key points", "KEY-POINTS:", "핵심포인트"."""
    return _NAMED.get(_folded(name))


def _folded(name: str) -> str:
    return re.sub(r"[\s:_-]", "", name).casefold()


_NAMED = {_folded(name): part for part, names in PARTS.items() for name in names}
