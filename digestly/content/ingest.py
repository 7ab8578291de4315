"""Station 2: know the episodes of a source. A fetched feed becomes rows, each episode once.

Fetch and parse hold no transaction; then one transaction writes everything that follows from the answer:
episodes, validators, the next time, and a line that says what came of it.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Case, F, Value, When
from django.db.models.functions import Coalesce, Now
from django.utils import timezone
from django.utils.text import slugify

from accounts.models import User
from digestly.feeds import youtube
from digestly.feeds.parse import VERSION, parse
from digestly.feeds.types import ParsedFeed
from digestly.fetch.addresses import AllowList
from digestly.fetch.client import Client, Fetched
from digestly.fetch.errors import Busy, Failure, Gone
from digestly.fetch.urls import check, host_of
from digestly.parsing.apart import apart, prepare
from digestly.work import lease

from . import addresses, hosts, hubs, moving, rhythm
from .addresses import one_spelling
from .harvest import Harvest, storable, store_episodes
from .models import Episode, FetchAttempt, Source
from .models.transition import log

LEASE = timedelta(minutes=2)
RESTS_ON = (Source.Status.PAUSED, Source.Status.WITHDRAWN)  # an answer that comes late wakes none of these
EDITORS_MATTER = ("flood", moving.CODE)  # a good answer alone does not settle these
GONE_AFTER = 3  # looks in a row that were answered "gone for good"
# Now and then ask as if for the first time: some servers answer 304 for good (seen by NewsBlur).
FORGET_VALIDATORS = 0.01


def add_source(
    url: str, *, allow: AllowList | None = None, by: User | None = None, newest: int | None = None
) -> tuple[Source, bool]:
    """The source with this feed address, and whether it is new. Raises `Failure` for a bad address.

    `allow` are the private networks that this process may reach, where they are not the site's; `newest` is how
    many episodes of the back catalogue are digested at the start.
    """
    url = youtube.spelled(url, home=settings.YOUTUBE_HOME)
    check(url, allow=settings.FETCH_ALLOW_PRIVATE if allow is None else allow)
    norm = one_spelling(url)
    if known := addresses.at(norm):
        return known, False
    fields: dict[str, Any] = {"url": url, "host": host_of(url), "slug": free_slug(host_of(url))}
    if newest is not None:
        fields["newest"] = newest
    try:
        with transaction.atomic():
            source, made = Source.objects.get_or_create(url_norm=norm, defaults=fields)
    except IntegrityError:  # somebody took the slug, or added the same feed, at this moment
        fields["slug"] += f"-{hashlib.sha256(norm.encode()).hexdigest()[:6]}"
        source, made = Source.objects.get_or_create(url_norm=norm, defaults=fields)
    if made:
        log(source, "", source.status, by=by)
    return source, made


def refresh(source: Source, client: Client, *, early: bool = False) -> FetchAttempt | None:
    """Fetch a source once and store what came of it.

    None if another worker has it, its host wants a rest, or it is not due; `early` asks before it is.
    """
    askable = Source.objects.exclude(url_norm=None).exclude(status=Source.Status.WITHDRAWN)
    rows = askable if early else Source.objects.due()
    # The next time is written before the request: whatever happens now, the source is not asked in a loop.
    later = Now() + rhythm.after_failures(source.failures + source.attempts)
    token = lease.claim(rows.filter(pk=source.pk), lasting=LEASE, next_fetch_at=later, **epitaph(source))
    if not token:
        return None
    # Only who has the source asks for its host's turn: somebody who came too late must not put it off.
    host = host_of(source.url)
    if not hosts.take_turn(host):
        put_off = {"next_fetch_at": hosts.next_turn(host), "attempts": source.attempts, "woken_at": None}
        lease.finish(Source.objects.filter(pk=source.pk), token, **put_off)
        return None
    from . import arrivals

    asked_at = timezone.now()
    fetched: Fetched | None = None
    prepare()
    try:
        if page := youtube.recognise(source.url):
            found = youtube.find(page, client, home=settings.YOUTUBE_HOME)
            return arrivals.arrive(source, token, found, asked_at)
        etag, last_modified = validators(source)
        fetched = client.fetch(source.url, etag=etag, last_modified=last_modified)
        feed = None if is_unchanged(source, fetched) else read(fetched)
        moving.recognise(source, fetched, feed)
        move = moving.observe(source, fetched, feed, client, now=asked_at)
    except Failure as failure:
        return store_failure(source, token, failure, fetched, asked_at)
    return store_success(source, token, Look(fetched, feed, move, asked_at))


@dataclass(frozen=True)
class Look:
    """A good answer. There is no feed in one that brought nothing new."""

    fetched: Fetched
    feed: ParsedFeed | None
    move: moving.Move
    at: datetime

    @property
    def outcome(self) -> str:
        if self.feed:
            return "new"
        return "not_modified" if self.fetched.not_modified else "unchanged"

    def is_quiet(self, source: Source) -> bool:
        """It brought nothing, and nothing waits for an editor."""
        return not (self.feed or self.move.to or source.error_code in EDITORS_MATTER)


def epitaph(source: Source) -> dict[str, Any]:
    """What the source says of itself should this worker die of it too, as several did before."""
    if source.attempts < lease.POISONED_AFTER:
        return {}
    told = f"{source.attempts} workers died of this feed. It is asked more and more seldom."
    return {"error_code": "worker_died", "error_text": told}


def validators(source: Source) -> tuple[str | None, str | None]:
    """None at all where a reader of today has not seen the document yet."""
    if source.read_by != VERSION or random.random() < FORGET_VALIDATORS:  # noqa: S311
        return None, None
    return source.etag or None, source.last_modified or None


def read(fetched: Fetched) -> ParsedFeed:
    return apart(parse, fetched.body, content_type=fetched.content_type, url=fetched.url)


def is_unchanged(source: Source, fetched: Fetched) -> bool:
    is_read = bool(source.content_sha) and source.read_by == VERSION
    return fetched.not_modified or (is_read and sha_of(fetched) == source.content_sha)


def sha_of(fetched: Fetched) -> str:
    return hashlib.sha256(fetched.body).hexdigest()


def store_failure(
    source: Source, token: UUID, failure: Failure, fetched: Fetched | None, asked_at: datetime
) -> FetchAttempt | None:
    """The earlier episodes and validators stay; the source waits longer, and says why."""
    own = rhythm.after_failures(source.failures + 1, since=source.failing_since, now=asked_at)
    delay = max(own, timedelta(seconds=failure.retry_after or 0))
    status = Source.Status.GONE if is_gone(source, failure) else Source.Status.FAILING
    # In the database's words: an editor may have paused it while we asked.
    resting = When(status__in=Source.AT_REST, then=F("status"))
    with transaction.atomic():
        kept = lease.finish(
            Source.objects.filter(pk=source.pk),
            token,
            status=Case(resting, default=Value(status)),
            failures=F("failures") + 1,
            failing_since=Coalesce(F("failing_since"), Now()),
            attempts=0,
            error_code=failure.code,
            error_text=failure.message[:500],
            last_fetched_at=asked_at,
            next_fetch_at=Now() + delay,
        )
        if not kept:
            return None
        if isinstance(failure, Busy):
            hosts.leave_alone(failure.host or host_of(source.url), failure.retry_after)
        attempt = note(
            source, failure.code, fetched, asked_at, message=failure.message, http_status=failure.status
        )
    if status == Source.Status.GONE != (was := source.status):
        source.refresh_from_db()
        if source.status == status:
            log(source, was, status, why=failure.message)
    return attempt


def is_gone(source: Source, failure: Failure) -> bool:
    """Has the host said so often enough to be believed?"""
    if not isinstance(failure, Gone):
        return False
    before = list(source.fetch_attempts.values_list("http_status", flat=True)[: GONE_AFTER - 1])
    return before == [failure.status] * (GONE_AFTER - 1)


def store_success(source: Source, token: UUID, look: Look) -> FetchAttempt | None:
    """Episodes, validators and the next time, in one transaction; None if the lease was lost."""
    with transaction.atomic():
        harvest = (
            store_nothing_new(source, token, look)
            if look.is_quiet(source)
            else store_news(source, token, look)
        )
        if harvest is None:
            return None
        broke_off = "The document broke off; what came before that was taken."
        message = broke_off if look.feed and look.feed.partial else ""
        return note(source, look.outcome, look.fetched, look.at, message=message, harvest=harvest)


def store_nothing_new(source: Source, token: UUID, look: Look) -> Harvest | None:
    """Most looks end here, so it is one statement. Nothing in it hangs on what an editor may have changed meanwhile."""
    resting = When(status__in=RESTS_ON, then=F("status"))
    facts = {
        **looked_at(look),
        **remembered(source, look.fetched),
        **moving.facts_of(look.move),
        "status": Case(resting, default=Value(Source.Status.ACTIVE)),
        "error_code": "",
        "error_text": "",
        "next_fetch_at": Now() + rhythm.next_look(source, look.fetched, now=look.at),
    }
    return Harvest() if lease.finish(Source.objects.filter(pk=source.pk), token, **facts) else None


def store_news(source: Source, token: UUID, look: Look) -> Harvest | None:
    """The row is ours until the end of the transaction: what editors changed meanwhile is seen, and stays."""
    feed, fetched = look.feed, look.fetched
    rows = Source.objects.filter(pk=source.pk)
    try:
        source.refresh_from_db(from_queryset=rows.select_for_update().filter(lease_token=token))
    except Source.DoesNotExist:
        return None
    harvest = store_episodes(source, feed) if feed else Harvest()
    facts = {
        "status": source.status if source.status in RESTS_ON else Source.Status.ACTIVE,
        **looked_at(look),
        **remembered(source, fetched),
        **(channel_facts(source, feed) | rhythm.facts_of(source, feed) if feed else {}),
        **moving.follow(source, look.move),
        **held_back(source, harvest, look.move),
    }
    for name, value in facts.items():
        setattr(source, name, value)
    lease.finish(rows, token, **facts, next_fetch_at=Now() + rhythm.next_look(source, fetched, now=look.at))
    if feed:
        hubs.notice(source, fetched, feed)
    return harvest


def looked_at(look: Look) -> dict[str, Any]:
    """What any good answer makes of a source."""
    return {
        "failures": 0,
        "failing_since": None,
        "attempts": 0,
        "woken_at": None,
        "last_fetched_at": look.at,
    }


def remembered(source: Source, fetched: Fetched) -> dict[str, Any]:
    """What to ask with next time, and what to compare the answer with."""
    if fetched.not_modified:
        return {
            "etag": fetched.etag or source.etag,
            "last_modified": fetched.last_modified or source.last_modified,
        }
    last_modified = fetched.last_modified or ""
    return {
        "etag": fetched.etag or "",
        "last_modified": last_modified if len(last_modified) <= 200 else "",
        "content_sha": sha_of(fetched),
        "read_by": VERSION,
    }


def held_back(source: Source, harvest: Harvest, move: moving.Move) -> dict[str, str]:
    """What an editor has to decide: where it lives, or what of a flood to digest."""
    if move.doubt:
        return {"error_code": moving.CODE, "error_text": move.doubt[:500]}
    if harvest.held or source.error_code == "flood":
        held = source.episodes.filter(state=Episode.State.BACKLOG, error_code="flood").count()
        if held:
            told = f"{held} episodes came at once. They rest in the backlog until you choose what to digest."
            return {"error_code": "flood", "error_text": told}
    return {"error_code": "", "error_text": ""}


def channel_facts(source: Source, feed: ParsedFeed) -> dict[str, Any]:
    """What the feed says of itself. A title that an editor gave stays."""
    facts: dict[str, Any] = {
        "kind": Source.Kind.YOUTUBE if feed.kind == "youtube" else Source.Kind.PODCAST,
        "link": storable(feed.link) or source.link,
        "image": storable(feed.image) or source.image,
        "language": source.language or primary(feed.language),
        "podcast_guid": (feed.podcast_guid or "")[:100],
        "named_url": moving.said(feed),
    }
    if feed.title and not source.title:
        facts["title"] = feed.title[:300]
        facts["slug"] = free_slug(feed.title, besides=source)
    return facts


def note(
    source: Source, outcome: str, fetched: Fetched | None, asked_at: datetime, *,
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
    """The language without its region: "en-US" is "en". Nothing for what is no language tag."""
    first = (language or "").replace("_", "-").split("-")[0].lower()
    return first if first.isalpha() and len(first) <= 8 else ""


def source_named(name: str, **facts: Any) -> Source:
    """The source with this title, or a new shelf for what is brought by hand: nobody fetches it."""
    title = name[:300]
    unfetched = {"kind": Source.Kind.UPLOAD, "status": Source.Status.ACTIVE, "next_fetch_at": None}
    return Source.objects.filter(title=title).order_by("pk").first() or Source.objects.create(
        title=title, slug=free_slug(title), **unfetched, **facts
    )


def free_slug(title: str, *, besides: Source | None = None) -> str:
    """A slug for a source that no other one has."""
    base = slugify(title, allow_unicode=True)[:100].strip("-") or "source"
    others = Source.objects.exclude(pk=besides.pk) if besides else Source.objects.all()
    taken = set(others.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(slug for slug in numbered(base) if slug not in taken)


def numbered(base: str) -> Iterator[str]:
    """base, base-2, base-3, …"""
    yield base
    number = 2
    while True:
        yield f"{base}-{number}"
        number += 1
