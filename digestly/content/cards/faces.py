"""Faces: which of the site's font files draws a character. Pretendard lies in ninety files, by what they hold."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cache, lru_cache
from itertools import groupby
from pathlib import Path
from typing import Literal

from django.conf import settings
from PIL import ImageFont

FOLDER = settings.HOME / "digestly" / "static" / "fonts"
PRETENDARD = FOLDER / "pretendard"
LATIN = (
    FOLDER / "newsreader" / "newsreader-latin.woff2",
    FOLDER / "newsreader" / "newsreader-latin-ext.woff2",
)
FACE = re.compile(r"src: url\(\./(?P<file>[^)]+)\).*?unicode-range: (?P<ranges>[^;]+);")
RANGE = re.compile(r"U\+([0-9a-f]+)(?:-([0-9a-f]+))?", re.IGNORECASE)
LATIN_ENDS = 0x24F  # the last letter that Newsreader may hold; beyond are its dashes and quotation marks
MARKS = frozenset("‘’“”–—…")

Hand = Literal["serif", "sans"]
Run = tuple[ImageFont.FreeTypeFont, str]


@cache
def hangul() -> tuple[list[int], list[tuple[int, Path | None]]]:
    """Pretendard's files by the ranges of its own sheet: where each begins, then where it ends and its file."""
    found = [
        (int(first, 16), int(last or first, 16), PRETENDARD / face["file"])
        for face in FACE.finditer((PRETENDARD / "pretendard.css").read_text())
        for first, last in RANGE.findall(face["ranges"])
    ]
    found.sort(key=lambda one: one[0])
    return [first for first, _, _ in found], [(last, file) for _, last, file in found]


@lru_cache(maxsize=65_536)
def file_of(character: str, hand: Hand) -> Path | None:
    """The file that draws it; None where no font of ours does, such as for an emoji."""
    code = ord(character)
    latin = LATIN[0] if code < 0x100 or character in MARKS else LATIN[1] if code <= LATIN_ENDS else None
    begins, rest = hangul()
    last, file = rest[bisect_right(begins, code) - 1] if code >= begins[0] else (-1, None)
    pretendard = file if code <= last else None
    return (latin or pretendard) if hand == "serif" else (pretendard or latin)


@lru_cache(maxsize=256)
def font(file: Path, size: int, weight: int) -> ImageFont.FreeTypeFont:
    face = ImageFont.truetype(file, size)
    axes: list[float] = [weight, min(72, size)] if file in LATIN else [weight]
    face.set_variation_by_axes(axes[: len(face.get_variation_axes())])
    return face


def runs(text: str, hand: Hand, size: int, weight: int) -> list[Run]:
    """The text in pieces of one font each. What none of them draws is left out."""
    files = [(file_of(character, hand), character) for character in text]
    return [
        (font(file, size, weight), "".join(character for _, character in piece))
        for file, piece in groupby(files, key=lambda one: one[0])
        if file
    ]


def width(text: str, hand: Hand, size: int, weight: int) -> float:
    return sum(face.getlength(piece) for face, piece in runs(text, hand, size, weight))
