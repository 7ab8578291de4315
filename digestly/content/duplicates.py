"""Duplicates: one recording under two identities. Publishers change guids, and the tokens in addresses.

This is a second look at what seems new. It deletes nothing: an editor decides.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from .models import Episode

CLOSE = 600  # seconds that two lengths of one recording differ at most: advertisements come and go


def twins(fresh: Iterable[Episode], known: Iterable[Episode]) -> Iterator[tuple[Episode, Episode]]:
    """Each new episode that looks like one we have, with that one."""
    seen: dict[tuple[str, str], list[Episode]] = defaultdict(list)
    for episode in known:
        for mark in marks(episode):
            seen[mark].append(episode)
    for episode in fresh:
        candidates = (other for mark in marks(episode) for other in seen.get(mark, ()))
        twin = next((other for other in candidates if are_alike(episode, other)), None)
        if twin:
            yield episode, twin


def marks(episode: Episode) -> Iterator[tuple[str, str]]:
    """Where to look for a twin."""
    yield "title", episode.title.casefold()
    if episode.media_url:
        yield "file", file_of(episode)


def are_alike(one: Episode, other: Episode) -> bool:
    """One day and one title or file; without a day, one title and one page. And about as long."""
    if one.duration is not None and other.duration is not None and abs(one.duration - other.duration) > CLOSE:
        return False
    same_title = one.title.casefold() == other.title.casefold()
    if one.published_at and other.published_at:
        same_file = bool(one.media_url) and file_of(one) == file_of(other)
        return one.published_at.date() == other.published_at.date() and (same_title or same_file)
    return same_title and bool(one.link) and one.link == other.link


def file_of(episode: Episode) -> str:
    """The recording's address without what changes from one telling to the next."""
    return episode.media_url.partition("?")[0]
