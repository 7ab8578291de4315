"""What a look at a source costs, and whether it stays the same however many there are.

    DATABASE_URL=… python tests/bench/polling.py [SOURCES …]

Without DATABASE_URL in a SQLite file of its own. Sources live on hosts of their own, loopback addresses 127.x.y.z of
one small server in another process. Every source is due; they are called for in turn as the beat does it, and looked
at one after another by this process, as one worker would: first with new content, then unchanged, then with 304. What
is printed is sources a second by the wall and processor milliseconds a source, and the latter against the first size.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SIZES = (100, 1_000, 10_000)

SERVER = """
import http.server, sys
FEED = sys.stdin.buffer.read()
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
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
http.server.ThreadingHTTPServer(("0.0.0.0", int(sys.argv[1])), Answer).serve_forever()
"""


def main(sizes: list[int]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as chosen:
        port = chosen.getsockname()[1]
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
        server = subprocess.Popen([sys.executable, "-c", SERVER, str(port)], stdin=subprocess.PIPE)
        assert server.stdin
        server.stdin.write(feed())
        server.stdin.close()
        try:
            wait_for(port)
            measure(sizes, port)
        finally:
            server.kill()
            server.wait()
            teardown_databases(databases, verbosity=0)


def feed() -> bytes:
    items = "".join(
        f"<item><title>Episode {n}</title><guid>g{n}</guid><pubDate>Mon, {n + 1:02} Jun 2026 06:00:00 GMT</pubDate>"
        f"<enclosure url='https://harbour.example/{n}.mp3' type='audio/mpeg' length='1'/></item>"
        for n in range(5)
    )
    return f"<rss version='2.0'><channel><title>Harbour Talk</title>{items}</channel></rss>".encode()


def measure(sizes: list[int], port: int) -> None:
    from django.db import connection

    from digestly.celery import app
    from digestly.content import ingest
    from digestly.content.models import Source

    app.conf.broker_url = "memory://"
    ingest.FORGET_VALIDATORS = 0
    first: dict[str, float] = {}
    print(f"{connection.vendor}; processor milliseconds a source (against the first size), sources a second")
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
            cpu, wall = a_round(size, kind)
            first.setdefault(kind, cpu)
            print(f"{size:>6} {kind:<13}{cpu:6.1f} ({cpu / first[kind]:.2f}){size / wall:8.0f}", flush=True)


def a_round(size: int, kind: str) -> tuple[float, float]:
    """Every source once: processor milliseconds of this process for each, and seconds altogether."""
    from django.utils import timezone

    from digestly.celery import app
    from digestly.content import tasks
    from digestly.content.models import FetchAttempt, HostState, Source

    FetchAttempt.objects.all().delete()
    Source.objects.update(next_fetch_at=timezone.now(), woken_at=None)
    HostState.objects.update(next_allowed_at=timezone.now())
    wall, cpu = time.perf_counter(), time.process_time()
    while tasks.wake_due_sources():
        with app.connection_for_read() as line, line.SimpleQueue("celery.outside") as queue:
            while queue.qsize():
                message = queue.get_nowait()
                tasks.refresh_source(*message.payload[0])
                message.ack()
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    assert FetchAttempt.objects.filter(outcome=kind).count() == size
    return cpu / size * 1000, wall


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
    main([int(size) for size in sys.argv[1:]] or list(SIZES))
