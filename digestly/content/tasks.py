"""Tasks: an id comes in, the station is called. Running one twice is the same as once."""

from __future__ import annotations

from collections import Counter

from celery import shared_task
from django.conf import settings

from digestly.fetch.urls import host_of

from . import drafting, hosts, ingest, transcribe
from .models import Digest, Episode, Source
from .outside import client
from .search import index

BATCH = 200  # sources woken at one beat
A_HOST = 15  # of them on one host: as many turns as it has until the next beat
EXPIRES = 120  # seconds; a source that nobody took by then is found again


@shared_task
def fetch_due_sources() -> None:
    """The beat's way to station 1: a message for each source whose time has come, those of one host in turn."""
    woken = 0
    turns: Counter[str] = Counter()
    for pk, url in Source.objects.due().order_by("next_fetch_at").values_list("pk", "url").iterator():
        host = host_of(url)
        if turns[host] == A_HOST:
            continue
        wait = turns[host] * hosts.PAUSE.total_seconds()
        refresh_source.apply_async((pk,), countdown=wait or None, expires=EXPIRES)
        turns[host] += 1
        woken += 1
        if woken == BATCH:
            break


@shared_task
def refresh_source(pk: int) -> None:
    if source := Source.objects.filter(pk=pk).first():
        ingest.refresh(source, client())


# Listening to a recording takes hours; without it nothing here does, and the usual limit holds.
LISTENING = (
    {"time_limit": 13 * 3_600, "soft_time_limit": 13 * 3_600 - 60} if settings.WHISPER_MODEL_DIR else {}
)


@shared_task(**LISTENING)
def transcribe_episode(pk: int) -> None:
    if episode := Episode.objects.select_related("source").filter(pk=pk).first():
        transcribe.transcribe(episode, client())


@shared_task
def draft_digest(pk: int) -> None:
    if digest := Digest.objects.select_related("episode", "transcript").filter(pk=pk).first():
        drafting.draft(digest, shift=drafting.SHIFT)


@shared_task
def write_down_for_search(pk: int) -> None:
    index.write_down(pk)
