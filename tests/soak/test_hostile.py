"""The heaviest hostile inputs at full size, all before one worker: it stays alive, small, and has an answer to each.

python3 manage.py test tests/soak/test_hostile.py -s
"""

from __future__ import annotations

import gzip
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from digestly.content import ingest, tasks
from digestly.content.models import Digest, Episode, FetchAttempt, Source
from digestly.fetch.addresses import AllowList
from tests.content.world import item, rss
from tests.crashes import LOOPBACK, Nursery, wait_until
from tests.fetch.loopback import Answer, Site, bomb, reply

MIB = 2**20
MOST_RESIDENT = 400 * MIB  # the worker and its readers together
MOST_SECONDS = 45
PATIENCE = 900
SENTENCE = "The harbour master explained why the new cranes were bought so late in the year"


def cues(count: int, text: str) -> bytes:
    def clock(seconds: int) -> str:
        return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.000"

    lines = (f"{clock(n)} --> {clock(n + 1)}\n{text} {n}\n" for n in range(count))
    return b"WEBVTT\n\n" + "\n".join(lines).encode()


def slowly(caller: socket.socket) -> None:
    """A byte now and then, for ever."""
    caller.sendall(b"HTTP/1.1 200 OK\r\n\r\n<rss>")
    with suppress(OSError):
        while True:
            caller.sendall(b" ")
            time.sleep(5)


def endless_headers(caller: socket.socket) -> None:
    caller.sendall(b"HTTP/1.1 200 OK\r\n")
    with suppress(OSError):
        while True:
            caller.sendall(b"X-More: y\r\n")
            time.sleep(0.01)


def endless_body(caller: socket.socket) -> None:
    caller.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n\r\n<rss><channel>")
    with suppress(OSError):
        while True:
            caller.sendall(b"<item/>" * 10_000)


LAUGHS = "".join(f"<!ENTITY e{n} '{f'&e{n - 1};' * 10}'>" for n in range(1, 12))
FEEDS: dict[str, tuple[Answer, tuple[str, ...]]] = {
    "a bomb of 2 GiB": (reply(body=bomb(2_048), Content_Encoding="gzip"), ("too_large",)),
    "a bomb in a bomb": (
        reply(body=gzip.compress(bomb(2_048)), Content_Encoding="gzip, gzip"),
        ("too_large", "bad_encoding"),
    ),
    "an endless body": (endless_body, ("too_large",)),
    "a byte now and then": (slowly, ("timeout",)),
    "headers without end": (endless_headers, ("timeout", "http_error", "too_large")),
    "a billion laughs": (
        reply(body=f"<!DOCTYPE r [<!ENTITY e0 'ha'>{LAUGHS}]><rss><title>&e11;</title></rss>".encode()),
        ("xml_limits", "parse_limits"),
    ),
    "two million empty items": (
        reply(body=b"<rss><channel>" + b"<item/>" * 2_000_000 + b"</channel></rss>"),
        ("parse_limits", "new"),
    ),
    "a hundred thousand items": (
        reply(body=rss(*(f"<item><guid>i{n}</guid></item>" for n in range(100_000)), title="Many")),
        ("new", "parse_limits"),
    ),
    "two hundred thousand attributes": (
        reply(body=b"<rss><channel><item %s/></channel></rss>" % b" ".join(b"a%d='1'" % n for n in range(200_000))),
        ("new", "parse_limits", "xml_limits"),
    ),
    "a million open tags": (reply(body=b"<rss>" + b"<a>" * 1_000_000), ("xml_limits", "parse_limits")),
    "ten megabytes in a description": (
        reply(body=rss(item(1, f"<description>{'word ' * 2_000_000}</description>"), title="Long")),
        ("new",),
    ),
    "JSON a million deep": (reply(body=b'{"items":' + b"[" * 1_000_000), ("not_a_feed", "parse_limits", "xml_limits")),
}  # fmt: skip
WORDS: dict[str, tuple[bytes, str, tuple[str, ...]]] = {
    "a million cues": (cues(300_000, "a")[:9_900_000], "text/vtt", ("", "parse_limits")),
    "twelve hours": (cues(43_200, SENTENCE), "text/vtt", ("",)),
    "digits only": (b"1\n" * 4_900_000, "application/x-subrip", ("transcript_bad", "parse_limits")),
    "brackets only": (b"[" * 9_900_000, "application/json", ("transcript_bad", "parse_limits")),
    "tags only": (b"<p><v " * 1_600_000, "text/html", ("transcript_bad", "parse_limits", "empty", "")),
    "blanks only": (b" " * 9_900_000, "text/plain", ("transcript_bad", "empty")),
    "300 MB": (b"", "text/vtt", ("too_large",)),
}


