"""Numbers follow from the tree."""

from __future__ import annotations

from digestly.outline.numbering import numbered
from digestly.outline.types import Section


def test_sections_are_numbered_in_reading_order() -> None:
    leaf = Section("c", "leaf")
    inner = Section("b", "inner", sections=(leaf,))
    top = Section("a", "top", sections=(Section("x", "first"), inner))
    last = Section("z", "last")
    assert list(numbered([top, last])) == [
        ("1.", 1, top),
        ("1.1.", 2, top.sections[0]),
        ("1.2.", 2, inner),
        ("1.2.1.", 3, leaf),
        ("2.", 1, last),
    ]
