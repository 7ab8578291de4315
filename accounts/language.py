"""Which language a page speaks when its address does not say: the account's, else the browser's.

A guest who comes from a page to sign in is spoken to in that page's language until they are in: the address they
came from is remembered in a cookie that only the account pages get.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils import translation

from .models import Preferences

ROOMS = ("/account/", "/billing/", "/admin/")


class AccountLanguageMiddleware(LocaleMiddleware):
    """Stands after the sign-in, since it asks who is there."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        if request.path_info.startswith(ROOMS):
            language = preferred(request) or came_from(request)
            if language:
                translation.activate(language)
                request.LANGUAGE_CODE = language

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        response = super().process_response(request, response)
        language = came_from(request)
        if language and request.path_info.startswith(ROOMS) and not request.user.is_authenticated:
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME,
                language,
                path=settings.LANGUAGE_COOKIE_PATH,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        return response


def preferred(request: HttpRequest) -> str | None:
    """What the account says; nobody is looked up for a request that carries no session."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.user.is_authenticated:
        return None
    language = Preferences.objects.filter(user=request.user).values_list("language", flat=True).first()
    return language if language in dict(settings.LANGUAGES) else None


def came_from(request: HttpRequest) -> str | None:
    """The language of the page to go back to."""
    address = request.POST.get(REDIRECT_FIELD_NAME) if request.method == "POST" else None
    return translation.get_language_from_path(
        urlsplit_path(address or request.GET.get(REDIRECT_FIELD_NAME, ""))
    )


def urlsplit_path(address: str) -> str:
    try:
        return urlsplit(address).path
    except ValueError:
        return ""
