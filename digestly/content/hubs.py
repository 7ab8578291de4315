"""Hubs (W3C WebSub): a feed names one, we ask it to call when something is new, and it calls.

A call is a hint and nothing else: its body is weighed against its signature and thrown away, and the source is
looked at a little earlier. Polling goes on as ever, so a hub that is silent, or lies, costs nothing.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from digestly.feeds.types import ParsedFeed
from digestly.fetch.client import Client, Fetched, Limits
from digestly.fetch.errors import Failure
from digestly.fetch.urls import LONGEST, check, host_of, parse
from digestly.work import lease
from digestly.work.wake import wake

from . import hosts
from .models import HubSubscription, Source

State = HubSubscription.State

LEASE = timedelta(minutes=2)  # for a worker that asks
ANSWER = Limits(max_bytes=100_000, total=20)
WISHED = timedelta(days=10)
SHORTEST, LONGEST_GRANT = timedelta(hours=1), timedelta(days=30)  # whatever the hub says
RENEWED_AFTER = 0.8  # of what was granted
OPEN_FOR = timedelta(days=1)  # how long after our request the hub may ask whether it was ours
AGAIN = timedelta(days=1)  # after a request that came to nothing
AFTER_DENIAL = timedelta(days=7)
SETTLED = timedelta(hours=1)  # a feed that names another hub each time does not make us knock at each

LARGEST = 2_000_000  # bytes of a call; Django itself holds no more than 2.5 MB
EARLY_AT_MOST = timedelta(minutes=5)
DIGESTS = (
    "sha1",
    "sha256",
    "sha384",
    "sha512",
)  # those of the Recommendation, §8; YouTube's hub signs with the first
LONGEST_CHALLENGE = 1_000


def can_be_called() -> bool:
    """Whether a hub out there could reach this site, and without being overheard."""
    try:
        check(settings.BASE_URL)
    except Failure:
        return False
    return parse(settings.BASE_URL).scheme == "https"


def notice(source: Source, fetched: Fetched, feed: ParsedFeed) -> None:
    """Remember the hub that is named, and have it asked. Inside the transaction that stores the look.

    What the headers of the answer name goes before what the feed does (§4 of the Recommendation).
    """
    if not can_be_called():
        return
    hub = fetched.link("hub") or feed.manners.hub or ""
    topic = fetched.link("self") or feed.manners.topic or source.url
    known = HubSubscription.objects.filter(source=source).first()
    if known and (known.hub, known.topic) == (hub, topic):
        return
    if known:
        known.delete()
    if hub and len(hub) <= LONGEST and len(topic) <= LONGEST:
        wait = SETTLED if known else timedelta()
        row = HubSubscription.objects.create(source=source, hub=hub, topic=topic, ask_at=Now() + wait)
        if not known:
            from .tasks import ask_hub

            wake(ask_hub, row.pk)


def ask(row: HubSubscription, client: Client) -> bool:
    """Ask the hub to call us; False if it refuses, is being asked already, or its host wants a rest.

    The request is written down before it is made, for a hub may ask back before it answers.
    """
    rows = HubSubscription.objects.filter(pk=row.pk)
    if not can_be_called():
        return False
    due = HubSubscription.objects.to_ask().filter(pk=row.pk, token=row.token)
    token = lease.claim(due, lasting=LEASE, asked_at=Now(), ask_at=Now() + AGAIN, error_text="")
    if not token:
        return False
    try:
        host = host_of(row.hub)
        if not hosts.take_turn(host):
            lease.finish(rows, token, ask_at=hosts.next_turn(host), asked_at=row.asked_at)
            return False
        client.post(row.hub, request_of(row), content_type="application/x-www-form-urlencoded", limits=ANSWER)
    except Failure as failure:
        lease.finish(rows, token, error_text=failure.message[:500])
        return False
    return lease.finish(rows, token)


def request_of(row: HubSubscription) -> bytes:
    return urlencode(
        {
            "hub.mode": "subscribe",
            "hub.topic": row.topic,
            "hub.callback": settings.BASE_URL + reverse("hub", args=[row.token]),
            "hub.secret": row.secret,
            "hub.lease_seconds": int(WISHED.total_seconds()),
        }
    ).encode()


@csrf_exempt
@require_http_methods(["GET", "POST"])
@cache_control(no_store=True)
def callback(request: HttpRequest, token: str) -> HttpResponse:
    """Where a hub asks whether we asked, and where it calls."""
    return called(request, token) if request.method == "POST" else asked_back(request, token)


def asked_back(request: HttpRequest, token: str) -> HttpResponse:
    """Yes to what we did ask for, and the hub's no to it is written down. 404 for all else."""
    told = request.GET
    mode, challenge = told.get("hub.mode"), told.get("hub.challenge", "")
    rows = HubSubscription.objects.filter(token=token, topic=told.get("hub.topic", ""))
    if mode == "denied":
        reason = told.get("hub.reason", "").replace("\0", "")[:500]
        answered = rows.update(
            state=State.DENIED, until=None, asked_at=None, ask_at=Now() + AFTER_DENIAL, error_text=reason
        )
        return answer("") if answered else answer("", 404)
    granted = granted_by(told.get("hub.lease_seconds", ""))
    if mode != "subscribe" or not granted or not 0 < len(challenge) <= LONGEST_CHALLENGE:
        return answer("", 404)
    ours = rows.filter(source__status__in=Source.POLLED, asked_at__gt=Now() - OPEN_FOR)
    accepted = ours.update(
        state=State.ACTIVE, until=Now() + granted, ask_at=Now() + granted * RENEWED_AFTER, error_text=""
    )
    return answer(challenge) if accepted else answer("", 404)


