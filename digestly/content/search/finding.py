"""Looks a question up: the newest digests that hold all its words. Two queries, whatever is found."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.db.models import Q
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from billing import plus
from digestly.content.access import Reading, readings_for
from digestly.content.models import Digest, SearchText, SearchWord
from digestly.content.models.source import day_of

from .index import HEAD, SCHEME
from .words import asked, marked

BEFORE, AFTER = 60, 160  # characters of a snippet around what was found


@dataclass(frozen=True)
class Hit:
    """A digest that was found, and the words around what was looked for."""

    reading: Reading
    snippet: SafeString


def find(
    question: str, language: str, reader: plus.Reader, *, before: str, size: int
) -> tuple[list[Hit], str]:
    """Up to `size` hits, newest first, and the key of the page after them ("" if there is none)."""
    words, literally = asked(question)
    if not words:
        return [], ""
    texts = SearchText.objects.current(SCHEME).filter(language=language)
    for word in words:
        texts = texts.filter(pk__in=SearchWord.objects.filter(word=word).values("text"))
    for run in literally:
        texts = texts.filter(folded__contains=run)
    key = re.fullmatch(r"(\d{4}-\d{2}-\d{2})\.(\d{1,18})", before)
    day = day_of(key[1]) if key else None
    if key and day:
        texts = texts.filter(Q(day__lt=day) | Q(day=day, pk__lt=int(key[2])))
    found = list(texts.order_by("-day", "-pk")[: size + 1])
    page = found[:size]
    digests = Digest.objects.published().for_reading().filter(pk__in=[text.pk for text in page])
    readings = {
        digest.pk: reading for digest, reading in zip(digests, readings_for(reader, digests), strict=True)
    }
    hits = [Hit(readings[text.pk], snippet(text, question)) for text in page if text.pk in readings]
    return hits, f"{page[-1].day}.{page[-1].pk}" if len(found) > size else ""


def snippet(text: SearchText, question: str) -> SafeString:
    """The line around the first find, as it is printed, with every find in it marked."""
    pattern = marked(question)
    body = len(text.text.rsplit("\n", HEAD)[0])
    first = pattern and pattern.search(text.folded, 0, body)
    start, end = _around(text.text, first.start() if first else 0)
    said, at = [], start
    for match in pattern.finditer(text.folded, start, end) if pattern else ():
        found = escape(text.text[match.start() : match.end()])
        said += [escape(text.text[at : match.start()]), f"<mark>{found}</mark>"]
        at = match.end()
    said.append(escape(text.text[at:end]))
    before = "…" if start and text.text[start - 1] != "\n" else ""
    after = "…" if end < len(text.text) and text.text[end] != "\n" else ""
    return mark_safe(before + "".join(map(str, said)) + after)  # noqa: S308 - escaped piece by piece


def _around(text: str, middle: int) -> tuple[int, int]:
    """From where to where: the line that `middle` is in, or as much of it as fits, cut between words."""
    line_starts = text.rfind("\n", 0, middle) + 1
    line_ends = text.find("\n", middle)
    start, end = middle - BEFORE, middle + AFTER
    start = line_starts if start <= line_starts else text.find(" ", start, middle) + 1 or start
    line_ends = len(text) if line_ends < 0 else line_ends
    if end < line_ends:
        space = text.rfind(" ", middle + BEFORE, end)
        return start, space if space > 0 else end
    return start, line_ends
