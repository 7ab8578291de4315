from __future__ import annotations

import io
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models.functions import Now

from digestly.content.models import Episode, Source, Transition, transition
from digestly.work import lease
from digestly.work import sweep as sweeper

RUNNING, PENDING = Episode.State.TRANSCRIPT_RUNNING, Episode.State.TRANSCRIPT_PENDING
LEFT_BY_THE_DEAD = "transcripts left by dead workers"


@pytest.fixture
def broken_sweep() -> Iterator[None]:
    """One room's sweep that fails, registered as any other is."""

    @sweeper.sweeps("a sweep that is broken")
    def broken() -> int:
        raise RuntimeError("no broom")

    yield
    del sweeper._sweeps["a sweep that is broken"]


def left_lying(source: Source, *, over_for: int = 1) -> Episode:
    """An episode whose worker died: its lease has been over for so many seconds."""
    episode = Episode.objects.create(
        source=source,
        identity=str(uuid.uuid4()),
        title="Left lying",
        state=RUNNING,
        lease_token=uuid.uuid4(),
        attempts=1,
    )
    run_out_of_time(episode, over_for=over_for)
    return episode


def run_out_of_time(episode: Episode, *, over_for: int = 1) -> None:
    Episode.objects.filter(pk=episode.pk).update(lease_until=Now() - timedelta(seconds=over_for))


@pytest.mark.django_db
def test_a_row_left_by_a_dead_worker_is_put_back_in_line(source: Source) -> None:
    episode = left_lying(source)
    assert sweeper.sweep_all()[LEFT_BY_THE_DEAD] == 1
    episode.refresh_from_db()
    assert (episode.state, episode.lease_token) == (PENDING, None)


@pytest.mark.django_db
def test_a_row_that_is_being_worked_on_is_left_alone(source: Source) -> None:
    episode = left_lying(source, over_for=-60)
    assert sweeper.sweep_all()[LEFT_BY_THE_DEAD] == 0
    episode.refresh_from_db()
    assert episode.state == RUNNING


@pytest.mark.django_db
def test_a_row_that_killed_its_workers_goes_to_a_person(source: Source) -> None:
    poison = left_lying(source)
    for _ in range(lease.POISONED_AFTER - 1):
        sweeper.sweep_all()
        poison.refresh_from_db()
        assert poison.state == PENDING
        assert transition.claim(poison, RUNNING, waiting=(PENDING,), lasting=timedelta(hours=1))
        run_out_of_time(poison)
    for _ in range(2):  # and nobody tries it again without a person
        sweeper.sweep_all()
        poison.refresh_from_db()
        assert poison.state == Episode.State.WAITING_TRANSCRIPT
        assert poison.error_code == "worker_died"


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_move_each_row_once(source: Source) -> None:
    episodes = [left_lying(source) for _ in range(20)]
    together = Barrier(2)

    def sweep(_: int) -> int:
        try:
            connection.ensure_connection()
            together.wait(timeout=20)
            return sweeper.sweep_all()[LEFT_BY_THE_DEAD]
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(sweep, range(2))) == len(episodes)
    assert not Episode.objects.exclude(state=PENDING).exists()
    assert Transition.objects.filter(became=PENDING, why="lease over").count() == len(episodes)


@pytest.mark.django_db
def test_a_broken_sweep_stops_no_other(source: Source, broken_sweep: None) -> None:
    left_lying(source)
    moved = sweeper.sweep_all()
    assert "a sweep that is broken" not in moved
    assert moved[LEFT_BY_THE_DEAD] == 1


@pytest.mark.django_db
def test_the_command_says_what_it_did_and_may_be_repeated(source: Source) -> None:
    left_lying(source)
    assert f"{LEFT_BY_THE_DEAD}: 1" in swept()
    assert f"{LEFT_BY_THE_DEAD}: 0" in swept()


def swept() -> list[str]:
    out = io.StringIO()
    call_command("sweep", stdout=out)
    return out.getvalue().splitlines()
