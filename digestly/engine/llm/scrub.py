"""Scrub: a model's words as plain text of the length that a page has room for.

A page escapes whatever it shows; here goes what has no business in a digest at all: tags, links, Markdown, and
characters that turn or hide text.
"""

from __future__ import annotations

import re
from typing import Any

from digestly.outline.emoji import is_emoji
from digestly.outline.text import clean_line

BULLET, HEADING, TITLE, PARAGRAPH = 600, 90, 120, 1500  # characters at most

_TAG = re.compile(r"</?[A-Za-z!?][^<>]{0,500}>?")
_LINKED = re.compile(r"!?\[([^\[\]]{0,300})\]\([^()\s]{0,500}\)")
_ADDRESS = re.compile(
    r"(?:\b(?:https?|ftp|javascript|data|file|vbscript|mailto|tel):|\bwww\.)\S+"
    # A bare host may be named; one that is handed a question is a letter box, and mail programs link to it.
    r"|\b[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}(?:/[^\s?#]{0,200})?[?#]\S+",
    re.I,
)
_MARKS = re.compile(r"(?:\*\*|__|`+|~~)")
_LEADING = re.compile(r"^(?:[#>*•\-–—]+\s+|\d{1,2}[.)]\s+)+")
# Cited ids that slipped into the text: "(s12)", "[s12, s14]".
_IDS = re.compile(r"\s*[\[(](?:[sbq]\d+(?:\s*[,–-]\s*)?)+[\])]")
_HIDDEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufff9-\ufffb\U000e0000-\U000e007f]")
_END = re.compile(r"[.!?…。！？]")


def plain(given: Any, most: int = BULLET) -> str:
    """Clean text of at most `most` characters, cut at a sentence's end if it can be; "" for anything else."""
    if not isinstance(given, str):
        return ""
    text = clean_line(_HIDDEN.sub("", given[: 8 * most]))
    for pattern, kept in ((_LINKED, r"\1"), (_TAG, " "), (_ADDRESS, ""), (_MARKS, ""), (_IDS, "")):
        text = pattern.sub(kept, text)
    text = clean_line(_LEADING.sub("", clean_line(text)))
    return text if len(text) <= most else _cut(text, most)


def emoji(given: Any) -> str | None:
    return given.strip() if isinstance(given, str) and is_emoji(given.strip()) else None


def _cut(text: str, most: int) -> str:
    ends = [end.end() for end in _END.finditer(text, 0, most)]
    if ends and ends[-1] > most // 3:
        return text[: ends[-1]]
    return text[: most - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"
