"""The HTML form: what stands between a page's header and its wall, safe to put on any page.

Numbers are text, so that copying, searching and screen readers get them. Parts carry `data-part`, sections
`data-section` and `data-access`, for tools. Strings are joined by hand: a template costs many times as much.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from html import escape

from digestly.outline.labels import ENGLISH, Labels
from digestly.outline.numbering import numbered, numbers
from digestly.outline.preview import Preview
from digestly.outline.timestamps import clock
from digestly.outline.types import Point, Section

# Raise it when the HTML changes: rendered outlines are kept beside it and refilled when it differs.
RENDERER = 2

Moment = Callable[[float], str | None]  # seconds -> the address of that moment in the recording


def _nowhere(_: float) -> None:
    return None


def render(preview: Preview, labels: Labels = ENGLISH, moment: Moment = _nowhere) -> str:
    """Summary, key points, details, insights and analysis, each only where there is one."""
    return "\n".join(_parts(preview, labels, moment))


def contents(preview: Preview) -> str:
    """Links to the top-level sections, or nothing when there are none."""
    links = "".join(
        f'<li><a href="#{escape(anchor(section.id))}"><span class="number">{number}</span> {_heading(section)}</a></li>'
        for number, depth, section in numbered(preview.outline.sections)
        if depth == 1
    )
    return f'<ul class="contents">{links}</ul>' if links else ""


def anchor(section_id: str) -> str:
    """The fragment of a section, stable since its id is."""
    return f"s-{section_id}"


def _parts(preview: Preview, labels: Labels, moment: Moment) -> Iterator[str]:
    outline = preview.outline
    if outline.summary:
        yield _part("summary", labels.summary, f"<p>{escape(outline.summary)}</p>")
    if outline.key_points:
        yield _part("key-points", labels.key_points, _bullets(outline.key_points, moment))
    if outline.sections:
        lines = _sections(outline.sections, preview, labels, moment)
        yield _part("details", labels.details, "\n".join(lines))
    if outline.insights:
        quotations = (_quotation(insight, moment) for insight in outline.insights)
        yield _part("insights", labels.insights, "\n".join(quotations))
    if outline.analysis:
        paragraphs = (f"<p>{escape(paragraph)}</p>" for paragraph in outline.analysis.split("\n\n"))
        yield _part("analysis", labels.analysis, "\n".join(paragraphs))


def _part(name: str, label: str, body: str) -> str:
    return f'<section class="{name}" data-part="{name}">\n<h2>{escape(label)}</h2>\n{body}\n</section>'


def _sections(
    sections: Iterable[Section],
    preview: Preview,
    labels: Labels,
    moment: Moment,
    parent: str = "",
    level: int = 3,
) -> Iterator[str]:
    for number, section in zip(numbers(parent), sections, strict=False):
        locked = preview.locked.get(section.id)
        identifier = escape(section.id)
        yield (
            f'<section id="{escape(anchor(section.id))}" data-section="{identifier}"'
            f' data-access="{"locked" if locked else "open"}">'
        )
        yield f"<h{level}>{_link(number, section, labels)} {_heading(section)}</h{level}>"
        if locked:
            yield f'<p class="locked-line"><a href="#wall">{escape(labels.locked(locked))}</a></p>'
        if section.bullets:
            yield _bullets(section.bullets, moment)
        yield from _sections(section.sections, preview, labels, moment, number, min(level + 1, 6))
        yield "</section>"


def _link(number: str, section: Section, labels: Labels) -> str:
    """The number, which is the section's own address too."""
    address = escape(anchor(section.id))
    return f'<a class="number" href="#{address}" title="{escape(labels.link)}">{number}</a>'


def _heading(section: Section) -> str:
    emoji = f'<span class="emoji" aria-hidden="true">{escape(section.emoji)}</span> ' if section.emoji else ""
    return f"{emoji}{escape(section.heading)}"


def _bullets(points: Iterable[Point], moment: Moment) -> str:
    lines = [f"<li>{escape(point.text)}{_moment(point, moment)}</li>" for point in points]
    return '<ul class="bullets">\n' + "\n".join(lines) + "\n</ul>"


def _quotation(insight: Point, moment: Moment) -> str:
    speaker = f"— {escape(insight.speaker)}" if insight.speaker else ""
    source = f"{speaker}{_moment(insight, moment)}".strip()
    footer = f"<footer>{source}</footer>" if source else ""
    return f'<blockquote class="insight"><p>{escape(insight.text)}</p>{footer}</blockquote>'


def _moment(point: Point, moment: Moment) -> str:
    """The time after a text, linked where the recording has an address."""
    if point.start is None:
        return ""
    address = moment(point.start)
    # The address comes from a feed, and a feed may say "javascript:".
    if address and address.startswith(("https://", "http://", "/")):
        link = f'<a class="moment" href="{escape(address)}" rel="noopener">{clock(point.start)}</a>'
        return f" {link}"
    return f' <span class="moment">{clock(point.start)}</span>'
