"""Real feeds and real transcripts to published digests, over HTTP on loopback, by the command a person types.

    python tests/soak/real_feeds.py CORPUS

CORPUS holds `files/<project>/<file>`: feeds as publishers wrote them, and transcripts. Each transcript address in a
feed is answered with a real transcript of the same type; several feeds and files are met in one run. Uses the
database that is configured, and needs an admin in it (`manage.py create_admin`) unless the sample editor is there.
"""

from __future__ import annotations

import itertools
import os
import re
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

FEEDS = [
    "partytime/real-world__themnshow.xml",
    "partytime/real-world__no-agenda.xml",
    "partytime/fixtures__example.xml",
    "partytime/fixtures__unlocked.xml",
    "podcast-namespace/schema__podcast-example.xml",
]
TRANSCRIPTS = {
    "srt": ["buzzcast.srt"],
    "vtt": ["podnews_weekly_review_2024-01-19.vtt", "kde_express-16_kde_en_telegram.vtt"],
    "json": ["buzzcast.json", "how_to_start_a_podcast.json"],
    "html": ["buzzcast.html", "podnews_weekly_review_2023-03-17.html"],
}
TYPES = {"srt": "application/x-subrip", "vtt": "text/vtt", "json": "application/json", "html": "text/html"}
TAG = re.compile(rb"<podcast:transcript\s[^>]*>")
URL = re.compile(rb"url=([\"'])(.*?)\1")
MANAGE = Path(__file__).parents[2] / "manage.py"


def main(corpus: Path) -> int:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler(corpus / "files"))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.server_port}"
    answer = subprocess.run(
        [
            sys.executable,
            str(MANAGE),
            "ingest",
            "--publish",
            *(f"{base}/{feed}" for feed in FEEDS),
            *sys.argv[2:],
        ],
        env={**os.environ, "FETCH_ALLOW_PRIVATE": f"127.0.0.1/32:{server.server_port}"},
        check=False,
    )
    return answer.returncode


def handler(files: Path) -> type[BaseHTTPRequestHandler]:
    cycles = {kind: itertools.cycle(names) for kind, names in TRANSCRIPTS.items()}

    class Corpus(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = self.path.lstrip("/")
            if name in FEEDS:
                base = f"http://{self.headers['Host']}/words/".encode()
                self.answer("application/rss+xml", with_local_transcripts((files / name).read_bytes(), base))
            elif name.startswith("words/"):
                kind = name.rsplit(".", 1)[1]
                self.answer(
                    TYPES[kind], (files / f"transcriptator/test_files__{next(cycles[kind])}").read_bytes()
                )
            else:
                self.send_error(404)

        def answer(self, content_type: str, body: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """The command says what happens."""

    return Corpus


def with_local_transcripts(feed: bytes, base: bytes) -> bytes:
    """The feed with its transcript addresses pointing here, otherwise as it was."""
    numbers = itertools.count(1)

    def local(tag: re.Match[bytes]) -> bytes:
        kind = next((kind for kind in TYPES if kind.encode() in tag[0].lower()), "vtt")
        return URL.sub(b'url="%s%d.%s"' % (base, next(numbers), kind.encode()), tag[0])

    return TAG.sub(local, feed)


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))
