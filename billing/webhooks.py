"""The webhook: verify, store, say 200. What it means is found out by a worker."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from . import events, gateway

LARGEST = 512 * 1024  # bytes; Stripe's events are a few kilobytes


@csrf_exempt
@require_POST
def webhook(request: HttpRequest) -> HttpResponse:
    """Stored or known already: 200. Not from Stripe: 400, and nothing is stored. A database that is down: 500, and
    Stripe sends it again."""
    if int(request.headers.get("Content-Length") or 0) > LARGEST:
        return HttpResponse(status=413)
    try:
        event = gateway.signed_event(request.body, request.headers.get("Stripe-Signature", ""))
    except gateway.Unsigned:
        return HttpResponse("No event that Stripe signed.", status=400, content_type="text/plain")
    events.ingest(event)
    return HttpResponse("Thank you.", content_type="text/plain")
