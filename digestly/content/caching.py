"""How long, and by whom, an answer may be kept.

A guest's page is public, sets no cookie and may be shared, though never beyond the next access date. An answer to
somebody signed in is theirs alone; one that holds Plus text is not kept at all. ETags are of the bytes sent, so a
guest's never matches a member's page.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers

from .access import Reading

SECONDS = 60  # how long a shared cache may serve a guest's page without asking


def kept(request: HttpRequest, response: HttpResponse, readings: Iterable[Reading] = ()) -> HttpResponseBase:
    """The response with its caching rules, or 304 if the reader has it already."""
    readings = list(readings)
    patch_vary_headers(response, ["Cookie"])
    if not request.user.is_authenticated:
        patch_cache_control(response, public=True, max_age=seconds_to_keep(readings))
    elif any(reading.opened_by_plus for reading in readings):
        patch_cache_control(response, private=True, no_store=True)
    else:
        patch_cache_control(response, private=True, no_cache=True)
    response["ETag"] = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    return get_conditional_response(request, etag=response["ETag"], response=response) or response


def seconds_to_keep(readings: list[Reading]) -> int:
    now = timezone.now()
    changes = [reading.next_access_change for reading in readings if reading.next_access_change]
    return min([SECONDS, *(max(0, int((change - now).total_seconds())) for change in changes)])
