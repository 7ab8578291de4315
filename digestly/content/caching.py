"""How long, and by whom, an answer may be kept.

A guest's page is public, sets no cookie and may be shared, though never beyond the next access date. An answer to
somebody signed in is theirs alone; one that holds Plus text is not kept at all.

An ETag names what an answer says. A guest's page follows from its facts, this program's files and a few settings, so
its ETag is made of those, and a reader who has the page already costs no rendering. A member's page differs each time
by the token of a form, so its ETag is of the bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.sessions import middleware
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.utils.translation import get_language

from .access import Reading
from .context import site

SECONDS = 60  # how long a shared cache may serve a guest's page without asking
PROGRAM = ("digestly", "accounts", "billing", "templates")
ITS_FILES = (".py", ".html", ".mo", ".css", ".js")


def page(
    request: HttpRequest, template: str, context: Mapping[str, Any], readings: Iterable[Reading] = ()
) -> HttpResponseBase:
    """The page that a template makes of facts, with its caching rules, or 304 if the reader has it already."""
    return answer(request, lambda: render(request, template, dict(context)), (template, context), readings)


def answer(
    request: HttpRequest, make: Callable[[], HttpResponse], facts: Any, readings: Iterable[Reading] = ()
) -> HttpResponseBase:
    """What `make` makes of the facts and nothing else. A guest who has it already gets 304 without its being made."""
    readings = list(readings)
    if request.user.is_authenticated:
        return kept(request, make(), readings)
    etag = f'"{fingerprint(request, facts)}"'
    unmade = ruled(request, HttpResponse(headers={"ETag": etag}), readings)
    unmodified = get_conditional_response(request, etag=etag, response=unmade)
    if unmodified is not unmade and unmodified is not None:
        return unmodified
    response = ruled(request, make(), readings)
    response["ETag"] = etag
    return response


def kept(request: HttpRequest, response: HttpResponse, readings: Iterable[Reading] = ()) -> HttpResponseBase:
    """A response that was made already, with its caching rules, or 304 if the reader has it."""
    ruled(request, response, list(readings))
    response["ETag"] = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    return get_conditional_response(request, etag=response["ETag"], response=response) or response


def ruled(request: HttpRequest, response: HttpResponse, readings: list[Reading]) -> HttpResponse:
    """The response, saying who may keep it and for how long."""
    patch_vary_headers(response, ["Cookie"])
    if not request.user.is_authenticated:
        patch_cache_control(response, public=True, max_age=seconds_to_keep(readings))
    elif any(reading.opened_by_plus for reading in readings):
        patch_cache_control(response, private=True, no_store=True)
    else:
        patch_cache_control(response, private=True, no_cache=True)
    return response


def seconds_to_keep(readings: list[Reading]) -> int:
    now = timezone.now()
    changes = [reading.next_access_change for reading in readings if reading.next_access_change]
    return min([SECONDS, *(max(0, int((change - now).total_seconds())) for change in changes)])


def fingerprint(request: HttpRequest, facts: Any) -> str:
    said = (program(), site(request), request.get_full_path(), get_language(), facts)
    return hashlib.sha256(repr(spelled(said)).encode("utf-8", "backslashreplace")).hexdigest()[:32]


def spelled(fact: Any) -> Any:
    """A value in one spelling, the same in every process. What is no value has none, and is refused."""
    if fact is None or isinstance(fact, int | float | date | timedelta):
        return fact
    if isinstance(fact, str):
        return str(fact)
    if isinstance(fact, Mapping):
        return [(spelled(key), spelled(value)) for key, value in fact.items()]
    if isinstance(fact, list | tuple):
        return [spelled(part) for part in fact]
    if isinstance(fact, Model):
        return fact._meta.label, [
            (field.attname, spelled(fact.__dict__[field.attname]))
            for field in fact._meta.concrete_fields
            if field.attname in fact.__dict__
        ]
    if is_dataclass(fact) and not isinstance(fact, type):
        return type(fact).__name__, [
            spelled(getattr(fact, field.name)) for field in fields(fact) if field.compare
        ]
    raise TypeError(f"{type(fact).__name__} has no spelling: give pages plain facts")


@cache
def program() -> str:
    """Which program this is: another text, template or style makes another page of the same facts."""
    said = hashlib.sha256()
    for room in PROGRAM:
        for file in sorted((settings.HOME / room).rglob("*")):
            if file.suffix in ITS_FILES:
                said.update(file.read_bytes())
    return said.hexdigest()


class SessionMiddleware(middleware.SessionMiddleware):
    """Django's own, but an answer that anyone may keep leaves cookies alone.

    To a browser whose session is over, Django would answer with a deletion of the cookie, and a shared cache
    would hand that deletion to every reader of the page.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if "public" in response.get("Cache-Control", ""):
            return response
        return super().process_response(request, response)
