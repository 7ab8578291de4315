"""The walk in the foreground: one source from its feed to drafts in review, saying what happens.

Workers do the same, woken row by row. Here one process does it in order, for commands.
"""

from __future__ import annotations

from collections.abc import Callable

from accounts.models import User
from digestly.fetch.client import Client

from . import drafting, editorial, transcribe
from .ingest import refresh
from .models import Digest, Episode, FetchAttempt, Source

Say = Callable[[str], None]


def walk(source: Source, client: Client, *, say: Say, publish_by: User | None = None) -> int:
    """Fetch, transcribe and draft what is unfinished; how many digests are ready for review, or published."""
    attempt = look(source, client)
    if attempt:
        say(f"{source}: {attempt.outcome}, {attempt.new} new, {attempt.updated} changed. {attempt.message}".rstrip())
    unfinished = source.episodes.filter(
        state__in=[Episode.State.TRANSCRIPT_PENDING, Episode.State.WAITING_TRANSCRIPT]
    ).select_related("source")
    for episode in unfinished.order_by("pk"):
        transcribe.transcribe(episode, client)
        say(f"  {episode}: {told(episode)}")
    return draft_all(source, say=say, publish_by=publish_by)


def look(source: Source, client: Client) -> FetchAttempt | None:
    """Fetch now, unless another worker is at it."""
    from time import sleep

    for _ in range(10):  # the host may want a few seconds between requests
        attempt = refresh(source, client, early=True)
        if attempt or source.lease_token:
            return attempt
        sleep(1)
    return None


def draft_all(source: Source, *, say: Say, publish_by: User | None) -> int:
    """Write the pending digests of a source; publish the ones in review if an editor stands for it."""
    ready = 0
    digests = Digest.objects.filter(episode__source=source).select_related("episode", "transcript")
    for digest in digests.filter(state=Digest.State.PENDING).order_by("pk"):
        drafting.draft(digest)
        say(f"  {digest} ({digest.language}): {told(digest)}")
    for digest in digests.filter(state=Digest.State.IN_REVIEW).order_by("pk"):
        if publish_by:
            release(digest, by=publish_by, say=say)
        ready += 1
    return ready


def release(digest: Digest, *, by: User, say: Say) -> bool:
    """Approve as that editor; what stands against it is said and the digest stays in review."""
    try:
        editorial.approve(digest, by=by)
    except editorial.Unpublishable as refused:
        say(f"  not published: {digest}: {refused}")
        return False
    say(f"  {Digest.objects.for_reading().get(pk=digest.pk).get_absolute_url()}")
    return True


def told(row: Episode | Digest) -> str:
    """A row's state in words, with what went wrong."""
    row.refresh_from_db()
    return f"{row.get_state_display()}. {row.error_text}".rstrip()
