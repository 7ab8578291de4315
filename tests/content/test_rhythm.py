"""How soon a source is looked at again: by its own rhythm, and by what feed and host ask for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from digestly.content import rhythm
from digestly.content.models import Source
from digestly.feeds.parse import parse
from digestly.fetch.client import Fetched
from tests.content.world import Show, item, look, rss

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def wait(
    *ages: timedelta, more: str = "", now: datetime = NOW, max_age: int | None = None, expires: Any = None
) -> timedelta:
    """How long to wait after a look at a feed whose episodes are that old."""
    feed = parse(rss(*(item(n, at=now - age) for n, age in enumerate(ages)), title="Harbour Talk", more=more))
    source = Source()
    for name, value in rhythm.facts_of(source, feed).items():
        setattr(source, name, value)
    answer = Fetched(
        url="https://harbour.example/", status=200, body=b"", content_type=None, etag=None, last_modified=None,
        permanent_url=None, max_age=max_age, expires=expires, elapsed_ms=1,
    )  # fmt: skip
    return rhythm.next_look(source, answer, now=now)


def about(expected: timedelta) -> Any:
    """Ten percent more or less: sources that came together do not stay together."""
    return pytest.approx(expected.total_seconds(), rel=0.11)


@pytest.mark.parametrize(
    ("gap", "expected"),
    [
        (timedelta(minutes=10), timedelta(minutes=15)),
        (8 * HOUR, 2 * HOUR),
        (DAY, 6 * HOUR),
        (7 * DAY, DAY),
        (30 * DAY, DAY),
    ],
)
def test_a_quarter_of_the_usual_gap_within_reason(gap: timedelta, expected: timedelta) -> None:
    assert wait(*(gap * n for n in range(12))).total_seconds() == about(expected)


def test_one_long_pause_does_not_slow_a_daily_show() -> None:
    assert wait(*(DAY * n for n in (0, 1, 2, 40, 41, 42))).total_seconds() == about(6 * HOUR)


def test_a_show_that_fell_silent_is_asked_once_a_day() -> None:
    assert wait(*(HOUR * n for n in range(200, 210))).total_seconds() == about(HOUR * 200 / 16)
    assert wait(*(HOUR * n for n in range(4000, 4010))).total_seconds() == about(DAY)


def test_a_feed_without_dates_is_asked_every_hour() -> None:
    assert wait().total_seconds() == about(HOUR)


def test_what_feed_and_host_ask_for_is_a_floor() -> None:
    often = [HOUR * n for n in range(10)]
    assert wait(*often).total_seconds() == about(timedelta(minutes=15))
    assert wait(*often, more="<ttl>180</ttl>").total_seconds() == about(3 * HOUR)
    assert wait(*often, max_age=7200) >= 2 * HOUR
    assert wait(*often, expires=NOW + 5 * HOUR) >= 5 * HOUR
    assert wait(*often, max_age=60, expires=NOW + 5 * HOUR) < HOUR  # the newer header wins


def test_nobody_can_ask_for_more_than_a_day() -> None:
    forever = wait(HOUR, more="<ttl>99999</ttl>", max_age=10**9, expires=NOW + 3650 * DAY)
    assert forever <= 1.1 * DAY
    assert wait(HOUR, more="<ttl>-5</ttl>", max_age=0, expires=NOW - DAY).total_seconds() == about(HOUR)


def test_hours_in_which_nothing_is_published_are_slept_through() -> None:
    at_night = "<skipHours>" + "".join(f"<hour>{hour}</hour>" for hour in (22, 23, 24, 1, 2)) + "</skipHours>"
    late = NOW.replace(hour=21, minute=30)
    assert late + wait(HOUR, more=at_night, now=late) == NOW.replace(hour=3) + DAY
    always = "<skipHours>" + "".join(f"<hour>{hour}</hour>" for hour in range(24)) + "</skipHours>"
    assert wait(HOUR, more=always).total_seconds() == about(HOUR)


def test_the_rhythm_is_kept_for_looks_that_bring_nothing_new(show: Show, harbour: Source) -> None:
    now = datetime.now(UTC)
    show.lists(*(item(n, at=now - n * DAY) for n in range(9)), more="<skipHours><hour>5</hour></skipHours>")
    look(harbour)
    assert (harbour.interval, harbour.quiet_hours) == (6 * HOUR, [5])
    assert look(harbour).outcome == "unchanged"
    assert (harbour.next_fetch_at - datetime.now(UTC)).total_seconds() > 5 * HOUR.total_seconds()
