"""Workers that are killed with SIGKILL, wherever they stand, and what must be true when all is over.

A nursery loads the product once and forks a worker for each life, so that a life costs no start-up. Nothing in the
product is patched: a worker is stopped at a point by what lies outside it. The podcast's server holds its answer, or
a trigger in the database never comes to its end. Time is made to pass by moving the times in the rows.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from enum import Enum, auto
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.db import OperationalError, connection
from django.utils import timezone
from kombu import Connection

from accounts.models import User
from digestly.celery import app
from digestly.content import editorial, ingest, tasks
from digestly.content.models import Digest, Episode, HostState, Source, Transition
from digestly.fetch.addresses import AllowList
from digestly.work.tasks import sweep
from tests.content.world import SAMPLES, item, rss
from tests.fetch.loopback import Site, reply

NURSERY = """
import json, os, signal, sys
import celery.apps.worker, celery.bin.celery, celery.concurrency.thread
from digestly.celery import app
app.loader.import_default_modules()  # all that a life needs is loaded before it begins
signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the dead are not waited for
for line in sys.stdin:
    child = os.fork()
    if not child:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        sys.stdin = open(os.devnull)
        conf, concurrency = json.loads(line)
        app.conf.update(conf)
        app.start([
            "--quiet", "worker", "--pool", "threads", "--concurrency", str(concurrency),
            "--without-mingle", "--without-gossip", "--without-heartbeat",
        ])
        os._exit(0)
    print(child, flush=True)
"""
LONG_AGO = timedelta(minutes=5)
PATIENCE = 60  # seconds for what takes one
TICK = 0.02
LOOPBACK = "127.0.0.0/8"
TRANSCRIPTS = ("slow-deploy-1.vtt", "commute-whiteboard-2.vtt")


class Ended(Enum):
    """How a worker's life came to its end."""

    WITH_NOTHING_LEFT = auto()
    BY_SIGKILL = auto()


class Nursery:
    """Forks workers. `broker` is the folder of the embedded broker, where that is the one in use."""

    def __init__(self, home: Path, folder: Path) -> None:
        self.folder = folder
        self.forget_messages()
        environment = os.environ | {
            "DEBUG": "1",
            "DATABASE_URL": database_url(),
            "FETCH_ALLOW_PRIVATE": LOOPBACK,
        }
        self._process = subprocess.Popen(
            [sys.executable, "-c", NURSERY], cwd=home, env=environment, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True,
        )  # fmt: skip

    def forget_messages(self) -> None:
        """The broker loses all it holds: from here on there is an empty queue of another name."""
        self.queue = f"test-{uuid4().hex}"
        broker = self.folder / self.queue
        broker.mkdir()
        self.conf: dict[str, Any] = {"task_default_queue": self.queue}
        if os.environ.get("CELERY_BROKER_URL", "filesystem://").startswith("filesystem"):
            folders = dict.fromkeys(("data_folder_in", "data_folder_out", "control_folder"), str(broker))
            self.conf["broker_transport_options"] = {**folders, "polling_interval": 0.1}

    @contextmanager
    def worker(self, *, concurrency: int = 2) -> Iterator[int]:
        """A worker's life; it ends with SIGKILL. Its process."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps([self.conf, concurrency]) + "\n")
        self._process.stdin.flush()
        worker = int(self._process.stdout.readline())
        try:
            yield worker
        finally:
            os.kill(worker, signal.SIGKILL)
            wait_until(lambda: not is_alive(worker))

    def say(self, task: Any, *args: int) -> None:
        """A message, at the broker that the workers hear."""
        options = self.conf.get("broker_transport_options", app.conf.broker_transport_options)
        with Connection(app.conf.broker_url, transport_options=options) as broker:
            task.apply_async(args, queue=self.queue, connection=broker)

    def close(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


class Podcast:
    """A podcast of two episodes with their words. Each has hosts of its own, so that none must wait for another."""

    def __init__(self, number: int) -> None:
        address = f"127.{10 + number // 200}.{number % 200}"
        self.feeds, *self.files = (Site(address=f"{address}.{host}") for host in (1, 2, 3))
        for site, name in zip(self.files, TRANSCRIPTS, strict=True):
            site.answers["/words.vtt"] = reply(200, (SAMPLES / name).read_bytes(), Content_Type="text/vtt")
        links = [
            f'<podcast:transcript url="{site.url("/words.vtt")}" type="text/vtt"/>' for site in self.files
        ]
        feed = rss(
            *(item(place, link) for place, link in enumerate(links, start=1)), title=f"Harbour {number}"
        )
        self.feeds.answers["/feed.xml"] = reply(200, feed, Content_Type="application/rss+xml")

    def added(self) -> Source:
        source, _ = ingest.add_source(self.feeds.url("/feed.xml"), allow=AllowList.parse(LOOPBACK))
        return source

    @contextmanager
    def holds_back(self, site: Site, path: str) -> Iterator[threading.Event]:
        """An answer is said but for its last byte; the event tells that somebody waits for it."""
        whole = site.answers[path]
        assert isinstance(whole, bytes)
        asked = threading.Event()

        def answer(caller: Any) -> None:
            caller.sendall(whole[:-1])
            asked.set()
            site.closing.wait(PATIENCE)

        site.answers[path] = answer
        yield asked
        site.answers[path] = whole

    def close(self) -> None:
        for site in (self.feeds, *self.files):
            site.close()


@contextmanager
def never_ending_insert(table: str) -> Iterator[Callable[[], bool]]:
    """Whoever writes a row into `table` stays inside that transaction; the question is whether somebody does."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "CREATE OR REPLACE FUNCTION stay() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN PERFORM pg_sleep(600); RETURN NEW; END $$"
            )
            cursor.execute(
                f"CREATE TRIGGER stay AFTER INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION stay()"
            )
        else:
            cursor.execute(
                f"CREATE TRIGGER stay AFTER INSERT ON {table} BEGIN "  # noqa: S608
                "SELECT count(*) FROM (WITH RECURSIVE n(i) AS "
                "(SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000000000) SELECT i FROM n); END"
            )
    try:
        yield is_somebody_inside
    finally:
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                # A server notices the death of its client only when it wants to tell it something.
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE wait_event = 'PgSleep' AND datname = current_database()"
                )
                cursor.execute(f"DROP TRIGGER stay ON {table}")
            else:
                cursor.execute("DROP TRIGGER stay")


