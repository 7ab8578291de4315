"""Transcripts as markup: `<cite>` names, `<time>` marks, `<p>` speaks; and YouTube's `<text start dur>`."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from lxml import etree, html

from digestly.fetch.text import one_line, without_entities
from digestly.transcripts import plain, timing
from digestly.transcripts.cuetext import attributed
from digestly.transcripts.errors import TranscriptBad
from digestly.transcripts.types import ParsedTranscript, Segment

# What a page says around its transcript.
SURROUNDINGS = ("script", "style", "head", "nav", "header", "footer", "form", "template", "noscript")


def read(text: str) -> ParsedTranscript:
    """Raises TranscriptBad for markup without words."""
    try:
        page = html.document_fromstring(text.encode(), parser=html.HTMLParser(encoding="utf-8"))
    except (etree.LxmlError, ValueError) as why:
        raise TranscriptBad("This page holds no text.") from why
    language = one_line(page.get("lang") or "")[:35] or None
    segments = tuple(_timed_texts(page))
    if not segments:
        etree.strip_elements(page, *SURROUNDINGS, with_tail=False)
        segments = attributed(timing.with_ends(_paragraphs(page)))
    if not segments:
        segments = plain.read("\n".join(str(piece) for piece in page.itertext())).segments
    return ParsedTranscript(format="html", language=language, segments=segments)


def _timed_texts(page: html.HtmlElement) -> Iterator[Segment]:
    for cue in page.iter("text"):
        start, lasted = timing.seconds(cue.get("start")), timing.seconds(cue.get("dur"))
        if start is not None:
            end = timing.plausible(start + lasted) if lasted is not None else None
            # YouTube escapes its text once more than XML asks for.
            yield Segment(start=start, end=end, speaker=None, text=one_line(without_entities(_text(cue))))


def _paragraphs(page: html.HtmlElement) -> Iterator[Segment]:
    """`<cite>` and `<time>` stand before or inside the paragraph they belong to."""
    speaker: str | None = None
    start: float | None = None
    inside: set[html.HtmlElement] = set()
    for element in list(islice(page.iter("cite", "time", "p"), plain.MOST_LINES)):
        if element in inside:
            continue
        marks = element.xpath(".//cite | .//time") if element.tag == "p" else [element]
        for mark in marks:
            if mark.tag == "cite":
                speaker = one_line(_text(mark)).rstrip(":").strip() or None
            else:
                start = timing.seconds(_text(mark).strip(" \t\n[]()"))
        if element.tag == "p":
            inside.update(marks)
            for mark in marks:
                mark.drop_tree()
            if text := one_line(_text(element)):
                yield Segment(start=start, end=None, speaker=speaker, text=text)
                start = None


def _text(element: html.HtmlElement) -> str:
    return "".join(str(piece) for piece in element.itertext())
