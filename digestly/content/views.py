"""Station 8: show. A view loads, asks the gate, and renders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import quote, urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language, get_language_from_request, gettext, override
from django.views.decorators.http import require_safe

from billing import plus
from digestly.outline.timestamps import clock

from . import caching, errors
from .access import Reading, reading_for, readings_for, words_for
from .caching import kept
from .editorial import edition_day
from .models import Digest, Edition, RetiredSlug, SmallPrint, Source
from .neighbours import neighbours
from .smallprint.leaf import leaf
from .structured_data import structured_data
from .written import as_json, as_markdown

EDITIONS_A_PAGE = 7
DIGESTS_A_PAGE = 20
LINES_A_PAGE = 500


@dataclass(frozen=True)
class EditionCard:
    """One day and its digests, as a list shows them."""

    date: date
    path: str
    readings: list[Reading]


@require_safe
def front_door(request: HttpRequest) -> HttpResponse:
    """To the reader's language."""
    with override(get_language_from_request(request)):
        response = redirect("home")
    patch_vary_headers(response, ["Accept-Language", "Cookie"])
    response["Cache-Control"] = "public, max-age=60" if not request.user.is_authenticated else "private"
    return response


@require_safe
def home(request: HttpRequest) -> HttpResponseBase:
    """Today's edition and the days before it. `?before=` a day pages on."""
    editions = Edition.objects.readable(language())
    before = day_from(request)
    if before:
        editions = editions.before(before)
    page = list(editions[: EDITIONS_A_PAGE + 1])
    cards = edition_cards(request, page[:EDITIONS_A_PAGE])
    older = page[EDITIONS_A_PAGE - 1].date if len(page) > EDITIONS_A_PAGE else None
    today = edition_day(timezone.now())
    context = {
        "cards": cards,
        "older": older,
        "before": before,
        "missing_day": None if before or not cards or cards[0].date >= today else today,
        "alternates": alternates("home"),
    }
    readings = [reading for card in cards for reading in card.readings]
    return caching.page(request, "content/home.html", context, readings)


@require_safe
def edition(request: HttpRequest, day: date) -> HttpResponseBase:
    """The digests of one day, with the days beside it."""
    readable = Edition.objects.readable(language())
    found = get_object_or_404(readable, date=day)
    (card,) = edition_cards(request, [found])
    context = {
        "card": card,
        "earlier": readable.before(day).first(),
        "later": readable.after(day).first(),
        "alternates": [
            (other.language, other.get_absolute_url()) for other in Edition.objects.with_digests().on(day)
        ],
    }
    return caching.page(request, "content/edition.html", context, card.readings)


@require_safe
def digest(request: HttpRequest, day: date, slug: str) -> HttpResponseBase:
    """One digest, as far as this reader may read."""
    found = load(day, slug)
    if isinstance(found, str):
        return redirect(found, permanent=True)
    if found.state == Digest.State.WITHDRAWN:
        return errors.gone(request, found.withdrawn_because)
    reading, around = reading_for(request.user, found), neighbours(found)
    siblings = [(sibling.language, sibling.path) for sibling in around.siblings]
    context = {
        "reading": reading,
        "corrections": reading.corrections,
        "around": around,
        "price": plus.starting_price() if reading.wall else None,
        "alternates": [(reading.language, reading.path), *siblings],
        "structured_data": structured_data(reading),
        "complaint": complaint(reading),
        "has_transcript": found.episode.source.shows_transcript and plus.has_plus(request.user),
    }
    response = caching.page(request, "content/digest.html", context, [reading])
    if reading.recording:
        response._csp_update = reading.recording.policy  # type: ignore[attr-defined]
    return response


@require_safe
def transcript(request: HttpRequest, day: date, slug: str) -> HttpResponseBase:
    """What was said, for those who may read it; for all others there is no such page. `?from=` a line pages on."""
    found = load(day, slug)
    if isinstance(found, str):
        return redirect(f"{found}transcript/", permanent=True)
    if found.state == Digest.State.WITHDRAWN:
        return errors.gone(request, found.withdrawn_because)
    said = words_for(request.user, found)
    if said is None:
        raise Http404
    asked = request.GET.get("from", "")
    first = min(int(asked), len(said)) if asked.isdecimal() and len(asked) < 9 else 0
    shown = said[first : first + LINES_A_PAGE]
    moment = found.episode.moment
    context = {
        "reading": reading_for(request.user, found),
        "spoken": found.transcript.language if found.transcript else "",
        "lines": [
            (
                line,
                "" if line.start is None else clock(line.start),
                line.start is not None and moment(line.start),
            )
            for line in shown
        ],
        "earlier": max(0, first - LINES_A_PAGE) if first else None,
        "later": first + LINES_A_PAGE if first + LINES_A_PAGE < len(said) else None,
    }
    response = render(request, "content/transcript.html", context)
    response["Cache-Control"] = "private, no-store"
    patch_vary_headers(response, ["Cookie"])
    return response