def is_somebody_inside() -> bool:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity "
                "WHERE wait_event = 'PgSleep' AND datname = current_database()"
            )
            return bool(cursor.fetchone()[0])
    return all(is_locked() for _ in range(20))  # a transaction that goes on would be over by then


def is_locked() -> bool:
    """Is a transaction writing to this SQLite file right now?"""
    time.sleep(TICK)
    with (
        suppress(sqlite3.OperationalError),
        sqlite3.connect(connection.settings_dict["NAME"], timeout=0, uri=True, isolation_level=None) as other,
    ):
        other.execute("BEGIN IMMEDIATE")
        other.execute("ROLLBACK")
        return False
    return True


class Run:
    """One podcast from its address to its published digests, by workers that die on the way."""

    def __init__(self, nursery: Nursery, podcast: Podcast, editor: User) -> None:
        self.nursery, self.podcast, self.editor = nursery, podcast, editor
        self.source = podcast.added()

    def life(self, dies: Callable[[], bool]) -> Ended:
        """A worker works until `dies()`, or until nothing is left to do."""
        self.time_passes()
        self.nursery.say(tasks.fetch_due_sources)
        self.nursery.say(sweep)
        deadline = time.monotonic() + PATIENCE
        with self.nursery.worker() as worker:
            while not dies():
                if self.is_over():
                    return Ended.WITH_NOTHING_LEFT
                assert is_alive(worker)
                assert time.monotonic() < deadline, self.told()
                with suppress(OperationalError):  # SQLite: somebody stays inside a transaction, as arranged
                    self.editor_looks()
                time.sleep(TICK)
        return Ended.BY_SIGKILL

    def is_over(self) -> bool:
        digests = Digest.objects.filter(episode__source=self.source)
        return digests.filter(state=Digest.State.PUBLISHED).count() == len(TRANSCRIPTS)

    def editor_looks(self) -> None:
        """What is in review is approved, to be published by whoever sweeps next. What stood beside three deaths is
        taken for their cause, and comes to a person, who knows better."""
        for digest in Digest.objects.filter(episode__source=self.source, error_code="worker_died"):
            with suppress(editorial.Stale):
                editorial.write_again(digest, by=self.editor)
                self.nursery.say(tasks.draft_digest, digest.pk)
        for digest in Digest.objects.awaiting_review().filter(episode__source=self.source):
            with suppress(editorial.Stale):
                editorial.approve(digest, by=self.editor, publish_at=timezone.now() + timedelta(seconds=60))
        waiting = Digest.objects.filter(episode__source=self.source, state=Digest.State.APPROVED)
        if waiting.filter(publish_at__gt=timezone.now()).update(publish_at=timezone.now()):
            self.nursery.say(sweep)

    def time_passes(self) -> None:
        """Leases end, waits are over, and messages that nobody heard count as lost."""
        then = timezone.now() - LONG_AGO
        HostState.objects.update(next_allowed_at=then)
        Source.objects.filter(pk=self.source.pk).update(next_fetch_at=then, woken_at=None)
        episodes = Episode.objects.filter(source=self.source)
        episodes.update(woken_at=None)
        episodes.exclude(next_try_at=None).update(next_try_at=then)
        Digest.objects.filter(episode__source=self.source).update(woken_at=None)
        for rows in (
            Source.objects.filter(pk=self.source.pk),
            episodes,
            Digest.objects.filter(episode__source=self.source),
        ):
            rows.exclude(lease_until=None).update(lease_until=then)

    def everything_is_said_twice(self) -> None:
        """Redelivery at its worst: every message there could be, and each of them again."""
        for _ in range(2):
            self.nursery.say(tasks.refresh_source, self.source.pk)
            for episode in self.source.episodes.all():
                self.nursery.say(tasks.transcribe_episode, episode.pk)
            for digest in Digest.objects.filter(episode__source=self.source):
                self.nursery.say(tasks.draft_digest, digest.pk)

    def told(self) -> list[Any]:
        """The end state, without what differs from one podcast to the next."""
        return [
            (
                episode.identity,
                episode.state,
                episode.error_code,
                [transcript.sha for transcript in episode.transcripts.order_by("pk")],
                [
                    (
                        digest.language, digest.state, digest.version, digest.outline, digest.error_code,
                        digest.revisions.count(), hasattr(digest, "entry"),
                    )
                    for digest in episode.digests.order_by("pk")
                ],
            )
            for episode in self.source.episodes.order_by("identity")
        ]  # fmt: skip

    def check_the_log(self) -> None:
        """No step is missing or told twice: each begins where the one before it ended, the last where the row is."""
        digests = list(Digest.objects.filter(episode__source=self.source))
        for row in [*self.source.episodes.all(), *digests]:
            steps = list(Transition.objects.filter(kind=row._meta.model_name, row=row.pk).order_by("pk"))
            state = steps[0].was
            for step in steps:
                assert step.was == state, [str(step) for step in steps]
                state = step.became
            assert state == row.state, [str(step) for step in steps]
        for digest in digests:
            published = Transition.objects.filter(kind="digest", row=digest.pk, became=Digest.State.PUBLISHED)
            assert published.count() == 1


