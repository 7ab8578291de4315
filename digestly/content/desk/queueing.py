"""What an editor does about an episode's place in line: have it processed after all, or skip it."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from digestly.content.models import Episode, Source
from digestly.content.models.transition import move
from digestly.work.wake import wake

State = Episode.State
AT_REST = (State.DISCOVERED, State.BACKLOG, State.POSSIBLE_DUPLICATE, State.WAITING_TRANSCRIPT, State.SKIPPED)
UNFINISHED = (*AT_REST[:-1], State.TRANSCRIPT_PENDING, State.TRANSCRIPT_RUNNING)
# A worker may have it at this moment: without its lease it drops its result.
FREED: dict[str, Any] = {"lease_token": None, "lease_until": None, "next_try_at": None, "attempts": 0}


def process(episode: Episode, *, by: User) -> bool:
    """Put it in line for its transcript; False if it is in line, or done, already."""
    from digestly.content.tasks import transcribe_episode

    if episode.state not in AT_REST:
        return False
    with transaction.atomic():
        is_moved = move(episode, State.TRANSCRIPT_PENDING, by=by, error_code="", error_text="", **FREED)
        if is_moved:
            wake(transcribe_episode, episode.pk)
    return is_moved


def held_back(source: Source) -> QuerySet[Episode]:
    """What came in a flood and waits for an editor."""
    return source.episodes.filter(state=State.BACKLOG, error_code="flood")


def skip(episode: Episode, *, by: User) -> bool:
    """It is not wanted; False if it is skipped already, or its words are here: then its digests are rejected."""
    return episode.state in UNFINISHED and move(episode, State.SKIPPED, by=by, **FREED)
