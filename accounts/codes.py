"""Codes that came too late. allauth leads their owner back to the sign-in page; here they also learn why."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

View = Callable[..., HttpResponseBase]


def explained(view: View) -> View:
    """A view that says what became of a code, when it has none to wait for any more."""

    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        said = getattr(messages.get_messages(request), "_queued_messages", [])
        if (
            response.status_code == 302
            and response.headers["Location"].split("?")[0] == reverse("account_login")
            and not request.user.is_authenticated
            and not said
        ):
            messages.info(
                request,
                _("That code is no longer valid. Sign in here or ask for a new code, and we mail you one."),
            )
        return response

    return page