def killed_by_lot(nursery: Nursery, editor: User, *, kills: int, seed: int) -> None:
    """Podcast after podcast, each with two workers killed on the way, at `kills` moments in all.

    A row that three workers in a row die of is taken for poison, rightly; so each podcast sees no more than two. After
    every other death the broker has lost its messages; before the last life it says everything twice.
    """
    lot = random.Random(seed)
    undisturbed = Run(nursery, Podcast(0), editor)
    began = time.monotonic()
    assert undisturbed.life(for_good) is Ended.WITH_NOTHING_LEFT
    lasting = time.monotonic() - began
    number = died = 0
    while died < kills:
        number += 1
        it = Run(nursery, Podcast(number), editor)
        for _ in range(2):
            ended = it.life(after(lot.uniform(0, lasting)))
            died += ended is Ended.BY_SIGKILL
            if lot.random() < 0.5:
                nursery.forget_messages()
        it.everything_is_said_twice()
        assert it.life(for_good) is Ended.WITH_NOTHING_LEFT
        same_end([it], undisturbed)
        it.podcast.close()


def same_end(runs: list[Run], undisturbed: Run) -> None:
    """All came to what the undisturbed one came to, by a log that holds together."""
    for run in [*runs, undisturbed]:
        assert run.told() == undisturbed.told()
        run.check_the_log()


def for_good() -> bool:
    """Never killed."""
    return False


def after(seconds: float) -> Callable[[], bool]:
    then = time.monotonic() + seconds
    return lambda: time.monotonic() > then


def is_alive(process: int) -> bool:
    with suppress(OSError):
        os.kill(process, 0)
        return True
    return False


def wait_until(is_so: Callable[[], bool], *, patience: float = PATIENCE) -> None:
    deadline = time.monotonic() + patience
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(TICK)


def database_url() -> str:
    """The test's database, as an address for other processes."""
    told = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{told['NAME']}"
    return (
        f"postgres://{told['USER']}:{told['PASSWORD']}@{told['HOST']}:{told['PORT'] or 5432}/{told['NAME']}"
    )
