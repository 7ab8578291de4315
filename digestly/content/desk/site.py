"""The admin as a desk: its name, and a first page that says what needs a person."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from . import report
from .attention import desk

admin.site.site_header = admin.site.site_title = settings.SITE_NAME
admin.site.index_title = _("Desk")
admin.site.enable_nav_sidebar = False  # the few tables that editors use stand in the header

tables = admin.site.index


def index(request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
    return tables(request, {**(extra_context or {}), "desk": desk(request), "today": report.today()})


admin.site.index = index  # type: ignore[method-assign,assignment]