@pytest.fixture
def sites() -> Iterator[Callable[[], Site]]:
    """Each hostile thing has a host of its own, so that none waits for another."""
    opened: list[Site] = []

    def another() -> Site:
        opened.append(Site(address=f"127.50.0.{len(opened) + 1}"))
        return opened[-1]

    yield another
    for site in opened:
        site.close()


@pytest.mark.django_db(transaction=True)
def test_one_worker_survives_them_all(nursery: Nursery, sites: Callable[[], Site]) -> None:
    sources = {name: hostile_feed(sites(), answer) for name, (answer, _) in FEEDS.items()}
    show = sites()
    links = "".join(
        item(number, hostile_words(sites(), body, media_type))
        for number, (body, media_type, _) in enumerate(WORDS.values(), start=1)
    )
    show.answers["/feed.xml"] = reply(body=rss(links, title="Words"))
    talks, _ = ingest.add_source(show.url("/feed.xml"), allow=AllowList.parse(LOOPBACK), newest=len(WORDS))
    nursery.say(tasks.fetch_due_sources)
    with nursery.worker(concurrency=1) as worker:  # one at a time, as the processes of a pool have it
        watch = Watch(worker)
        wait_until(lambda: watch.look() and everything_is_told(talks), patience=PATIENCE)
    print()
    for name, (_, outcomes) in FEEDS.items():
        attempt = sources[name].fetch_attempts.get()
        print(f"{name:32} {attempt.outcome:16} {attempt.milliseconds / 1000:6.1f} s")
        assert attempt.outcome in outcomes, attempt.message
        assert attempt.milliseconds < 1000 * MOST_SECONDS
    for name, (number, (_, _, codes)) in zip(WORDS, enumerate(WORDS.values(), start=1), strict=True):
        episode = talks.episodes.get(guid=f"harbour-{number}")
        print(f"{name:32} {episode.state} {episode.error_code}")
        assert episode.error_code in codes, name
    print(
        f"resident at most: worker {watch.worker_most / MIB:.0f} MiB, with its readers {watch.most / MIB:.0f} MiB"
    )
    assert watch.most < MOST_RESIDENT


def hostile_feed(site: Site, answer: Answer) -> Source:
    site.answers["/feed.xml"] = answer
    return ingest.add_source(site.url("/feed.xml"), allow=AllowList.parse(LOOPBACK))[0]


def hostile_words(site: Site, body: bytes, media_type: str) -> str:
    length = len(body) or 300_000_000
    site.answers["/words"] = reply(body=body, length=length, Content_Type=media_type)
    return f'<podcast:transcript url="{site.url("/words")}" type="{media_type}"/>'


def everything_is_told(talks: Source) -> bool:
    """Nothing is on its way any more."""
    under_way = (Episode.State.TRANSCRIPT_PENDING, Episode.State.TRANSCRIPT_RUNNING)
    return (
        FetchAttempt.objects.values("source").distinct().count() == len(FEEDS) + 1
        and talks.episodes.count() == len(WORDS)
        and not Episode.objects.filter(state__in=under_way).exists()
        and not Digest.objects.filter(state__in=(Digest.State.PENDING, Digest.State.RUNNING)).exists()
    )


class Watch:
    """How much memory the worker and its readers have had at most, in bytes; looked at again and again."""

    def __init__(self, worker: int) -> None:
        self.worker, self.worker_most, self.most = worker, 0, 0

    def look(self) -> bool:
        own = resident(self.worker)
        threads = Path(f"/proc/{self.worker}/task").glob("*/children")  # each has its own
        readers = sum(resident(int(child)) for thread in threads for child in thread.read_text().split())
        self.worker_most = max(self.worker_most, own)
        self.most = max(self.most, own + readers)
        return True


def resident(process: int) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{process}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
    return 0
