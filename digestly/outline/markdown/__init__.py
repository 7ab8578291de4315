"""The Markdown form: what editors type. `write` prints an outline, `parse` reads one back.

`parse(write(outline), base=outline) == outline`, and `write(parse(write(outline))) == write(outline)`. The
form shows whole seconds, no evidence, no speakers but those of insights: `base` has the rest (`carrying`).
No line is ever dropped: one that cannot be understood is a MarkdownError that says which and what to do.
"""

from __future__ import annotations

from digestly.outline.markdown.carrying import carried
from digestly.outline.markdown.errors import MarkdownError
from digestly.outline.markdown.reading import read
from digestly.outline.markdown.writing import write
from digestly.outline.types import Outline

__all__ = ["MarkdownError", "parse", "write"]


def parse(text: str, base: Outline | None = None) -> Outline:
    """The outline in `text`; what the form does not show comes from `base`, which it was printed from."""
    return carried(read(text), base or Outline())