@require_safe
def digest_markdown(request: HttpRequest, day: date, slug: str) -> HttpResponseBase:
    """The same reading as Markdown."""
    reading = open_reading(request, day, slug)
    if not isinstance(reading, Reading):
        return reading

    def written() -> HttpResponse:
        return HttpResponse(as_markdown(reading), content_type="text/markdown; charset=utf-8")

    return caching.answer(request, written, (reading, reading.corrections), [reading])


@require_safe
def digest_json(request: HttpRequest, day: date, slug: str) -> HttpResponseBase:
    """The same reading as JSON: the `make_digest` shape after the gate."""
    reading = open_reading(request, day, slug)
    if not isinstance(reading, Reading):
        return reading

    def written() -> HttpResponse:
        return JsonResponse(as_json(reading), json_dumps_params={"ensure_ascii": False})

    return caching.answer(request, written, (reading, reading.corrections), [reading])


@require_safe
def source(request: HttpRequest, slug: str) -> HttpResponseBase:
    """A source and its digests, newest first. `?before=` pages on."""
    found = Source.objects.known_to_readers().filter(slug=slug).first()
    if found is None:
        return source_gone(request, slug)
    digests, older = found.page_of_digests(language(), request.GET.get("before", ""), DIGESTS_A_PAGE)
    readings = readings_for(request.user, digests)
    context = {
        "source": found, "readings": readings, "older": older, "alternates": alternates("source", slug),
    }  # fmt: skip
    return caching.page(request, "content/source.html", context, readings)


def source_gone(request: HttpRequest, slug: str) -> HttpResponse:
    """Where a source was that its rights-holder took away: 410, on which feed readers stop asking. Else 404."""
    taken = get_object_or_404(Source.objects.withdrawn_from_readers(), slug=slug)
    return errors.gone(request, taken.withdrawn_because, title=gettext("This source has been withdrawn."))


@require_safe
def small_print(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Terms, privacy and the like."""
    context = {
        "leaf": leaf(SmallPrint.Kind(kind), language()),
        "alternates": alternates("small_print", kind),
        "kinds": SmallPrint.Kind,
    }
    return kept(request, render(request, "content/small_print.html", context))


def language() -> str:
    return get_language() or settings.LANGUAGE_CODE


def edition_cards(request: HttpRequest, editions: list[Edition]) -> list[EditionCard]:
    """The editions with their digests, in two queries however many they are."""
    digests = (
        Digest.objects.published()
        .for_reading()
        .filter(entry__edition__in=editions)
        .order_by("entry__position")
    )
    readings = readings_for(request.user, digests) if editions else []
    return [
        EditionCard(found.date, found.get_absolute_url(), [one for one in readings if one.date == found.date])
        for found in editions
    ]


def load(day: date, slug: str) -> Digest | str:
    """The digest at an address, or the address it has moved to."""
    here = {"entry__edition__date": day, "entry__edition__language": language()}
    states = (Digest.State.PUBLISHED, Digest.State.WITHDRAWN)
    found = Digest.objects.for_reading().filter(state__in=states, entry__slug=slug, **here).first()
    if found:
        return found
    retired = RetiredSlug.objects.select_related("entry__edition").filter(
        edition__date=day, edition__language=language(), slug=slug
    )
    moved = retired.first()
    if not moved:
        raise Http404
    return moved.entry.get_absolute_url()


def open_reading(request: HttpRequest, day: date, slug: str) -> Reading | HttpResponseBase:
    """The reading at an address, or what to answer instead."""
    found = load(day, slug)
    if isinstance(found, str):
        return redirect(found.rstrip("/") + "." + request.path.rsplit(".", 1)[1], permanent=True)
    if found.state == Digest.State.WITHDRAWN:
        return errors.gone(request, found.withdrawn_because)
    return reading_for(request.user, found)


def complaint(reading: Reading) -> str:
    """Where a reader says that something in it is wrong: a letter begun for them, or the contact page."""
    if not settings.OPERATOR_EMAIL:
        return reverse("small_print", args=["contact"])
    letter = {
        "subject": gettext("Something is wrong: %(title)s") % {"title": reading.title},
        "body": f"{settings.BASE_URL}{reading.path}\n\n",
    }
    return f"mailto:{quote(settings.OPERATOR_EMAIL, safe='@')}?{urlencode(letter, quote_via=quote)}"


def day_from(request: HttpRequest) -> date | None:
    try:
        return date.fromisoformat(request.GET.get("before", ""))
    except ValueError:
        return None


def alternates(name: str, *args: str) -> list[tuple[str, str]]:
    """The same page in each interface language: (language, path)."""
    found = []
    for code, _ in settings.LANGUAGES:
        with override(code):
            found.append((code, reverse(name, args=args)))
    return found
