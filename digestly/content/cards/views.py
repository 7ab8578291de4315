"""The cards at their addresses: one beside each digest, and the site's own for every other page."""

from __future__ import annotations

import hashlib
from datetime import date

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext, ngettext
from django.views.decorators.http import require_safe

from digestly.content import caching
from digestly.content.access import Reading
from digestly.content.templatetags.reading import language_in
from digestly.content.views import open_reading

from .drawing import Words, draw

KEPT = 24 * 60 * 60  # seconds; what is drawn follows from the words alone


@require_safe
def digest_card(request: HttpRequest, day: date, slug: str) -> HttpResponseBase:
    """What a link to a digest is shared with."""
    reading = open_reading(request, day, slug)
    if not isinstance(reading, Reading):
        return reading
    return answer(request, words_of(reading), [reading])


@require_safe
def site_card(request: HttpRequest) -> HttpResponseBase:
    """What a link to any other page is shared with."""
    title = gettext("Podcasts and talks, read in minutes")
    words = Words(settings.SITE_NAME, "", title, "", "sans" if get_language() == "ko" else "serif")
    return answer(request, words, [])


def words_of(reading: Reading) -> Words:
    """The head of the page, as far as a card holds it."""
    minutes, saved = reading.minutes, reading.minutes_saved
    facts = [gettext("%(minutes)s min read") % {"minutes": minutes}]
    if saved:
        facts.append(
            ngettext("%(minutes)s minute saved", "%(minutes)s minutes saved", saved) % {"minutes": saved}
        )
    return Words(
        brand=settings.SITE_NAME,
        kicker=f"{reading.source} · {date_format(reading.date)}",
        title=reading.title,
        fact=" · ".join(facts),
        hand="sans" if language_in(reading.title, reading.language) == "ko" else "serif",
    )


def answer(request: HttpRequest, words: Words, readings: list[Reading]) -> HttpResponseBase:
    def drawn() -> HttpResponse:
        key = f"card:{caching.program()[:16]}:{hashlib.sha256(repr(words).encode()).hexdigest()}"
        return HttpResponse(cache.get_or_set(key, lambda: draw(words), KEPT), content_type="image/png")

    return caching.answer(request, drawn, words, readings)
