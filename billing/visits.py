"""Visits: what a request says, as far as it may be believed."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.models import User


def who(request: HttpRequest) -> User:
    """Who is signed in, where somebody is."""
    return cast(User, request.user)


def own_path(given: str) -> str:
    """A path on this site with its fragment, or blank."""
    given = printable(given)
    is_own = given.startswith("/") and len(given) <= 1000 and url_has_allowed_host_and_scheme(given, None)
    return given if is_own else ""


def printable(given: str) -> str:
    """What was given, or blank: nothing of ours holds control characters, and databases choke on NUL."""
    return given if given.isprintable() else ""


def see_other(address: str) -> HttpResponse:
    return HttpResponse(status=303, headers={"Location": address})
