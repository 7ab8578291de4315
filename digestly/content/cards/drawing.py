"""Drawing: a card of 1200 by 630 points, as everybody who shows shared links wants it."""

from __future__ import annotations

import io
from bisect import bisect_right
from dataclasses import dataclass

from PIL import Image, ImageDraw

from .faces import Hand, runs, width

SIZE = (1200, 630)
EDGE = 80
ROOM = SIZE[0] - 2 * EDGE
STEP = 40  # by how much a title's lines are narrowed at a time
PAPER, INK, SOFT, PEN, HAIR = "#fdfdfb", "#15171c", "#575c67", "#ffe14a", "#d7d8d6"
SMALL = 30
# The largest letters in which a title stands within so many lines.
TITLES = ((84, 3), (68, 4), (56, 4))
LEADING = {"serif": 1.1, "sans": 1.28}
WEIGHT = {"serif": 560, "sans": 760}


@dataclass(frozen=True)
class Words:
    """All that is written on a card."""

    brand: str
    kicker: str
    title: str
    fact: str
    hand: Hand


def draw(words: Words) -> bytes:
    """The card as a PNG."""
    card = Image.new("RGB", SIZE, PAPER)
    pen = ImageDraw.Draw(card)
    brand = width(words.brand, "serif", 46, 700)
    pen.rectangle((EDGE - 8, 82, EDGE + brand + 8, 98), fill=PEN)
    line(pen, (EDGE, 96), words.brand, "serif", 46, 700, INK)
    pen.rectangle((EDGE, 128, SIZE[0] - EDGE, 129), fill=INK)
    line(pen, (EDGE, 190), shortened(words.kicker, "sans", SMALL, 600), "sans", SMALL, 600, SOFT)
    size, lines = set_title(words.title, words.hand)
    for number, text in enumerate(lines):
        down = 196 + size * 1.2 + number * size * LEADING[words.hand]
        line(pen, (EDGE, down), text, words.hand, size, WEIGHT[words.hand], INK)
    if words.fact:
        long = width(words.fact, "sans", SMALL, 600)
        pen.rectangle((EDGE, 530, EDGE + long + 28, 578), fill=PEN)
        line(pen, (EDGE + 14, 565), words.fact, "sans", SMALL, 600, INK)
    kept = io.BytesIO()
    # Few colours, since it is text on paper: a third of the size.
    card.quantize(32, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(kept, "PNG")
    return kept.getvalue()


def line(
    pen: ImageDraw.ImageDraw, at: tuple[float, float], text: str, hand: Hand, size: int, weight: int, ink: str
) -> None:
    """A line whose letters stand on the point."""
    across, down = at
    for face, piece in runs(text, hand, size, weight):
        pen.text((across, down), piece, font=face, fill=ink, anchor="ls")
        across += face.getlength(piece)


def set_title(title: str, hand: Hand) -> tuple[int, list[str]]:
    """The size of its letters, and its lines; the last ends with dots where even the smallest are too large."""
    for size, most in TITLES:
        lines = broken(title, hand, size, ROOM)
        if len(lines) <= most:
            return size, balanced(title, hand, size, lines)
    rest = " ".join(lines[most - 1 :])
    return size, [*lines[: most - 1], shortened(rest, hand, size, WEIGHT[hand])]


def balanced(title: str, hand: Hand, size: int, lines: list[str]) -> list[str]:
    """As many lines, of a length as even as can be: no word is left alone on the last."""
    for room in range(ROOM - STEP, ROOM // 2, -STEP):
        narrower = broken(title, hand, size, room)
        if len(narrower) > len(lines):
            break
        lines = narrower
    return lines


def broken(text: str, hand: Hand, size: int, room: int) -> list[str]:
    """In lines of that width, between words; within one only where it fills a line by itself."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width(longer, hand, size, WEIGHT[hand]) <= room:
            lines[-1] = longer
            continue
        rest = word
        while rest:
            cut = fitting(rest, hand, size, WEIGHT[hand], room) or 1
            lines.append(rest[:cut])
            rest = rest[cut:]
    return lines


def shortened(text: str, hand: Hand, size: int, weight: int) -> str:
    """As much of it as a line holds."""
    cut = fitting(text, hand, size, weight, ROOM)
    if cut == len(text):
        return text
    return text[: fitting(text, hand, size, weight, ROOM - size)].rstrip() + "…"


def fitting(text: str, hand: Hand, size: int, weight: int, room: float) -> int:
    """How many of its characters fit."""
    lengths = range(1, len(text) + 1)
    return bisect_right(lengths, room, key=lambda length: width(text[:length], hand, size, weight))
