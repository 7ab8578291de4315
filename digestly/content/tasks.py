"""Tasks: an id comes in, the station is called. Running one twice is the same as once."""

from __future__ import annotations

from celery import shared_task

from . import drafting, ingest, transcribe
from .models import Digest, Episode, Source
from .outside import client

BATCH = 200  # sources woken at one beat


@shared_task
def fetch_due_sources() -> None:
    """The beat's way to station 1: a message for each source whose time has come."""
    for pk in Source.objects.due().order_by("next_fetch_at").values_list("pk", flat=True)[:BATCH]:
        refresh_source.apply_async((pk,), expires=120)


@shared_task
def refresh_source(pk: int) -> None:
    ingest.refresh(Source.objects.get(pk=pk), client())


@shared_task
def transcribe_episode(pk: int) -> None:
    transcribe.transcribe(Episode.objects.select_related("source").get(pk=pk), client())


@shared_task
def draft_digest(pk: int) -> None:
    drafting.draft(Digest.objects.select_related("episode", "transcript").get(pk=pk))
