"""Feeds beside lists: RSS, Atom and JSON Feed. They carry what a guest may read, whoever asks."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed
from django.views.decorators.http import require_safe

from .access import Reading, readings_for
from .caching import answer
from .models import Digest, Source
from .views import language, source_gone

ENTRIES = 30


@require_safe
def home_feed(request: HttpRequest, form: str) -> HttpResponseBase:
    """The newest digests in a language."""
    digests = Digest.objects.published().for_reading().filter(language=language())
    newest = digests.order_by("-published_at", "-pk")[:ENTRIES]
    return feed(request, form, settings.SITE_NAME, reverse("home"), newest)


@require_safe
def source_feed(request: HttpRequest, slug: str, form: str) -> HttpResponseBase:
    """The newest digests of one source."""
    source = Source.objects.known_to_readers().filter(slug=slug).first()
    if source is None:
        return source_gone(request, slug)
    digests, _ = source.page_of_digests(language(), "", ENTRIES)
    return feed(request, form, f"{source} · {settings.SITE_NAME}", source.url_in(language()), digests)


def feed(request: HttpRequest, form: str, title: str, path: str, digests: Any) -> HttpResponseBase:
    readings = readings_for(AnonymousUser(), digests)
    write = json_feed if form == "json" else xml_feed
    return answer(
        request, lambda: write(request, form, title, path, readings), (form, title, path, readings), readings
    )


def xml_feed(request: HttpRequest, form: str, title: str, path: str, readings: list[Reading]) -> HttpResponse:
    generator = (Atom1Feed if form == "atom" else Rss201rev2Feed)(
        title=title,
        link=absolute(path),
        description=title,
        language=language(),
        feed_url=absolute(request.path),
    )
    for reading in readings:
        generator.add_item(
            title=reading.title,
            link=absolute(reading.path),
            description=str(reading.html),
            pubdate=moment(reading),
            updateddate=moment(reading),
            unique_id=absolute(reading.path),
            author_name=reading.source,
        )
    return HttpResponse(generator.writeString("utf-8"), content_type=generator.content_type)


def json_feed(
    request: HttpRequest, form: str, title: str, path: str, readings: list[Reading]
) -> HttpResponse:
    """jsonfeed.org, version 1.1."""
    return JsonResponse(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": title,
            "home_page_url": absolute(path),
            "feed_url": absolute(request.path),
            "language": language(),
            "items": [
                {
                    "id": absolute(reading.path),
                    "url": absolute(reading.path),
                    "title": reading.title,
                    "summary": reading.summary,
                    "content_html": reading.html,
                    "date_published": moment(reading).isoformat(),
                    "authors": [{"name": reading.source}],
                }
                for reading in readings
            ],
        },
        json_dumps_params={"ensure_ascii": False},
        content_type="application/feed+json; charset=utf-8",
    )


def absolute(path: str) -> str:
    return settings.BASE_URL + path


def moment(reading: Reading) -> datetime:
    return reading.published_at or datetime.combine(reading.date, time(), UTC)
