from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from digestly.deploy.schema import from_the_future
from tests.deploy.checkout import bare_env, free_port

ASK = """
import digestly.wsgi
from django.test import Client
for path in ("/healthz", "/readyz"):
    answer = Client(SERVER_NAME="localhost").get(path)
    print(answer.status_code, answer.content.decode().strip())
"""


def test_alive_is_said_without_asking_the_database(client: Client) -> None:
    answer = client.get("/healthz")  # this test may not touch the database
    assert (answer.status_code, answer.content) == (200, b"ok\n")


@pytest.mark.django_db
def test_ready_when_every_part_is(client: Client) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"database": "ok", "broker": "ok"})


@pytest.mark.django_db(transaction=True)
def test_not_ready_before_the_migrations_ran(client: Client) -> None:
    call_command("migrate", "sessions", "zero", verbosity=0)
    try:
        answer = client.get("/readyz")
    finally:
        call_command("migrate", "sessions", verbosity=0)
    assert (answer.status_code, answer.json()["database"]) == (503, "migrations missing")


def asked(home: Path, **variables: str) -> list[str]:
    env = bare_env(DEBUG="1", PYTHONPATH=str(home), **variables)
    return subprocess.run(
        [sys.executable, "-c", ASK], cwd=home, env=env, capture_output=True, text=True, timeout=60, check=True
    ).stdout.splitlines()


def test_alive_but_not_ready_while_the_parts_are_away(home: Path) -> None:
    away = f"127.0.0.1:{free_port()}"
    alive, ready = asked(
        home,
        DATABASE_URL=f"postgres://desk:hunter2@{away}/d",
        CELERY_BROKER_URL=f"amqp://desk:hunter2@{away}/",
    )
    assert alive == "200 ok"
    assert ready == "503 " + json.dumps({"database": "down", "broker": "down"})


@pytest.mark.django_db
def test_a_migration_that_this_code_has_not_is_of_a_newer_version() -> None:
    assert from_the_future() == []
    MigrationRecorder(connection).record_applied("content", "9999_later")
    assert from_the_future() == ["content.9999_later"]


@pytest.mark.django_db
def test_what_an_app_left_behind_that_is_no_longer_installed_is_not() -> None:
    MigrationRecorder(connection).record_applied("an_app_of_old", "0001_initial")
    assert from_the_future() == []


@pytest.mark.parametrize(
    "arguments", [["--collect-only", "-q", "tests/no_such_file.py"], ["-q", "-k", "nothing at all"]]
)
def test_the_test_command_ends_as_pytest_does(home: Path, arguments: list[str]) -> None:
    env = bare_env()
    env.pop("PYTEST_ADDOPTS", None)
    ours, theirs = (
        subprocess.run(
            [sys.executable, *way, *arguments, "-p", "no:cacheprovider", "tests/deploy/test_health.py"],
            cwd=home, env=env, capture_output=True, text=True, timeout=120, check=False,
        )
        for way in (["manage.py", "test"], ["-m", "pytest"])
    )  # fmt: skip
    assert ours.returncode == theirs.returncode != 0
    last = ours.stdout.strip().splitlines()[-1].rsplit(" in ", 1)[0]
    assert last == theirs.stdout.strip().splitlines()[-1].rsplit(" in ", 1)[0]
