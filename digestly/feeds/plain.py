"""Markup to plain text: titles and show notes carry tags and entities, our rows carry words."""

from __future__ import annotations

import re

from digestly.fetch.text import one_line, printable, without_entities

# Unclosed parts run to the end of the text: the second alternative keeps the search linear.
_HIDDEN = re.compile(
    r"<(script|style|template|noscript)\b.*?(?:</\1\s*>|\Z)|<!--(?:.*?-->|.*\Z)", re.DOTALL | re.IGNORECASE
)
_BREAK = re.compile(r"<(?:br|/p|/div|/li|/h[1-6]|/tr|/blockquote|hr)\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<[!?][^<>]*>")
_BLANK_LINES = re.compile(r"\n{3,}")
MOST_MARKUP = 500_000  # characters of show notes that are looked at: ten times what is kept of them


def line_from_html(markup: str) -> str:
    """A title: one line, no tags, entities read."""
    return one_line(_unmarked(markup))


def text_from_html(markup: str) -> str:
    """Show notes: paragraphs and breaks survive as line breaks, links as their words."""
    markup = markup[:MOST_MARKUP]
    lines = (one_line(line) for line in printable(_unmarked(_BREAK.sub("\n", markup))).split("\n"))
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()


def _unmarked(markup: str) -> str:
    if "<" in markup:
        markup = _TAG.sub("", _HIDDEN.sub("", markup))
    return without_entities(markup)
