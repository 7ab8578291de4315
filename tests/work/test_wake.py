from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from celery import shared_task
from django.db import transaction

from digestly.celery import app
from digestly.work.wake import wake

LONGEST_REQUEST = 20.0  # seconds, with the interpreter's own start

# What a web process does, in a process of its own, because an app opens its broker once.
CALL = """
import digestly.celery, django
django.setup()
from celery import shared_task
from django.db import transaction
from digestly.work.wake import wake

@shared_task(name="look_at")
def look_at(pk):
    pass

with transaction.atomic():
    wake(look_at, 7)
print("went on")
"""


@shared_task
def look_at(pk: int) -> None:
    """A task that is only ever enqueued here."""


def messages() -> list[Path]:
    return list(Path(app.conf.broker_transport_options["data_folder_out"]).glob("*.celery.msg"))


needs_folders = pytest.mark.skipif(
    not app.conf.broker_url.startswith("filesystem"), reason="counts messages in the embedded broker's folder"
)


@needs_folders
@pytest.mark.django_db(transaction=True)
def test_a_worker_is_called_after_the_commit_and_not_before() -> None:
    before = len(messages())
    with transaction.atomic():
        wake(look_at, 1)
        assert len(messages()) == before
    assert len(messages()) == before + 1


@needs_folders
@pytest.mark.django_db(transaction=True)
def test_nobody_is_called_for_work_that_was_rolled_back() -> None:
    before = len(messages())

    class ChangedMind(Exception):
        pass

    def change_mind() -> None:
        with transaction.atomic():
            wake(look_at, 1)
            raise ChangedMind

    with pytest.raises(ChangedMind):
        change_mind()
    assert len(messages()) == before


def test_a_broker_folder_that_cannot_be_written_costs_no_work(home: Path, tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.touch()
    folders = dict.fromkeys(("data_folder_in", "data_folder_out", "control_folder"), str(in_the_way))
    elsewhere = f"from digestly.celery import app; app.conf.broker_transport_options = {folders!r}\n"
    goes_on_without_a_broker(home, tmp_path, "filesystem://", first=elsewhere)


@pytest.fixture
def closed_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture
def silent_port() -> Iterator[int]:
    """Takes connections and never says a word."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield int(listener.getsockname()[1])


@pytest.mark.parametrize("scheme", ["amqp", "redis"])
def test_a_refused_connection_costs_no_work(
    home: Path, tmp_path: Path, scheme: str, closed_port: int
) -> None:
    goes_on_without_a_broker(home, tmp_path, f"{scheme}://127.0.0.1:{closed_port}/")


@pytest.mark.parametrize("scheme", ["amqp", "redis"])
def test_a_broker_that_never_answers_does_not_hold_a_request(
    home: Path, tmp_path: Path, scheme: str, silent_port: int
) -> None:
    goes_on_without_a_broker(home, tmp_path, f"{scheme}://127.0.0.1:{silent_port}/")


def test_a_broker_whose_name_is_unknown_costs_no_work(home: Path, tmp_path: Path) -> None:
    goes_on_without_a_broker(home, tmp_path, "amqp://broker.invalid/")


def goes_on_without_a_broker(home: Path, tmp_path: Path, broker: str, *, first: str = "") -> None:
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "digestly.settings",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'db.sqlite3'}",
        "CELERY_BROKER_URL": broker,
    }
    began = time.monotonic()
    said = subprocess.run(
        [sys.executable, "-c", first + CALL],
        cwd=home,
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert said.stdout == "went on\n", said.stderr
    assert "No broker for look_at(7), left to the sweeper" in said.stderr
    assert "Traceback" not in said.stderr
    assert time.monotonic() - began < LONGEST_REQUEST
