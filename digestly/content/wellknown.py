"""What machines ask every site for: robots.txt and security.txt (RFC 9116)."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

# What is somebody's own, or leads to a form; everything else wants to be found.
CLOSED = ("/account/", "/admin/", "/billing/", "/feeds/", "/hubs/")
STANDS_FOR = timedelta(days=180)  # how long from today a reader of security.txt may rely on it


@require_safe
@cache_control(public=True, max_age=3600)
def robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in CLOSED)]
    return plain("\n".join(lines) + "\n")


@require_safe
@cache_control(public=True, max_age=3600)
def security(request: HttpRequest) -> HttpResponse:
    """Where to tell of a hole. Absent until the operator can be written to."""
    if not settings.OPERATOR_EMAIL:
        raise Http404
    until = (timezone.now() + STANDS_FOR).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = [
        f"Contact: mailto:{settings.OPERATOR_EMAIL}",
        f"Expires: {until.isoformat()}",
        f"Preferred-Languages: {', '.join(code for code, _ in settings.LANGUAGES)}",
        f"Canonical: {settings.BASE_URL}{reverse('security_txt')}",
    ]
    return plain("\n".join(lines) + "\n")


def plain(text: str) -> HttpResponse:
    return HttpResponse(text, content_type="text/plain; charset=utf-8")
