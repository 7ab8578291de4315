"""Many sources at once: a list of feeds is judged line by line, then added; and what is here is listed.

Nothing is fetched: workers do that, a few at a time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from django.conf import settings
from django.db import transaction
from django.utils.text import slugify

from accounts.models import User
from digestly.feeds import opml, youtube
from digestly.feeds.opml import Subscription
from digestly.fetch.errors import BlockedAddress, Failure
from digestly.fetch.urls import check, host_of
from digestly.parsing.apart import apart

from .addresses import known_among, one_spelling
from .models import Source, Transition


class Verdict(StrEnum):
    NEW = "new"
    HERE = "here"  # a source already, or named earlier in the list
    BAD = "bad"  # no address of a feed
    BLOCKED = "blocked"  # it leads into a private network
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Line:
    """One feed of a list and what is to be said of it. `norm` tells it from others, where it is an address."""

    subscription: Subscription
    verdict: Verdict
    why: str = ""
    url: str = ""
    norm: str = ""


def read(body: bytes) -> opml.Subscriptions:
    """A list from outside. Raises a Failure."""
    return apart(opml.parse, body)


def judged(subscriptions: Iterable[Subscription]) -> list[Line]:
    """Each line with what would become of it, in one query."""
    lines = [_checked(subscription) for subscription in subscriptions]
    norms = [line.norm for line in lines if line.norm]
    known = known_among(norms)
    told = []
    for line in lines:
        told.append(replace(line, verdict=Verdict.HERE) if line.norm in known else line)
        if line.norm:
            known.add(line.norm)
    return told


def add(subscriptions: Iterable[Subscription], *, newest: int, by: User | None) -> list[Line]:
    """Add what is new, in one transaction; each line with what became of it. Twice changes nothing more."""
    with transaction.atomic():
        lines = judged(subscriptions)
        new = {line.norm: _source(line, newest) for line in lines if line.verdict == Verdict.NEW}
        Source.objects.bulk_create(new.values(), ignore_conflicts=True)
        # Somebody else may have added one at this moment: ours is the one with our slug.
        slugs = {source.slug for source in new.values()}
        added = dict(
            Source.objects.filter(url_norm__in=list(new), slug__in=slugs).values_list("url_norm", "pk")
        )
        Transition.objects.bulk_create(
            Transition(kind="source", row=pk, became=Source.Status.NEW, by=by, why="from a list")
            for pk in added.values()
        )
    outcome = {True: Verdict.ADDED, False: Verdict.HERE}
    return [
        replace(line, verdict=outcome[line.norm in added]) if line.verdict == Verdict.NEW else line
        for line in lines
    ]


def listed() -> bytes:
    """All sources that are asked, as OPML."""
    sources = Source.objects.exclude(url_norm=None).exclude(status=Source.Status.WITHDRAWN)
    rows = sources.order_by("title", "pk").values_list("url", "title")
    return opml.write((Subscription(url, title) for url, title in rows), title=settings.SITE_NAME)


def _checked(subscription: Subscription) -> Line:
    try:
        url = youtube.spelled(subscription.url, home=settings.YOUTUBE_HOME)
        check(url, allow=settings.FETCH_ALLOW_PRIVATE)
        return Line(subscription, Verdict.NEW, url=url, norm=one_spelling(url))
    except BlockedAddress as failure:
        return Line(subscription, Verdict.BLOCKED, failure.message)
    except Failure as failure:
        return Line(subscription, Verdict.BAD, failure.message)


def _source(line: Line, newest: int) -> Source:
    """A row that collides with no other: the slug carries a piece of the address's digest until the feed is read."""
    title = line.subscription.title
    name = slugify(title or host_of(line.url), allow_unicode=True)[:100].strip("-") or "source"
    return Source(
        url=line.url,
        url_norm=line.norm,
        host=host_of(line.url),
        title=title,
        slug=f"{name}-{hashlib.sha256(line.norm.encode()).hexdigest()[:8]}",
        note=" / ".join(line.subscription.folders),
        newest=newest,
    )