def granted_by(seconds: str) -> timedelta | None:
    """How long the hub calls, within reason; None for what is no number."""
    if not (seconds.isascii() and seconds.isdecimal()) or len(seconds) > 12:
        return None
    return min(max(timedelta(seconds=int(seconds)), SHORTEST), LONGEST_GRANT)


def called(request: HttpRequest, token: str) -> HttpResponse:
    """A call: 404 if nobody has this address, 403 if the hub did not sign it. A repeated one is thanked for too."""
    active = HubSubscription.objects.filter(token=token, state=State.ACTIVE, until__gt=Now())
    row = active.select_related("source").first()
    if row is None:
        return answer("", 404)
    if not is_signed(request, row.secret):
        return answer("", 403)
    if row.source.status not in Source.POLLED:
        return answer("", 410)  # which tells a hub to forget us
    look_early(row)
    return answer("", 202)


def is_signed(request: HttpRequest, secret: str) -> bool:
    """Whether who sent this knows the secret. A body too large to be weighed is not read at all."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > LARGEST:
        return False
    method, _, signature = request.headers.get("X-Hub-Signature", "").partition("=")
    if method not in DIGESTS:
        return False
    right = hmac.new(secret.encode(), request.read(LARGEST), getattr(hashlib, method)).hexdigest()
    return hmac.compare_digest(right.encode(), signature.lower().encode("utf-8", "replace"))


def look_early(row: HubSubscription) -> None:
    """Make the source due, unless it was for a call a moment ago. One in trouble keeps its rest."""
    from .tasks import refresh_source

    rested = Q(pinged_at=None) | Q(pinged_at__lt=Now() - EARLY_AT_MOST)
    with transaction.atomic():
        if not HubSubscription.objects.filter(rested, pk=row.pk).update(pinged_at=Now()):
            return
        later = Source.objects.fetched().filter(pk=row.source_id, failures=0, next_fetch_at__gt=Now())
        if later.update(next_fetch_at=Now(), woken_at=None):
            wake(refresh_source, row.source_id)


def answer(text: str, status: int = 200) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
