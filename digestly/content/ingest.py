"""Station 2: know the episodes of a source. A fetched feed becomes rows, each episode once.

Fetch and parse hold no transaction; then one transaction writes everything that follows from the answer:
episodes, validators, the next time, and a line that says what came of it.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.text import slugify

from digestly.feeds.parse import parse
from digestly.feeds.types import ParsedFeed, ParsedItem
from digestly.fetch.addresses import AllowList
from digestly.fetch.client import Client, Fetched
from digestly.fetch.errors import Failure
from digestly.fetch.urls import check, host_of, normalise
from digestly.work import lease
from digestly.work.wake import wake

from .models import Episode, FetchAttempt, HostState, Source, Transition

LEASE = timedelta(minutes=2)
INTERVAL = timedelta(hours=1)
LONGEST = timedelta(hours=24)  # never given up for good: a feed that comes back is noticed within a day
HOST_PAUSE = timedelta(seconds=2)
FLOOD = 50  # more new episodes than this in a known feed is a mishap until an editor says otherwise
# Now and then ask as if for the first time: some servers answer 304 for good (seen by NewsBlur).
FORGET_VALIDATORS = 0.01


@dataclass(frozen=True)
class Harvest:
    """What one look at a feed brought."""

    new: int = 0
    updated: int = 0


def add_source(url: str, *, allow: AllowList | None = None) -> tuple[Source, bool]:
    """The source with this feed address, and whether it is new. Raises `Failure` for a bad address.

    `allow` are the private networks that this process may reach, where they are not the site's.
    """
    check(url, allow=settings.FETCH_ALLOW_PRIVATE if allow is None else allow)
    norm = normalise(url)
    fields: dict[str, Any] = {"url": url, "slug": free_slug(host_of(url))}
    try:
        with transaction.atomic():
            source, made = Source.objects.get_or_create(url_norm=norm, defaults=fields)
    except IntegrityError:  # somebody took the slug, or added the same feed, at this moment
        fields["slug"] += f"-{hashlib.sha256(norm.encode()).hexdigest()[:6]}"
        source, made = Source.objects.get_or_create(url_norm=norm, defaults=fields)
    return source, made


def refresh(source: Source, client: Client, *, early: bool = False) -> FetchAttempt | None:
    """Fetch a source once and store what came of it.

    None if another worker has it, its host wants a rest, or it is not due; `early` asks before it is.
    """
    rows = (Source.objects if early else Source.objects.due()).filter(pk=source.pk)
    if not rows.exists():
        return None
    if not host_is_free(host_of(source.url)):
        Source.objects.filter(pk=source.pk).update(next_fetch_at=Now() + HOST_PAUSE * random.uniform(1, 5))  # noqa: S311
        return None
    # The next time is written before the request: whatever happens now, the source is not asked in a loop.
    token = lease.claim(rows, lasting=LEASE, next_fetch_at=Now() + after_failures(source.failures))
    if not token:
        return None
    asked_at = timezone.now()
    fetched: Fetched | None = None
    try:
        conditional = random.random() >= FORGET_VALIDATORS  # noqa: S311
        fetched = client.fetch(
            source.url,
            etag=source.etag or None if conditional else None,
            last_modified=source.last_modified or None if conditional else None,
        )
        feed = None if is_unchanged(source, fetched) else parse(
            fetched.body, content_type=fetched.content_type, url=fetched.url
        )  # fmt: skip
    except Failure as failure:
        return store_failure(source, token, failure, fetched, asked_at)
    return store_success(source, token, fetched, feed, asked_at)


def is_unchanged(source: Source, fetched: Fetched) -> bool:
    return fetched.not_modified or (bool(source.content_sha) and sha_of(fetched) == source.content_sha)


def sha_of(fetched: Fetched) -> str:
    return hashlib.sha256(fetched.body).hexdigest()


def store_failure(
    source: Source, token: Any, failure: Failure, fetched: Fetched | None, asked_at: Any
) -> FetchAttempt | None:
    """The earlier episodes and validators stay; the source waits longer, and says why."""
    wait = getattr(failure, "retry_after", None)
    delay = max(after_failures(source.failures + 1), timedelta(seconds=wait or 0))
    status = getattr(failure, "status", None)
    with transaction.atomic():
        kept = lease.finish(
            Source.objects.filter(pk=source.pk),
            token,
            status=Source.Status.FAILING if source.status != Source.Status.PAUSED else source.status,
            failures=F("failures") + 1,
            error_code=failure.code,
            error_text=failure.message[:500],
            last_fetched_at=asked_at,
            next_fetch_at=Now() + min(delay, LONGEST),
        )
        if not kept:
            return None
        if status == 429 and wait:
            HostState.objects.filter(host=host_of(source.url)).update(blocked_until=Now() + timedelta(seconds=wait))
        return note(source, failure.code, fetched, asked_at, message=failure.message, http_status=status)


def store_success(
    source: Source, token: Any, fetched: Fetched, feed: ParsedFeed | None, asked_at: Any
) -> FetchAttempt | None:
    """Episodes, validators and the next time, in one transaction."""
    facts: dict[str, Any] = {
        "status": source.status if source.status == Source.Status.PAUSED else Source.Status.ACTIVE,
        "failures": 0,
        "attempts": 0,
        "error_code": "",
        "error_text": "",
        "last_fetched_at": asked_at,
        "next_fetch_at": Now() + INTERVAL * random.uniform(0.9, 1.1),  # noqa: S311
        "etag": fetched.etag or (source.etag if fetched.not_modified else ""),
        "last_modified": fetched.last_modified or (source.last_modified if fetched.not_modified else ""),
    }
    if feed:
        facts |= {"content_sha": sha_of(fetched), **channel_facts(source, feed)}
    with transaction.atomic():
        if not lease.finish(Source.objects.filter(pk=source.pk), token, **facts):
            return None
        harvest = store_episodes(source, feed.items) if feed else Harvest()
        outcome = "new" if feed else ("not_modified" if fetched.not_modified else "unchanged")
        message = "The document broke off; what came before that was taken." if feed and feed.partial else ""
        attempt = note(source, outcome, fetched, asked_at, message=message, harvest=harvest)
    source.refresh_from_db()
    return attempt


def channel_facts(source: Source, feed: ParsedFeed) -> dict[str, Any]:
    """What the feed says of itself. A title that an editor gave stays."""
    facts: dict[str, Any] = {
        "kind": Source.Kind.YOUTUBE if feed.kind == "youtube" else Source.Kind.PODCAST,
        "link": feed.link or "",
        "image": feed.image or "",
        "language": source.language or primary(feed.language),
        "podcast_guid": (feed.podcast_guid or "")[:100],
    }
    if feed.title and not source.title:
        facts["title"] = feed.title[:300]
        facts["slug"] = free_slug(feed.title, besides=source)
    return facts


def store_episodes(source: Source, items: Iterable[ParsedItem]) -> Harvest:
    """Upsert by identity. Nothing is ever deleted: an episode that left the feed is marked missing."""
    by_identity = {Episode.identity_of(item.guid): item for item in items}
    known = {episode.identity: episode for episode in source.episodes.all()}
    new = [fresh(source, identity, item) for identity, item in by_identity.items() if identity not in known]
    changed = [known[identity] for identity, item in by_identity.items()
               if identity in known and adopt(known[identity], item)]  # fmt: skip

    is_first = not known
    for episode in new if not is_first and len(new) <= FLOOD else newest(new, source.newest if is_first else 0):
        episode.state = Episode.State.TRANSCRIPT_PENDING
    Episode.objects.bulk_create(new)
    Episode.objects.bulk_update(changed, [*DESCRIBING, "state", "next_try_at"])
    Transition.objects.bulk_create(
        Transition(kind="episode", row=episode.pk, was=Episode.State.DISCOVERED, became=episode.state)
        for episode in new
    )
    missing = [episode.pk for identity, episode in known.items() if identity not in by_identity]
    source.episodes.filter(pk__in=missing, missing_since=None).update(missing_since=Now())
    source.episodes.filter(~Q(pk__in=missing), ~Q(missing_since=None)).update(missing_since=None)
    for episode in [*new, *changed]:
        if episode.state == Episode.State.TRANSCRIPT_PENDING:
            wake_transcriber(episode)
    return Harvest(new=len(new), updated=len(changed))


DESCRIBING = (
    "title", "link", "media_url", "media_type", "published_at", "duration", "notes", "transcript_links", "chapters",
)  # fmt: skip


def described(item: ParsedItem) -> dict[str, Any]:
    media = item.enclosures[0] if item.enclosures else None
    return {
        "title": item.title[:500] or "–",
        "link": (item.link or "")[:2000],
        "media_url": media.url[:2000] if media else "",
        "media_type": (media.type or "")[:100] if media else "",
        "published_at": item.published,
        "duration": item.duration,
        "notes": (item.summary or "")[:100_000],
        "transcript_links": [asdict(link) for link in item.transcripts],
        "chapters": (item.chapters or "")[:2000],
    }


def fresh(source: Source, identity: str, item: ParsedItem) -> Episode:
    """An episode seen for the first time. It rests in the backlog unless it is among the newest."""
    return Episode(
        source=source, identity=identity, guid=item.guid, state=Episode.State.BACKLOG, **described(item)
    )


def adopt(episode: Episode, item: ParsedItem) -> bool:
    """Take over what the feed says now; False if it says nothing new."""
    told = described(item)
    if all(getattr(episode, name) == value for name, value in told.items()):
        return False
    gained_words = told["transcript_links"] != episode.transcript_links
    for name, value in told.items():
        setattr(episode, name, value)
    if gained_words and episode.state == Episode.State.WAITING_TRANSCRIPT:
        episode.state, episode.next_try_at = Episode.State.TRANSCRIPT_PENDING, None
    return True


def newest(episodes: list[Episode], count: int) -> list[Episode]:
    """The `count` latest; those without a date keep the feed's order, behind the dated ones."""
    dated = sorted(
        episodes, key=lambda episode: episode.published_at.timestamp() if episode.published_at else 0, reverse=True
    )
    return dated[:count]


