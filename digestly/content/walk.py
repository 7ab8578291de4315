"""The walk in the foreground: one source from its feed to drafts in review, saying what happens.

Workers do the same, woken row by row. Here one process does it in order, for commands; where a worker was
quicker, it waits for what that one brings.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from time import sleep
from typing import TypeVar

from django.utils import timezone

from accounts.models import User
from digestly.fetch.client import Client

from . import drafting, editorial, transcribe
from .ingest import refresh
from .models import Digest, Episode, FetchAttempt, Source

PATIENCE = 60  # seconds for a worker who is at it, or for a host that wants a pause
NAP = 0.5

Say = Callable[[str], None]
Row = TypeVar("Row", Episode, Digest)


@dataclass(frozen=True)
class Walked:
    """How far it went: digests ready for review and published, rows that need a person, and was it fetched."""

    in_review: int
    published: int
    troubled: int
    is_fetched: bool = True

    @property
    def has_failed(self) -> bool:
        brought = self.in_review + self.published
        return not self.is_fetched or bool(self.troubled and not brought)


def walk(source: Source, client: Client, *, say: Say, publish_by: User | None = None) -> Walked:
    """Fetch, transcribe and draft what is unfinished; publish it if an editor stands for it."""
    is_fetched = look(source, client, say=say)
    unfinished = source.episodes.filter(state__in=transcribe.UNFINISHED).select_related("source")
    for episode in unfinished.order_by("pk"):
        settle(episode, partial(transcribe.transcribe, client=client, early=True))
        say(f"  {episode}: {told(episode)}")
    return draft_all(source, say=say, publish_by=publish_by, is_fetched=is_fetched)


def walk_episode(
    source: Source, episode: Episode | None, client: Client, *, say: Say, publish_by: User | None = None
) -> Walked:
    """The same for one episode of a source that is not looked at."""
    if episode and episode.state in transcribe.UNFINISHED:
        settle(episode, partial(transcribe.transcribe, client=client, early=True))
    if episode:
        say(f"  {episode}: {told(episode)}")
    return draft_all(source, say=say, publish_by=publish_by)


def look(source: Source, client: Client, *, say: Say) -> bool:
    """Fetch now, or wait for the worker who does; say what came of it."""
    attempt = newest_look(source, client)
    if attempt is None:
        say(
            f"{source}: not fetched now. Another worker has it, or its host wants a rest; it is tried again later."
        )
        return False
    if attempt.is_failure:
        say(f"{source}: {attempt.message} ({attempt.outcome})")
        return False
    say(
        f"{source}: {attempt.new} new, {attempt.updated} changed. {attempt.message}{source.error_text}".rstrip()
    )
    return True


def newest_look(source: Source, client: Client) -> FetchAttempt | None:
    asked_at = timezone.now()
    for _ in range(int(PATIENCE / NAP)):
        attempt = (
            refresh(source, client, early=True) or source.fetch_attempts.filter(at__gte=asked_at).first()
        )
        if attempt:
            source.refresh_from_db()
            return attempt
        sleep(NAP)
    return None


def draft_all(source: Source, *, say: Say, publish_by: User | None, is_fetched: bool = True) -> Walked:
    """Write the pending digests of a source; publish the ones in review if an editor stands for it."""
    digests = (
        Digest.objects.filter(episode__source=source).select_related("episode", "transcript").order_by("pk")
    )
    for digest in digests.filter(state__in=[Digest.State.PENDING, Digest.State.RUNNING]):
        settle(digest, drafting.draft)
    for digest in digests.filter(state=Digest.State.FAILED):
        say(f"  {digest} ({digest.language}): {told(digest)}")
    published = 0
    for digest in digests.awaiting_review():
        if publish_by and release(digest, by=publish_by, say=say):
            published += 1
        elif not publish_by:
            say(f"  {digest} ({digest.language}): {told(digest)}")
    waiting = source.episodes.filter(state__in=transcribe.UNFINISHED).count()
    return Walked(
        in_review=digests.awaiting_review().count(),
        published=published,
        troubled=waiting + digests.filter(state=Digest.State.FAILED).count(),
        is_fetched=is_fetched,
    )


def settle(row: Row, work: Callable[[Row], object]) -> None:
    """Do the work, or wait while a worker is at it."""
    for _ in range(int(PATIENCE / NAP)):
        work(row)
        row.refresh_from_db()
        if row.lease_until is None or row.lease_until < timezone.now():
            return
        sleep(NAP)


def release(digest: Digest, *, by: User, say: Say) -> bool:
    """Approve as that editor; what stands against it is said and the digest stays in review."""
    try:
        editorial.approve(digest, by=by)
    except editorial.Unpublishable as refused:
        say(f"  not published: {digest}: {refused}")
        return False
    except editorial.Stale:
        say(f"  not published: {digest}: an editor is at it.")
        return False
    say(f"  {Digest.objects.for_reading().get(pk=digest.pk).get_absolute_url()}")
    return True


def told(row: Episode | Digest) -> str:
    """A row's state in words, with what went wrong."""
    return f"{row.get_state_display()}. {row.error_text}".rstrip()
