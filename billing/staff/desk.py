"""What the staff's pages share: who may see them, and the frame of the admin around them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from accounts.models import User
from billing import keys

View = Callable[..., HttpResponse]


def at_desk(view: View) -> View:
    """Behind the admin's own door."""

    @wraps(view)
    def entered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        inner: View = admin.site.admin_view(view)
        return inner(request, *args, **kwargs)

    return entered


def needs(permission: str) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        @wraps(view)
        def allowed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.has_perm(permission):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return allowed

    return decorate


def page(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    return {**admin.site.each_context(request), **context}


def part(rows: QuerySet[Any], before: str, count: int) -> tuple[list[Any], str]:
    """A page of rows, newest first, by their keys; and the key after which more follow, blank if none do."""
    if before.isascii() and before.isdecimal() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows.order_by("-pk")[: count + 1])
    return found[:count], str(found[count - 1].pk) if len(found) > count else ""


def staff_of(request: HttpRequest) -> User:
    """Who sits at the desk. The admin lets nobody else in."""
    assert isinstance(request.user, User)
    return request.user


def stripe_page(kind: str, ident: str | None) -> str:
    """Where Stripe's own desk shows it; blank beside the stand-in, which has none."""
    if not ident or settings.STRIPE_API_BASE or not keys.is_selling():
        return ""
    return f"https://dashboard.stripe.com/{'' if keys.livemode() else 'test/'}{kind}/{ident}"
