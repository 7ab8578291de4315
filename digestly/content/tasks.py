"""Tasks: an id comes in, the station is called. Running one twice is the same as once."""

from __future__ import annotations

from celery import shared_task
from django.conf import settings
from django.db.models.functions import Now

from digestly.work.wake import UNHEARD_AFTER, wake_in_turn

from . import drafting, hosts, hubs, ingest, leading, transcribe
from .models import Digest, Episode, HubSubscription, Source
from .outside import client
from .search import index

IN_LINE = 1_000  # sources that workers are called for at a time
A_HOST = 15  # of them on one host: as many turns as it has until the next beat
ANOTHER_LOOK = 10  # seconds after which more are called for, while there are more than a line full


@shared_task
def fetch_due_sources() -> None:
    """The beat's way to station 1. While there is more to do than the line holds it comes back before the next beat."""
    room = room_in_line()
    if room and wake_due_sources(room) >= room:
        fetch_due_sources.apply_async(countdown=ANOTHER_LOOK, expires=2 * ANOTHER_LOOK)


def wake_due_sources(room: int | None = None) -> int:
    """A message for each source whose time has come, oldest first, hosts in turn; as many as the line has room for."""
    return wake_in_turn(
        refresh_source, Source.objects.due(),
        sharing="host", first="next_fetch_at", pause=hosts.PAUSE, at_most=A_HOST,
        batch=room_in_line() if room is None else room,
    )  # fmt: skip


def room_in_line() -> int:
    waiting = Source.objects.due().filter(woken_at__gt=Now() - UNHEARD_AFTER).count()
    return max(IN_LINE - waiting, 0)


def wake_transcribers() -> int:
    """A message for each episode that wants its words. Those of one source mostly come from one host."""
    return wake_in_turn(
        transcribe_episode, Episode.objects.wanting_words(),
        sharing="source_id", first="pk", pause=hosts.PAUSE, at_most=A_HOST,
    )  # fmt: skip


@shared_task
def refresh_source(pk: int) -> None:
    if source := Source.objects.filter(pk=pk).first():
        ingest.refresh(source, client())


@shared_task
def lead_source(pk: int) -> None:
    if source := Source.objects.select_related("wanted_by").filter(pk=pk).first():
        leading.prove(source, client())


@shared_task
def ask_hub(pk: int) -> None:
    if row := HubSubscription.objects.filter(pk=pk).first():
        hubs.ask(row, client())


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
