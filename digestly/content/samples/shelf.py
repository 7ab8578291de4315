"""The sample podcasts, as a feed server on this machine's loopback would serve them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from django.utils import timezone

DATA = Path(__file__).parent / "data"
FEEDS = ("slow-deploy.xml", "commute-whiteboard.xml")
# A regular expression that both databases read. Nobody's own feed on this machine may pass for a sample.
ADDRESS = r"^http://127\.0\.0\.1:[0-9]+/(slow-deploy|commute-whiteboard)\.xml$"
TYPES = {
    ".xml": "application/rss+xml",
    ".vtt": "text/vtt",
    ".srt": "application/x-subrip",
    ".json": "application/json",
}


def filled(name: str, **places: str) -> str:
    """A data file with `{base}` and the dates in it replaced."""
    today = timezone.localdate()
    text = (DATA / name).read_text(encoding="utf-8")
    places = {
        "date0": format_datetime(timezone.now() - timedelta(hours=2)),
        "date1": format_datetime(datetime.combine(today - timedelta(days=1), time(6), UTC)),
        "date2": format_datetime(datetime.combine(today - timedelta(days=8), time(6), UTC)),
        "published": (today - timedelta(days=12)).isoformat() + "T09:00:00Z",
        **places,
    }
    for place, value in places.items():
        text = text.replace(f"{{{place}}}", value)
    return text


@contextmanager
def served() -> Iterator[str]:
    """The base address of the sample feeds while the block runs."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Shelf)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


class Shelf(BaseHTTPRequestHandler):
    """Serves the data folder, and nothing beside it."""

    def do_GET(self) -> None:
        name = self.path.lstrip("/")
        if name not in {file.name for file in DATA.iterdir()}:
            self.send_error(404)
            return
        body = filled(name, base=f"http://{self.headers['Host']}").encode()
        self.send_response(200)
        self.send_header("Content-Type", TYPES[Path(name).suffix])
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """The loader says what happens."""
