"""The walk by real processes: beat finds what is due, a worker fetches, transcribes and writes it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.db.models.functions import Now

from digestly.content.ingest import add_source
from digestly.content.models import Digest, FetchAttempt, Source, Transcript
from digestly.content.samples import shelf
from digestly.fetch.addresses import AllowList
from digestly.outline.types import Outline
from digestly.transcripts.parse import parse
from tests.crashes import database_url, wait_until

# A process as `celery -A digestly.celery` starts it, with a queue and a folder of this test's own.
PROCESS = """
import json, sys
from digestly.celery import app
app.conf.update(json.loads(sys.argv[1]))
app.conf.beat_schedule = {name: {**entry, "schedule": 1.0} for name, entry in app.conf.beat_schedule.items()}
app.start(sys.argv[2:])
"""

# The same, which says in a file when it takes work.
READY = f"""
import sys
from pathlib import Path
from celery.signals import worker_ready
ready = Path(sys.argv.pop())
worker_ready.connect(lambda **_: ready.touch(), weak=False)
{PROCESS}"""

PATIENCE = 90  # seconds; it takes about ten


@pytest.mark.django_db(transaction=True)
def test_a_source_that_is_due_becomes_digests_in_review(home: Path, tmp_path: Path) -> None:
    with shelf.served() as base:
        allow = f"127.0.0.1/32:{base.rsplit(':', 1)[1]}"
        add_source(f"{base}/slow-deploy.xml", allow=AllowList.parse(allow))
        with processes(home, tmp_path, allow):
            wait_until(lambda: Digest.objects.awaiting_review().count() == 3, patience=PATIENCE)

    source = Source.objects.get()
    assert (source.status, source.title) == (Source.Status.ACTIVE, "Slow Deploy")
    assert list(FetchAttempt.objects.values_list("outcome", "new")) == [("new", 3)]


@pytest.mark.django_db(transaction=True)
def test_a_digest_left_by_a_killed_worker_is_written_after_all(
    home: Path, tmp_path: Path, make_digest: Callable[..., Digest], talk: Outline
) -> None:
    """Its lease is over; the sweeper puts it back in line, and the next worker takes it."""
    words = shelf.filled("slow-deploy-1.vtt").encode()
    digest = make_digest(talk)
    packed = Transcript.packed(parse(words, content_type="text/vtt").segments)
    Transcript.objects.filter(pk=digest.transcript_id).update(segments=packed)
    Digest.objects.filter(pk=digest.pk).update(
        state=Digest.State.RUNNING, lease_token=uuid4(), lease_until=Now() - timedelta(seconds=1), attempts=1
    )
    with processes(home, tmp_path, ""):
        wait_until(
            lambda: Digest.objects.awaiting_review().filter(pk=digest.pk, version=2).exists(),
            patience=PATIENCE,
        )


def own_conf(folder: Path) -> str:
    """A line of its own on the configured broker, or in an embedded one of its own."""
    conf = {"task_default_queue": f"test-{uuid4().hex}", "beat_schedule_filename": str(folder / "beat")}
    broker = os.environ.get("CELERY_BROKER_URL", "filesystem://")
    if broker.startswith("filesystem"):
        (folder / "broker").mkdir()
        names = ("data_folder_in", "data_folder_out", "control_folder")
        conf["broker_transport_options"] = dict.fromkeys(names, str(folder / "broker"))  # type: ignore[assignment]
    return json.dumps(conf)


@contextmanager
def processes(home: Path, folder: Path, allow: str) -> Iterator[None]:
    """A worker and a beat on the test's database and the configured broker."""
    environment = {**os.environ, "DEBUG": "1", "DATABASE_URL": database_url(), "FETCH_ALLOW_PRIVATE": allow}
    command = [sys.executable, "-c", PROCESS, own_conf(folder)]
    # The worker runs as threads of one process, so that ending it ends all of it.
    worker = [
        "--quiet",
        "worker",
        "--pool",
        "threads",
        "--concurrency",
        "2",
        "--without-mingle",
        "--without-gossip",
    ]
    running = [
        subprocess.Popen([*command, *arguments], cwd=home, env=environment)
        for arguments in (worker, ["--quiet", "beat"])
    ]
    try:
        yield
    finally:
        for process in running:
            process.kill()
            process.wait()


def test_workers_of_one_machine_live_side_by_side(home: Path, tmp_path: Path) -> None:
    conf = own_conf(tmp_path)
    said = [tmp_path / "first", tmp_path / "second"]
    running: list[subprocess.Popen[bytes]] = []
    try:
        for ready in said:
            arguments = [conf, "worker", "--pool", "threads", "--concurrency", "1", str(ready)]
            command = [sys.executable, "-c", READY, *arguments]
            running.append(subprocess.Popen(command, cwd=home, env={**os.environ, "DEBUG": "1"}))
            wait_until(lambda: ready.exists() or running[-1].poll() is not None, patience=PATIENCE)  # noqa: B023
        assert all(ready.exists() for ready in said)
        assert [worker.poll() for worker in running] == [None, None]
    finally:
        for worker in running:
            worker.kill()
            worker.wait()
