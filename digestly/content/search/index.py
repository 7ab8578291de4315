"""Writes down what a guest may read of a digest, for search to look through."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from digestly.content.access import Reading, reading_for
from digestly.content.models import Digest, SearchText, SearchWord
from digestly.outline import html
from digestly.outline.text import clean_line

from .words import folded, words_in

WRITER = 1  # raise it when what is written down, or how it is cut into words, changes
SCHEME = f"{html.RENDERER}.{WRITER}"
HEAD = 3  # lines at the end of the text that a hit's headline says already
ROWS_AT_ONCE = 500


def write_down(pk: int) -> None:
    """Bring the index to what the digest says now. Running it twice is the same as once."""
    with transaction.atomic():
        published = Digest.objects.published().filter(pk=pk)
        is_published = published.select_for_update().values_list("pk").first()  # and one writer at a time
        SearchText.objects.filter(pk=pk).delete()
        if not is_published:
            return
        digest = published.for_reading().get()
        reading = reading_for(AnonymousUser(), digest)
        text = open_text(reading)
        row = SearchText.objects.create(
            digest=digest, scheme=SCHEME, version=digest.version, policy=digest.policy,
            until=reading.next_access_change, language=digest.language, day=reading.date,
            text=text, folded=folded(text),
        )  # fmt: skip
        words = (SearchWord(text=row, word=word) for word in sorted(words_in(text)))
        SearchWord.objects.bulk_create(words, batch_size=ROWS_AT_ONCE)


def out_of_date() -> list[int]:
    """Digests that search would not find, or finds no more: published and not written down as they are now, or
    written down and not published."""
    current = SearchText.objects.current(SCHEME).filter(pk=OuterRef("pk"))
    missing = Digest.objects.published().filter(~Exists(current))
    gone = SearchText.objects.filter(~Q(digest__state=Digest.State.PUBLISHED))
    late = missing.order_by("pk").values_list("pk", flat=True)
    return [*late[:ROWS_AT_ONCE], *gone.values_list("pk", flat=True)[:ROWS_AT_ONCE]]


def open_text(reading: Reading) -> str:
    """Summary, key points, headings and open bullets, a line each; then title, source and episode, which stand above
    a hit anyway."""
    cut = reading.preview
    told = [reading.summary, *(point.text for point in cut.outline.key_points)]
    for section in cut.outline.walk():
        told += [section.heading, *(bullet.text for bullet in section.bullets)]
    lines = [line for line in map(clean_line, told) if line]
    return "\n".join([*lines, *map(clean_line, (reading.title, reading.source, reading.episode))])
