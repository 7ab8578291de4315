"""The markup of the small print: `# title`, `## heading`, `- item`, paragraphs, `[text](address)` and `code`.

Everything is escaped first, so that whatever an editor types is text and never HTML.
"""

from __future__ import annotations

import re

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

LINK = re.compile(r"\[([^\[\]]+)\]\(((?:https?://|mailto:|/(?!/))[^\s()]*)\)")
CODE = re.compile(r"`([^`]+)`")
ADDRESS = re.compile(r"(?<![\w.:/@>\"-])([\w.+-]+@[\w-]+(?:\.[\w-]+)+)")


def title_of(text: str) -> str:
    """What stands after the first `# `, or nothing."""
    first = text.strip().partition("\n")[0]
    return first.removeprefix("# ").strip() if first.startswith("# ") else ""


def html(text: str) -> SafeString:
    """All but the title."""
    blocks = re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip())
    if title_of(text):
        blocks[0] = blocks[0].partition("\n")[2]
    return mark_safe("\n".join(block(part) for part in blocks if part.strip()))  # noqa: S308 - escaped piece by piece


def block(text: str) -> str:
    lines = [line.strip() for line in text.strip().splitlines()]
    if lines[0].startswith("## "):
        after = "\n".join(lines[1:])
        return f"<h2>{inline(lines[0][3:])}</h2>" + (f"\n{block(after)}" if after else "")
    if all(line.startswith("- ") for line in lines):
        return "<ul>" + "".join(f"<li>{inline(line[2:])}</li>" for line in lines) + "</ul>"
    return f"<p>{'<br>'.join(inline(line) for line in lines)}</p>"


def inline(text: str) -> str:
    escaped = str(escape(text))
    escaped = ADDRESS.sub(r'<a href="mailto:\1">\1</a>', escaped)
    escaped = CODE.sub(r"<code>\1</code>", escaped)
    return LINK.sub(r'<a href="\2">\1</a>', escaped)
