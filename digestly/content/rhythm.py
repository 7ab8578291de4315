"""Rhythm: when to look at a source again. As often as it brings something, as seldom as it asks, and never never."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from digestly.feeds.types import ParsedFeed
from digestly.fetch.client import Fetched

from .models import Source

UNKNOWN = timedelta(hours=1)  # for a feed too young to have a rhythm
SHORTEST, LONGEST = timedelta(minutes=15), timedelta(hours=24)
TELLING = 10  # newest episodes whose gaps tell the rhythm
LOOKS_A_GAP = 4  # so an episode is found within a quarter of the usual time between two
LOOKS_A_SILENCE = 16  # a show that paused is asked less and less, but a long weekend is no pause

# After two weeks of failures in a row once a week will do.
LONG_FAILING, SELDOM = timedelta(days=14), timedelta(days=7)


def of_feed(feed: ParsedFeed) -> timedelta:
    """How often it is worth a look, going by the gaps between its newest episodes, and by what it asks."""
    dates = sorted({item.published for item in feed.items if item.published}, reverse=True)[:TELLING]
    gaps = [(later - earlier).total_seconds() for later, earlier in pairwise(dates)]
    own = timedelta(seconds=median(gaps)) / LOOKS_A_GAP if len(gaps) > 1 else UNKNOWN
    return within_reason(max(own, timedelta(seconds=feed.manners.ttl or 0)))


def next_look(source: Source, fetched: Fetched, *, now: datetime) -> timedelta:
    """How long to wait after a good look. The host may ask for more patience, and never for less."""
    silence = (now - source.latest_at) / LOOKS_A_SILENCE if source.latest_at else timedelta()
    wait = within_reason(max(source.interval, silence)) * random.uniform(0.9, 1.1)  # noqa: S311
    wait = max(wait, asked_by_host(fetched, now=now))
    return out_of(source.quiet_hours, now + wait) - now


def asked_by_host(fetched: Fetched, *, now: datetime) -> timedelta:
    """How long the answer is good for, by its headers: a day at most."""
    by_age = timedelta(seconds=min(fetched.max_age or 0, LONGEST.total_seconds()))
    by_date = fetched.expires - now if fetched.expires and fetched.max_age is None else timedelta()
    return min(max(by_age, by_date), LONGEST)


def out_of(quiet_hours: list[int], moment: datetime) -> datetime:
    """The moment, or the first one after it at which the feed is not asleep."""
    for _ in range(24):
        if moment.hour not in quiet_hours:
            break
        moment = moment.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return moment


def after_failures(failures: int, *, since: datetime | None = None, now: datetime | None = None) -> timedelta:
    """Twice as long with each failure in a row, up to a day; a week for one that has failed `since` long ago."""
    is_lasting = bool(since and now and now - since > LONG_FAILING)
    wait = SELDOM if is_lasting else min(UNKNOWN * 2 ** min(failures, 5), LONGEST)
    return wait * random.uniform(0.9, 1.1)  # noqa: S311


def within_reason(wait: timedelta) -> timedelta:
    return min(max(wait, SHORTEST), LONGEST)


def facts_of(source: Source, feed: ParsedFeed) -> dict[str, object]:
    """What a source remembers of its feed's rhythm, for the looks that bring nothing new."""
    dates = [item.published for item in feed.items if item.published]
    return {
        "interval": of_feed(feed),
        "latest_at": max(dates) if dates else source.latest_at,
        "quiet_hours": list(feed.manners.quiet_hours),
    }