def wake_transcriber(episode: Episode) -> None:
    from .tasks import transcribe_episode

    wake(transcribe_episode, episode.pk)


def host_is_free(host: str) -> bool:
    """Take the host's turn, if it may be asked now."""
    HostState.objects.get_or_create(host=host)
    allowed = HostState.objects.filter(Q(blocked_until=None) | Q(blocked_until__lt=Now()), host=host)
    return bool(allowed.filter(next_allowed_at__lte=Now()).update(next_allowed_at=Now() + HOST_PAUSE))


def after_failures(failures: int) -> timedelta:
    """An hour, twice as long with each failure in a row, a day at most."""
    return min(INTERVAL * 2 ** min(failures, 5), LONGEST)


def note(
    source: Source, outcome: str, fetched: Fetched | None, asked_at: Any, *,
    message: str = "", harvest: Harvest | None = None, http_status: int | None = None,
) -> FetchAttempt:  # fmt: skip
    harvest = harvest or Harvest()
    return FetchAttempt.objects.create(
        source=source,
        outcome=outcome,
        http_status=fetched.status if fetched else http_status,
        bytes=len(fetched.body) if fetched else 0,
        milliseconds=int((timezone.now() - asked_at).total_seconds() * 1000),
        new=harvest.new,
        updated=harvest.updated,
        message=message[:500],
    )


def primary(language: str | None) -> str:
    """The language without its region: "en-US" is "en"."""
    return (language or "").replace("_", "-").split("-")[0].lower()


def free_slug(title: str, *, besides: Source | None = None) -> str:
    """A slug for a source that no other one has."""
    base = slugify(title, allow_unicode=True)[:100].strip("-") or "source"
    others = Source.objects.exclude(pk=besides.pk if besides else None)
    taken = set(others.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(slug for slug in numbered(base) if slug not in taken)


def numbered(base: str) -> Iterable[str]:
    """base, base-2, base-3, …"""
    yield base
    number = 2
    while True:
        yield f"{base}-{number}"
        number += 1
