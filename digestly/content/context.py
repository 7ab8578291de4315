"""What every page knows of the site."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    return {
        "site_name": settings.SITE_NAME,
        "base_url": settings.BASE_URL,
        "languages": settings.LANGUAGES,
        "has_outbox": apps.is_installed("accounts.outbox"),
    }
