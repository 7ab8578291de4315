"""`up`, from the outside: what a newcomer sees, and what is left when it ends."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.checkout import Trial, bare_env, copied, eventually, free_port

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks at processes in /proc")

LOOPBACK = "0100007F"  # 127.0.0.1 as /proc/net/tcp writes it


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copied(tmp_path_factory.mktemp("trial") / "digestly")


@pytest.fixture(scope="module")
def running(home: Path) -> Iterator[Trial]:
    """Up, from an empty database."""
    trial = Trial(home).start()
    yield trial
    trial.end()


def up(home: Path, port: int, **variables: str) -> subprocess.CompletedProcess[str]:
    """An `up` that is expected to end by itself."""
    command = [sys.executable, "manage.py", "up", "--port", str(port)]
    return subprocess.run(
        command, cwd=home, env=bare_env(**variables), capture_output=True, text=True, timeout=60, check=False
    )


def page(trial: Trial, path: str) -> str:
    with urllib.request.urlopen(trial.address + path, timeout=30) as answer:
        return str(answer.read().decode())


def test_it_says_where_it_is_and_who_may_sign_in(running: Trial) -> None:
    lines = running.said.splitlines()
    assert f"Digestly is up: {running.address}/" in lines
    assert [line.split()[0] for line in lines if "@digestly.example" in line] == [
        *("free", "plus", "lapsed", "editor")
    ]
    assert all(len(line.split()) == 3 for line in lines if "@digestly.example" in line)


def test_there_is_something_to_read(running: Trial) -> None:
    assert "/en/sources/" in page(running, "/en/") or "<article" in page(running, "/en/")
    assert "<h1" in page(running, "/outbox/")


def test_it_listens_on_loopback_alone(running: Trial) -> None:
    sockets = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    ours = [one[1] for one in sockets if one[3] == "0A" and one[1].endswith(f":{running.port:04X}")]
    assert ours == [f"{LOOPBACK}:{running.port:04X}"]
    sockets = [line.split() for line in Path("/proc/net/tcp6").read_text().splitlines()[1:]]
    assert not [one for one in sockets if one[3] == "0A" and one[1].endswith(f":{running.port:04X}")]


def test_a_second_one_says_where_the_first_is(running: Trial) -> None:
    said = up(running.home, free_port())
    assert said.returncode == 1
    assert said.stderr.strip().endswith(f"Digestly is already up from this folder: {running.address}/")


@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_a_child_that_is_killed_comes_back(running: Trial, name: str) -> None:
    program = {"web": "granian", "worker": "digestly.celery worker", "beat": "digestly.celery beat"}[name]
    before = running.named(program)
    os.kill(running.eldest(program), signal.SIGKILL)
    assert eventually(lambda: f"{name} | ended (killed by SIGKILL), starts again in 1 s" in running.said)
    assert eventually(lambda: len(running.named(program)) == len(before))
    assert not running.named(program) & before, "the dead one's own children went with it"
    assert name != "web" or eventually(lambda: answers(running))


def answers(trial: Trial) -> bool:
    try:
        return page(trial, "/healthz") == "ok\n"
    except OSError:
        return False


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_everything_within_ten_seconds(home: Path, running: Trial, number: int) -> None:
    trial = running if running.process.poll() is None else Trial(home).start()
    began = time.monotonic()
    trial.process.send_signal(number)
    assert trial.process.wait(timeout=30) == 0
    assert time.monotonic() - began < 10
    assert eventually(lambda: not trial.processes(), within=1), trial.processes()
    assert trial.said.splitlines()[-1] == "Stopped."
    assert "Traceback" not in trial.said


def test_killing_the_parent_leaves_nothing(home: Path) -> None:
    trial = Trial(home).start()
    try:
        family = 8  # parent, guard, two of web, three of worker, beat
        assert eventually(lambda: len(trial.processes()) >= family), trial.processes()
        os.kill(trial.process.pid, signal.SIGKILL)
        trial.process.wait()
        assert eventually(lambda: not trial.processes(), within=3), trial.processes()
    finally:
        trial.end()


def test_nobody_reading_its_output_any_more_ends_it(home: Path) -> None:
    command = f"'{sys.executable}' manage.py up --port {free_port()} | head -n 1"
    said = subprocess.run(
        ["/bin/sh", "-c", command],
        cwd=home,
        env=bare_env(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert said.stdout.count("\n") == 1
    assert "Traceback" not in said.stderr


def test_a_taken_port_is_said_with_what_to_do(home: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = up(home, port)
    assert said.returncode == 1
    assert f"Port {port} is taken by another program." in said.stderr
    assert "--port" in said.stderr


def test_a_database_of_a_newer_version_is_left_alone(home: Path) -> None:
    subprocess.run([sys.executable, "manage.py", "migrate"], cwd=home, env=bare_env(), check=True)
    with sqlite3.connect(home / ".var" / "db.sqlite3") as database:
        database.execute(
            "insert into django_migrations (app, name, applied) values ('content', '9999_later', '')"
        )
    try:
        said = up(home, free_port())
    finally:
        with sqlite3.connect(home / ".var" / "db.sqlite3") as database:
            database.execute("delete from django_migrations where name = '9999_later'")
    assert said.returncode == 1
    assert "used by a newer Digestly, which knows content.9999_later" in said.stderr
    assert "Starting" not in said.stdout


def test_a_database_that_is_away_is_said_without_a_traceback(home: Path) -> None:
    said = up(home, free_port(), DATABASE_URL=f"postgres://desk:hunter2@127.0.0.1:{free_port()}/digestly")
    assert said.returncode == 1
    assert "The database does not answer" in said.stderr
    assert "Traceback" not in said.stderr
    assert "hunter2" not in said.stderr
