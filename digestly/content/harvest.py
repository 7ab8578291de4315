"""Harvest: the items of a parsed feed become episodes, each once. The half of station 2 that knows the items.

Everything here happens inside the transaction that stores what came of a fetch.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, astuple, dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Min
from django.db.models.functions import Now
from django.utils import timezone

from digestly.feeds.types import ParsedFeed, ParsedItem
from digestly.work.wake import wake

from .duplicates import twins
from .models import Episode, Source, Transition

# More new episodes than this in a known feed is a mishap until an editor says otherwise: so many at one look, or in a
# day, by and by. A feed that makes its ids anew each time would have us write digests for ever.
FLOOD, A_DAY = 50, 100
SETTLING = timedelta(minutes=10)  # after the first look, whose newest are digested as an editor wished
MOST_HELD = 5_000  # of a source; what comes beyond is not even written down, or it would fill the disk
LONGEST_ADDRESS = 2000  # one that is longer would be cut, and lead elsewhere


@dataclass(frozen=True)
class Harvest:
    """What one look at a feed brought. `held` are new too, and wait for an editor."""

    new: int = 0
    updated: int = 0
    held: int = 0


def store_episodes(source: Source, feed: ParsedFeed) -> Harvest:
    """Upsert by identity. Nothing is ever deleted: an episode that left the feed is marked missing."""
    told = {Episode.identity_of(item.guid): item for item in feed.items}
    is_first = not source.episodes.exclude(guid="").exists()  # those without were brought by hand
    known = {episode.identity: episode for episode in source.episodes.filter(identity__in=told)}
    new = [fresh(source, identity, item) for identity, item in told.items() if identity not in known]
    held = 0
    if is_first:
        take_up(newest(new, source.newest))
    elif new and is_flood(source, len(new)):
        new = new[: room_for_held(source)]
        held = hold(new)
    else:
        take_up(new)
        point_out_twins(source, new)
    store_new(new)
    changed = adopt(known, told)
    if not (feed.partial or is_first):  # a document that broke off proves nothing
        mark_missing(source, told)
    mark_back(known)
    return Harvest(new=len(new), updated=changed, held=held)


def take_up(episodes: Iterable[Episode]) -> None:
    for episode in episodes:
        episode.state = Episode.State.TRANSCRIPT_PENDING


def is_flood(source: Source, count: int) -> bool:
    if count > FLOOD:
        return True
    from_feed = source.episodes.exclude(guid="")
    begun = from_feed.aggregate(begun=Min("first_seen_at"))["begun"]
    since = max(timezone.now() - timedelta(days=1), begun + SETTLING)
    lately = from_feed.filter(first_seen_at__gt=since)
    taken_up = lately.exclude(state__in=(Episode.State.BACKLOG, Episode.State.SKIPPED))
    return taken_up.count() + count > A_DAY


def room_for_held(source: Source) -> int:
    return max(MOST_HELD - source.episodes.filter(state=Episode.State.BACKLOG, error_code="flood").count(), 0)


def hold(episodes: list[Episode]) -> int:
    """A known feed that floods has changed its identities, or its owner: nothing is digested unasked."""
    for episode in episodes:
        episode.error_code, episode.error_text = (
            "flood",
            "It came with too many others at once. Take it up or skip it.",
        )
    return len(episodes)


def point_out_twins(source: Source, new: list[Episode]) -> None:
    """An episode that looks like one we have waits for an editor, so that nothing is digested twice."""
    if not new:
        return
    telling = ("title", "link", "media_url", "published_at", "duration")
    for episode, twin in twins(new, source.episodes.only(*telling)):
        episode.state = Episode.State.POSSIBLE_DUPLICATE
        episode.error_code = "possible_duplicate"
        episode.error_text = f"It looks like “{twin.title[:300]}” (#{twin.pk}). Take it up or skip it."


def store_new(episodes: list[Episode]) -> None:
    Episode.objects.bulk_create(episodes)
    Transition.objects.bulk_create(
        step(episode.pk, Episode.State.DISCOVERED, episode.state, why=episode.error_code)
        for episode in episodes
    )
    wake_transcribers(episode.pk for episode in episodes if episode.state == Episode.State.TRANSCRIPT_PENDING)


def adopt(known: dict[str, Episode], told: dict[str, ParsedItem]) -> int:
    """Take over what the feed says now of the episodes we know; how many it changed."""
    changed, gained, names = [], [], set[str]()
    for identity, episode in known.items():
        news = {
            name: value
            for name, value in described(told[identity]).items()
            if getattr(episode, name) != value
        }
        for name, value in news.items():
            setattr(episode, name, value)
        if news:
            changed.append(episode)
            names |= news.keys()
        if news.get("transcript_links"):
            gained.append(episode.pk)
    if names:
        Episode.objects.bulk_update(changed, sorted(names))
    if gained:
        try_again(gained)
    return len(changed)


def try_again(pks: list[int]) -> None:
    """Those of these episodes that wait for a transcript have one to fetch now."""
    waiting, pending = Episode.State.WAITING_TRANSCRIPT, Episode.State.TRANSCRIPT_PENDING
    rows = Episode.objects.select_for_update().filter(pk__in=pks, state=waiting)
    freed = list(rows.values_list("pk", flat=True))
    Episode.objects.filter(pk__in=freed).update(state=pending, next_try_at=None, attempts=0)
    Transition.objects.bulk_create(
        step(pk, waiting, pending, why="the feed gained a transcript") for pk in freed
    )
    wake_transcribers(freed)


def step(pk: int, was: str, became: str, *, why: str) -> Transition:
    return Transition(kind="episode", row=pk, was=was, became=became, why=why)


def mark_missing(source: Source, told: dict[str, ParsedItem]) -> None:
    """Remember since when the feed no longer lists an episode."""
    from_feed = source.episodes.exclude(guid="")  # uploads and imports were never listed
    from_feed.filter(missing_since=None).exclude(identity__in=told).update(missing_since=Now())


def mark_back(known: dict[str, Episode]) -> None:
    """Those that were missing, and are listed again."""
    if back := [episode.pk for episode in known.values() if episode.missing_since]:
        Episode.objects.filter(pk__in=back).update(missing_since=None)


def described(item: ParsedItem) -> dict[str, Any]:
    media = item.recording
    # Chapters may have been read from a file meanwhile: a feed that tells none says nothing against them.
    told = {"chapter_marks": [list(astuple(mark)) for mark in item.marks]} if item.marks else {}
    return {
        "title": item.title[:500] or "–",
        "link": storable(item.link),
        "media_url": storable(media.url if media else None),
        "media_type": (media.type or "")[:100] if media else "",
        "published_at": item.published,
        "duration": item.duration,
        "notes": (item.summary or "")[:100_000],
        "transcript_links": [asdict(link) for link in item.transcripts],
        "chapters": storable(item.chapters),
        "persons": [asdict(person) for person in item.persons],
        **told,
    }


def fresh(source: Source, identity: str, item: ParsedItem) -> Episode:
    """An episode seen for the first time. It rests in the backlog unless it is taken up."""
    return Episode(
        source=source, identity=identity, guid=item.guid, state=Episode.State.BACKLOG, **described(item)
    )


def newest(episodes: list[Episode], count: int) -> list[Episode]:
    """The `count` latest; those without a date keep the feed's order, behind the dated ones."""
    dated = sorted(
        episodes,
        key=lambda episode: episode.published_at.timestamp() if episode.published_at else 0,
        reverse=True,
    )
    return dated[:count]


def wake_transcribers(pks: Iterable[int]) -> None:
    from .tasks import transcribe_episode

    for pk in pks:
        wake(transcribe_episode, pk)


def storable(address: str | None) -> str:
    return address if address and len(address) <= LONGEST_ADDRESS else ""
