"""Error pages. They say what to do next, and hold nothing of the page that failed.

Some stand in the site's frame (403, 404, 405, 410, 429). What may come before there is a session, or because the
database is away, stands alone: 400, 500 and 503 ask nobody for anything.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.cache import add_never_cache_headers, patch_cache_control
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language_from_request, override

AWAY = 30  # seconds after which it is worth asking again for what the database would have answered
# Seconds: the longest window of the limits that are answered by a page. The one that is longer speaks in its form.
SLOWED = 60


def bad(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The host, the address or the form is none that a browser would send."""
    return alone(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return framed(request, 403)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without its token: mostly one that lay open for long, or a browser that keeps no cookies."""
    return framed(request, 403, "403_csrf.html", {"back": came_from(request)})


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return framed(request, 404)


def not_this_way(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: a view that refuses a method says nothing more. A browser gets a page that does, and the way on."""

    def ask(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        is_bare = response.status_code == 405 and not getattr(response, "content", b"")
        if not is_bare or not request.accepts("text/html"):
            return response
        page = framed(request, 405)
        page["Allow"] = response.get("Allow", "")
        return page

    return ask


def gone(request: HttpRequest, reason: str, *, title: str = "") -> HttpResponse:
    """A digest or a source that was withdrawn, and why."""
    return framed(request, 410, context={"reason": reason, "title": title})


def slow_down(request: HttpRequest) -> HttpResponse:
    """What allauth answers when somebody tries too often."""
    response = framed(request, 429, context={"seconds": SLOWED})
    response["Retry-After"] = str(SLOWED)
    return response


def broken(request: HttpRequest) -> HttpResponse:
    """A database that is away is a 503, and everything else our mistake."""
    if isinstance(sys.exception(), OperationalError | InterfaceError):
        return alone(request, 503, {"Retry-After": str(AWAY)})
    return alone(request, 500)


def framed(
    request: HttpRequest, status: int, template: str = "", context: dict[str, Any] | None = None
) -> HttpResponse:
    """Within the site's frame, which says who is signed in: so nobody keeps it for others."""
    response = render(request, template or f"{status}.html", context, status=status)
    patch_cache_control(response, private=True, no_cache=True)
    return response


def came_from(request: HttpRequest) -> str:
    """The page of ours that held the form, or nothing."""
    referer = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(referer, request.get_host(), require_https=request.is_secure())
    return referer if is_ours else ""


def alone(request: HttpRequest, status: int, headers: dict[str, str] | None = None) -> HttpResponse:
    """In the language of the address, else the browser's: what was active may be what broke."""
    with override(get_language_from_request(request, check_path=True)):
        facts: dict[str, Any] = {"site_name": settings.SITE_NAME}
        response = HttpResponse(render_to_string(f"{status}.html", facts), status=status, headers=headers)
    add_never_cache_headers(response)
    return response
