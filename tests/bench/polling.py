"""What a look at a source costs, whether it stays the same however many there are, and what the web feels of it.

    DATABASE_URL=… python tests/bench/polling.py [SOURCES …] [--looks N] [--threads N] [--thinking SECONDS]

Without DATABASE_URL in a SQLite file of its own. Sources live on hosts of their own, loopback addresses 127.x.y.z of
one small server in another process, which thinks so long before it answers. Every source is due; they are called for
in turn as the beat does it, and looked at by this process, as one worker would with so many threads: first with new
content, then unchanged, then with 304. Meanwhile a web server on the same database is asked for its home page, again
and again, from a process of its own; before the first round it is asked while nothing else happens. After so many
`--looks` a round is over, though all sources are due.

What is printed is processor milliseconds a source (and that against the first size), sources a second by the wall, and
the median and 99th percentile of the web's answers in milliseconds. The wall depends on what else the machine does.
"""

from __future__ import annotations

import argparse
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parents[2]
SIZES = (100, 1_000, 10_000)
IDLE = 10  # seconds that the web is asked while nothing else happens

SERVER = """
import http.server, sys, time
FEED = sys.stdin.buffer.read()
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        time.sleep(float(sys.argv[2]))
        same = self.headers.get("If-None-Match") == '"one"'
        self.send_response(304 if same else 200)
        self.send_header("Content-Length", "0" if same else str(len(FEED)))
        if self.path.endswith("?etag"):
            self.send_header("ETag", '"one"')
        self.end_headers()
        if not same:
            self.wfile.write(FEED)
    def log_message(self, *args):
        pass
http.server.ThreadingHTTPServer.request_queue_size = 100
http.server.ThreadingHTTPServer(("0.0.0.0", int(sys.argv[1])), Answer).serve_forever()
"""

ASKER = """
import statistics, sys, threading, time, urllib.request
taken, over = [], threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), over.set()), daemon=True).start()
while not over.is_set() or len(taken) < 20:
    began = time.perf_counter()
    with urllib.request.urlopen(sys.argv[1], timeout=60) as answer:
        answer.read()
    taken.append(time.perf_counter() - began)
    over.wait(0.05)
cuts = statistics.quantiles(taken, n=100)
print(f"{cuts[49] * 1000:6.0f} {cuts[98] * 1000:6.0f} of {len(taken)}")
"""


def main(sizes: list[int], looks: int, threads: int, thinking: float) -> None:
    port, home = free_port(), free_port()
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder}/bench.sqlite3")
        os.environ |= {
            "DEBUG": "1",
            "DJANGO_SETTINGS_MODULE": "digestly.settings",
            "FETCH_ALLOW_PRIVATE": f"127.0.0.0/8:{port}",
        }
        sys.path.insert(0, str(ROOT))
        import django

        django.setup()
        from django.test.utils import setup_databases, teardown_databases

        databases = setup_databases(verbosity=0, interactive=False)
        try:
            with host_of_feeds(port, thinking), web(home):
                measure(sizes, looks, port, f"http://127.0.0.1:{home}/en/", threads)
        finally:
            teardown_databases(databases, verbosity=0)


@contextmanager
def host_of_feeds(port: int, thinking: float) -> Iterator[None]:
    command = [sys.executable, "-c", SERVER, str(port), str(thinking)]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as server:
        assert server.stdin
        server.stdin.write(feed())
        server.stdin.close()
        try:
            wait_for(port)
            yield
        finally:
            server.kill()


@contextmanager
def web(port: int) -> Iterator[None]:
    """A web server as `up` starts it, on this benchmark's database."""
    from tests.crashes import database_url

    env = {**os.environ, "DATABASE_URL": database_url(), "PORT": str(port)}
    command = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)),
        *("--workers", "1", "--blocking-threads", "4", "--log-level", "warning", "digestly.wsgi:application"),
    ]
    with subprocess.Popen(command, cwd=ROOT, env=env) as server:
        try:
            wait_for(port)
            urlopen(f"http://127.0.0.1:{port}/en/", timeout=60).close()  # the first answer loads the product
            yield
        finally:
            server.terminate()


