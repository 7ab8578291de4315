"""The plain-text form: blocks with a blank line between them, made for reading and for mail.

No times, no marks: a locked heading stands bare. Date, title and source come before it, the wall after it;
who prints the page writes those.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from digestly.outline.labels import ENGLISH, Labels
from digestly.outline.numbering import numbered
from digestly.outline.preview import Preview
from digestly.outline.types import Outline, Point, Section


def render(preview: Preview, labels: Labels = ENGLISH) -> str:
    """The body of the page, without a line end at its end."""
    return "\n\n".join(_blocks(preview.outline, labels))


def _blocks(outline: Outline, labels: Labels) -> Iterator[str]:
    if outline.summary:
        yield outline.summary
    if outline.key_points:
        yield f"{labels.key_points}:"
        yield _bullets(point.text for point in outline.key_points)
    if outline.sections:
        yield f"{labels.details}:"
    for number, _, section in numbered(outline.sections):
        yield _heading(number, section)
        if section.bullets:
            yield _bullets(bullet.text for bullet in section.bullets)
    if outline.insights:
        yield f"{labels.insights}:"
        yield _bullets(_quotation(insight) for insight in outline.insights)
    if outline.analysis:
        yield f"{labels.analysis}:"
        yield outline.analysis


def _heading(number: str, section: Section) -> str:
    return " ".join(part for part in (number, section.emoji, section.heading) if part)


def _bullets(texts: Iterable[str]) -> str:
    return "\n".join(f"  • {text}" for text in texts)


def _quotation(insight: Point) -> str:
    return f'"{insight.text}"' + (f" - {insight.speaker}" if insight.speaker else "")
