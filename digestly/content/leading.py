"""Leading: an editor says where a feed lives now. A worker looks first: only to a feed is a source led.

The wish stands on the source until somebody has looked; if there is no feed, the reason stands beside it.
"""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from accounts.models import User
from digestly.feeds import youtube
from digestly.feeds.parse import parse
from digestly.fetch.client import Client
from digestly.fetch.errors import Failure
from digestly.fetch.urls import check, host_of
from digestly.parsing.apart import apart
from digestly.work import lease
from digestly.work.wake import wake

from . import hosts
from .addresses import AS_NEW, spelled
from .models import Source
from .models.transition import log

LEASE = timedelta(minutes=2)
TAKEN = "Another source has this address already."


def ask(source: Source, url: str, *, by: User) -> None:
    """Have a worker look at the address, and lead the source there if it is a feed's. Raises a Failure if it is bad."""
    from .tasks import lead_source

    check(url, allow=settings.FETCH_ALLOW_PRIVATE)
    with transaction.atomic():
        Source.objects.filter(pk=source.pk).update(wanted_url=url, wanted_by=by, wanted_error="")
        wake(lead_source, source.pk)


def give_up(source: Source) -> bool:
    """It stays where it is; False if nobody wanted it elsewhere."""
    wanted = Source.objects.filter(pk=source.pk).exclude(wanted_url="")
    return bool(wanted.update(wanted_url="", wanted_by=None, wanted_error=""))


def prove(source: Source, client: Client) -> bool:
    """Look whether there is a feed where an editor wants the source to go, and lead it there; True if it went.

    False too where another worker has it or the host wants a rest: then the sweeper calls again.
    """
    url, by = source.wanted_url, source.wanted_by
    rows = Source.objects.filter(pk=source.pk)
    token = lease.claim(Source.objects.wanted_elsewhere().filter(pk=source.pk, wanted_url=url), lasting=LEASE)
    if not token:
        return False
    if not hosts.take_turn(host_of(url)):
        lease.finish(rows, token, attempts=source.attempts)
        return False
    try:
        if page := youtube.recognise(url):
            url = youtube.find(page, client, home=settings.YOUTUBE_HOME).feed
        there = client.fetch(url)
        apart(parse, there.body, content_type=there.content_type, url=there.url)
    except Failure as failure:
        lease.finish(rows, token, attempts=source.attempts, wanted_error=failure.message[:500])
        return False
    try:
        with transaction.atomic():
            if not lease.finish(rows, token):
                return False
            settled = {"wanted_url": "", "wanted_by": None, "next_fetch_at": Now()}
            rows.update(**spelled(url), **AS_NEW, **settled)
            log(source, source.status, source.status, by=by, why=f"led to {host_of(url)}")
            _look(source)
    except IntegrityError:
        rows.update(wanted_error=TAKEN, lease_token=None, lease_until=None)
        return False
    return True


def _look(source: Source) -> None:
    from .tasks import refresh_source

    wake(refresh_source, source.pk)
