from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
import time_machine
from django.db import connection
from django.db.models import QuerySet
from django.db.models.functions import Now

from digestly.content.models import Episode, Source
from digestly.work import lease

HOUR = timedelta(hours=1)


@pytest.fixture
def episode(source: Source) -> Episode:
    return Episode.objects.create(
        source=source, identity="one", title="One", state=Episode.State.TRANSCRIPT_PENDING
    )


def this(episode: Episode) -> QuerySet[Episode]:
    return Episode.objects.filter(pk=episode.pk)


def run_out_of_time(episode: Episode) -> None:
    this(episode).update(lease_until=Now() - timedelta(seconds=1))


def claim(episode: Episode) -> uuid.UUID | None:
    return lease.claim(this(episode), lasting=HOUR)


def won(episode: Episode) -> uuid.UUID:
    """The token of a claim that must succeed."""
    token = claim(episode)
    assert token
    return token


def test_a_taken_row_cannot_be_taken_again(episode: Episode) -> None:
    assert claim(episode)
    assert claim(episode) is None


def test_a_row_in_another_state_cannot_be_taken(episode: Episode) -> None:
    ready = this(episode).filter(state=Episode.State.TRANSCRIPT_READY)
    assert lease.claim(ready, lasting=HOUR) is None
    episode.refresh_from_db()
    assert (episode.lease_token, episode.attempts) == (None, 0)


def test_claiming_moves_the_row_and_counts_the_attempt(episode: Episode) -> None:
    token = lease.claim(this(episode), lasting=HOUR, state=Episode.State.TRANSCRIPT_RUNNING)
    episode.refresh_from_db()
    assert episode.lease_token == token
    assert episode.state == Episode.State.TRANSCRIPT_RUNNING
    assert episode.attempts == 1


def test_the_lease_lasts_as_long_as_asked(episode: Episode) -> None:
    claim(episode)
    this(episode).filter(lease_until__gt=Now() + timedelta(minutes=59), lease_until__lte=Now() + HOUR).get()


def test_finishing_writes_the_result_and_gives_the_row_back(episode: Episode) -> None:
    token = won(episode)
    assert lease.finish(this(episode), token, state=Episode.State.TRANSCRIPT_READY, attempts=0)
    episode.refresh_from_db()
    assert (episode.state, episode.attempts) == (Episode.State.TRANSCRIPT_READY, 0)
    assert (episode.lease_token, episode.lease_until) == (None, None)
    assert claim(episode)


def test_whoever_lost_the_lease_changes_nothing(episode: Episode) -> None:
    slow = won(episode)
    run_out_of_time(episode)
    quick = won(episode)
    assert slow != quick
    assert not lease.finish(this(episode), slow, title="The slow one's")
    assert lease.finish(this(episode), quick, title="The quick one's")
    assert not lease.finish(this(episode), slow, title="The slow one's")
    episode.refresh_from_db()
    assert episode.title == "The quick one's"


def test_late_but_not_overtaken_may_still_finish(episode: Episode) -> None:
    token = won(episode)
    run_out_of_time(episode)
    assert lease.finish(this(episode), token, title="Late")


def test_a_worker_whose_clock_is_wrong_takes_nothing_from_another(episode: Episode) -> None:
    claim(episode)
    with time_machine.travel(datetime(2050, 1, 1)):
        assert claim(episode) is None


def test_only_a_lease_that_is_over_has_run_out(episode: Episode) -> None:
    assert not lease.run_out(this(episode)).exists()
    claim(episode)
    assert not lease.run_out(this(episode)).exists()
    run_out_of_time(episode)
    assert lease.run_out(this(episode)).exists()


@pytest.mark.parametrize(
    ("woken", "is_unheard"), [(None, True), (timedelta(minutes=3), True), (timedelta(minutes=1), False)]
)
def test_a_row_is_called_for_once_in_a_while(
    episode: Episode, woken: timedelta | None, is_unheard: bool
) -> None:
    if woken:
        this(episode).update(woken_at=Now() - woken)
    assert lease.unheard(this(episode), since=timedelta(minutes=2)).exists() is is_unheard


@pytest.mark.django_db(transaction=True)
def test_of_many_workers_at_once_one_gets_the_row(episode: Episode) -> None:
    crowd = 8
    together = Barrier(crowd)

    def rush(_: int) -> uuid.UUID | None:
        try:
            connection.ensure_connection()
            together.wait(timeout=20)
            return claim(episode)
        finally:
            connection.close()

    with ThreadPoolExecutor(crowd) as workers:
        tokens = [token for token in workers.map(rush, range(crowd)) if token]
    episode.refresh_from_db()
    assert tokens == [episode.lease_token]
    assert episode.attempts == 1
