"""Providers of words: which are turned on, whose turn it is, and for how long a blocked one is left alone.

They are asked in order, one request at a time each. One that is blocked rests as a whole, twice as long each time
in a row; the episodes that it would have served wait as they are, and nobody counts that against them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone

from digestly.feeds import youtube
from digestly.fetch.client import Client
from digestly.fetch.errors import Failure
from digestly.transcripts.providers import Blocked, NotInstalled, Provider, Recording, speech
from digestly.transcripts.providers.captions import YouTubeCaptions
from digestly.transcripts.providers.speech import Whisper
from digestly.transcripts.types import ParsedTranscript
from digestly.work import lease

from .models import Episode, ProviderState

BUSY = timedelta(minutes=1)  # how soon to come back to one that is at work
PAUSE = timedelta(hours=6)
LONGEST_PAUSE = timedelta(days=2)
SHORT_LEASE = timedelta(minutes=10)


class Resting(Failure):
    """The provider cannot be asked before `until`."""

    code = "blocked_by_host"

    def __init__(self, message: str, *, until: datetime) -> None:
        super().__init__(message)
        self.until = until


def turned_on() -> Iterator[Provider]:
    """The providers that the operator turned on, in the order in which they are asked."""
    if settings.YOUTUBE_CAPTIONS:
        yield YouTubeCaptions(home=settings.YOUTUBE_HOME)
    if settings.WHISPER_MODEL_DIR:
        yield Whisper(Path(settings.WHISPER_MODEL_DIR))


def recording_of(episode: Episode) -> Recording:
    address = youtube.recognise(episode.link)
    return Recording(
        video_id=address.id if address and address.kind == "video" else None,
        media_url=episode.media_url or None,
        language=episode.source.language or None,
        seconds=episode.duration,
    )


def time_for(episode: Episode) -> timedelta:
    """How long asking them may take: listening takes up to three times as long as the recording."""
    if settings.WHISPER_MODEL_DIR and episode.media_url:
        return max(SHORT_LEASE, 3 * timedelta(seconds=min(episode.duration or 3_600, speech.LONGEST)))
    return SHORT_LEASE


def ask(provider: Provider, recording: Recording, client: Client, *, lasting: timedelta) -> ParsedTranscript:
    """Its words, if it is its turn. Raises `Resting` where it is not, and any other Failure it ends with."""
    ProviderState.objects.get_or_create(name=provider.name)
    row = ProviderState.objects.filter(name=provider.name)
    free = row.filter(Q(paused_until=None) | Q(paused_until__lt=Now()))
    token = lease.claim(free, lasting=lasting)
    if not token:
        raise resting(row.get())
    try:
        words = provider.words(recording, client)
    except (Blocked, NotInstalled) as failure:
        blocks = row.get().blocks
        pause = min(PAUSE * 2 ** min(blocks, 8), LONGEST_PAUSE)
        lease.finish(
            row, token, paused_until=Now() + pause, blocks=F("blocks") + 1, error_text=failure.message[:500],
            attempts=0,
        )  # fmt: skip
        raise resting(row.get()) from failure
    except BaseException:
        lease.finish(row, token, attempts=0)
        raise
    lease.finish(row, token, attempts=0, blocks=0, paused_until=None, error_text="")
    return words


def resting(state: ProviderState) -> Resting:
    now = timezone.now()
    if state.paused_until and state.paused_until > now:
        return Resting(f"{state.error_text} It is asked again after a pause.", until=state.paused_until)
    return Resting("Another recording is being put into words. This one is next.", until=now + BUSY)


def resume(name: str) -> bool:
    """Ask it again now: somebody has seen to it. False if it was not paused."""
    return bool(
        ProviderState.objects.filter(name=name, paused_until__gt=Now()).update(paused_until=None, blocks=0)
    )
