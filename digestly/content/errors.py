"""Error pages. They say what to do next, and hold nothing of the page that failed."""

from __future__ import annotations

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """Without context processors: whatever broke may be broken still. A database that is away is a 503."""
    is_away = isinstance(sys.exception(), OperationalError | InterfaceError)
    headers = {"Retry-After": "30"} if is_away else {}
    return HttpResponse(render_to_string("500.html"), status=503 if is_away else 500, headers=headers)