@contextmanager
def asking(home: str, told: list[str]) -> Iterator[None]:
    """The web is asked all the time; what it took is `told` afterwards."""
    with subprocess.Popen(
        [sys.executable, "-c", ASKER, home], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as asker:
        try:
            yield
        finally:
            told.append(asker.communicate()[0].strip())


def feed() -> bytes:
    items = "".join(
        f"<item><title>Episode {n}</title><guid>g{n}</guid><pubDate>Mon, {n + 1:02} Jun 2026 06:00:00 GMT</pubDate>"
        f"<enclosure url='https://harbour.example/{n}.mp3' type='audio/mpeg' length='1'/></item>"
        for n in range(5)
    )
    return f"<rss version='2.0'><channel><title>Harbour Talk</title>{items}</channel></rss>".encode()


def measure(sizes: list[int], looks: int, port: int, home: str, threads: int) -> None:
    from django.db import connection

    from digestly.celery import app
    from digestly.content import ingest
    from digestly.content.models import Source

    app.conf.broker_url = "memory://"
    ingest.FORGET_VALIDATORS = 0
    first: dict[str, float] = {}
    print(
        f"{connection.vendor}, {threads} threads; ms a source (against the first size), sources/s, web p50 and p99"
    )
    with asking(home, told := []):
        time.sleep(IDLE)
    print(f"{'idle':>30}{'':18}{told[0]}", flush=True)
    for size in sizes:
        Source.objects.all().delete()
        Source.objects.bulk_create(
            (
                Source(
                    url=f"http://{host(n)}:{port}/feed?etag",
                    url_norm=f"https://{host(n)}:{port}/feed?etag",
                    host=host(n),
                    slug=f"bench-{n}",
                    newest=0,
                )
                for n in range(size)
            ),
            batch_size=500,
        )
        for kind in ("new", "unchanged", "not_modified"):
            if kind == "unchanged":  # as if the host gave no validators
                Source.objects.update(etag="")
            with asking(home, told := []):
                cpu, wall = a_round(min(looks, size), kind, threads)
            first.setdefault(kind, cpu)
            ratio = cpu / first[kind]
            print(
                f"{size:>6} {kind:<13}{cpu:6.1f} ({ratio:.2f}){min(looks, size) / wall:8.0f}         {told[0]}",
                flush=True,
            )


def a_round(looks: int, kind: str, threads: int) -> tuple[float, float]:
    """So many sources once each: processor milliseconds of this process for each, and seconds altogether."""
    from django.utils import timezone

    from digestly.content import tasks
    from digestly.content.models import FetchAttempt, HostState, Source

    FetchAttempt.objects.all().delete()
    Source.objects.update(next_fetch_at=timezone.now(), woken_at=None)
    HostState.objects.update(next_allowed_at=timezone.now())
    wall, cpu, left = time.perf_counter(), time.process_time(), looks
    while left and tasks.wake_due_sources():
        called = all_called()[:left]
        left -= len(called)
        called.reverse()
        looking = [threading.Thread(target=look, args=(called,)) for _ in range(threads)]
        for thread in looking:
            thread.start()
        for thread in looking:
            thread.join()
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    assert FetchAttempt.objects.filter(outcome=kind).count() == looks
    return cpu / looks * 1000, wall


def all_called() -> list[int]:
    """The sources that workers are called for, in the order of the messages."""
    from digestly.celery import app

    called: list[int] = []
    with app.connection_for_read() as broker, broker.SimpleQueue("celery.outside") as line:
        while line.qsize():
            message = line.get_nowait()
            called += message.payload[0]
            message.ack()
    return called


def look(called: list[int]) -> None:
    from django.db import connection

    from digestly.content import tasks

    try:
        while called:
            tasks.refresh_source(called.pop())
    except IndexError:  # another thread took the last one
        pass
    finally:
        connection.close()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as chosen:
        return int(chosen.getsockname()[1])


def host(number: int) -> str:
    return f"127.{10 + number // 62_500}.{number // 250 % 250}.{1 + number % 250}"


def wait_for(port: int) -> None:
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("sizes", nargs="*", type=int, metavar="SOURCES", default=list(SIZES))
    arguments.add_argument("--looks", type=int, default=10**9, metavar="N")
    arguments.add_argument("--threads", type=int, default=1)
    arguments.add_argument("--thinking", type=float, default=0.0, metavar="SECONDS")
    chosen = arguments.parse_args()
    main(chosen.sizes, chosen.looks, chosen.threads, chosen.thinking)
