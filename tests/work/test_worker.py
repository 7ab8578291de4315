"""A real worker on the configured broker, and what is left when it is killed."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.deploy.checkout import bare_env, copied, eventually

MANY = 4  # digests, with a worker that writes two at a time
PENDING_DIGESTS = f"""
from pathlib import Path
from django.db import transaction
from digestly.content import tasks
from digestly.content.models import Digest, Episode, Source, Transcript
from digestly.transcripts.parse import parse
from digestly.work.wake import wake

sample = Path("digestly/content/samples/data/slow-deploy-1.vtt").read_bytes()
packed = Transcript.packed(parse(sample, content_type="text/vtt").segments * 50)
source = Source.objects.create(url="https://a.example/f", url_norm="https://a.example/f", title="A", slug="a")
for n in range({MANY}):
    with transaction.atomic():
        episode = Episode.objects.create(
            source=source, identity=str(n), title=f"Talk {{n}}", state=Episode.State.TRANSCRIPT_READY
        )
        words = Transcript.objects.create(
            episode=episode, sha=Transcript.sha_of(packed), origin=Transcript.Origin.FEED, format="vtt",
            language="en", segments=packed, words=1,
        )
        digest = Digest.objects.create(episode=episode, language="en", transcript=words)
        wake(tasks.draft_digest, digest.pk)
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return copied(tmp_path / "digestly")


@pytest.fixture
def env() -> dict[str, str]:
    """The broker that this suite runs on; a database of its own."""
    configured = {name: os.environ[name] for name in ("CELERY_BROKER_URL",) if name in os.environ}
    return bare_env(DEBUG="1", **configured)


@pytest.fixture
def manage(home: Path, env: dict[str, str]) -> Callable[..., str]:
    def run(*arguments: str) -> str:
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=home, env=env, capture_output=True, text=True, timeout=120, check=True,
        ).stdout  # fmt: skip

    return run


@pytest.fixture
def start_worker(home: Path, env: dict[str, str]) -> Iterator[Callable[[], int]]:
    """Starts a worker as `up` does; the number of its process group."""
    started: list[subprocess.Popen[bytes]] = []

    def start() -> int:
        command = ["-m", "celery", "-q", "-A", "digestly.celery", "worker", "-c", "2", "--without-mingle"]
        with (home.parent / "worker.log").open("a") as log:
            worker = subprocess.Popen(
                [sys.executable, *command], cwd=home, env=env, stdout=log, stderr=log, process_group=0
            )
        started.append(worker)
        return worker.pid

    yield start
    for worker in started:
        kill(worker.pid)
        worker.wait()


def kill(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return


def test_what_a_killed_worker_left_is_done_by_the_next(
    home: Path, manage: Callable[..., str], start_worker: Callable[[], int]
) -> None:
    def ask(question: str) -> int:
        with sqlite3.connect(home / ".var" / "db.sqlite3", timeout=20) as database:
            answer = database.execute(question).fetchone()
        return int(answer[0]) if answer else 0

    def in_state(state: str) -> int:
        return ask(f"select count(*) from content_digest where state = '{state}'")  # noqa: S608 - our own words

    manage("migrate", "-v", "0")
    manage("shell", "-v", "0", "-c", PENDING_DIGESTS)
    assert in_state("pending") == MANY

    first = start_worker()
    assert eventually(lambda: in_state("running") > 0, within=60), "the wake-ups reached a worker"
    kill(first)
    left = MANY - in_state("in_review")
    assert in_state("running") > 0, "it died at work"

    # What only time would bring: the leases end, and the wake-ups count as lost.
    ask("update content_digest set lease_until = '2020-01-01', woken_at = null where state != 'in_review'")
    start_worker()
    swept = manage("sweep")
    assert "drafts left by dead workers: 0" not in swept
    assert eventually(lambda: in_state("in_review") == MANY, within=120), (left, swept)
    assert ask("select count(*) from content_revision") == MANY, "each was written once"
