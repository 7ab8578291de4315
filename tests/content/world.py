"""The world outside, as these tests need it: a podcast's server on loopback, other workers, and time that passes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from django.db import connection
from django.utils import timezone

from digestly.content import tasks
from digestly.content.models import Digest, Episode, FetchAttempt, HostState, Source
from tests.fetch.loopback import Answer, Site, reply

SAMPLES = Path(__file__).parents[2] / "digestly" / "content" / "samples" / "data"
ENGLISH = (SAMPLES / "slow-deploy-1.vtt").read_bytes()
KOREAN = (SAMPLES / "commute-whiteboard-2.vtt").read_bytes()
FRENCH = "\n\n".join(
    f"{number}\n00:00:{number * 6:02}.000 --> 00:00:{number * 6 + 5:02}.000\n{sentence}"
    for number, sentence in enumerate(
        [
            "Bonjour et bienvenue dans cette émission consacrée aux ports de pêche.",
            "Aujourd'hui nous parlons avec une capitaine qui a vendu son dernier bateau.",
            "Elle explique pourquoi les filets plus larges ont sauvé les jeunes poissons.",
            "Les quotas ont baissé de trente pour cent, mais les revenus ont augmenté.",
            "Le prix du carburant reste la première dépense de chaque sortie en mer.",
            "Pour finir, elle raconte comment le village a racheté la criée ensemble.",
        ],
        start=1,
    )
).encode()


class Show:
    """A podcast. What it says at its feed address can be changed at any time."""

    def __init__(self, site: Site | None = None) -> None:
        self.site = site or Site()

    @property
    def url(self) -> str:
        return self.site.url("/feed.xml")

    def lists(self, *items: str, title: str = "Harbour Talk", more: str = "", **headers: str) -> None:
        """The feed lists these items, the newest first."""
        headers = {"Content_Type": "application/rss+xml", **headers}
        self.answers("/feed.xml", reply(200, rss(*items, title=title, more=more), **headers))

    def answers(self, path: str, answer: Answer) -> None:
        self.site.answers[path] = answer

    def offers(self, path: str, body: bytes, media_type: str = "text/vtt") -> str:
        """A file on its server; the `podcast:transcript` tag that links to it."""
        self.answers(path, reply(200, body, Content_Type=media_type))
        return self.links(path, media_type)

    def links(self, path: str, media_type: str = "text/vtt") -> str:
        return f'<podcast:transcript url="{self.site.url(path)}" type="{media_type}"/>'

    def asked(self, path: str = "/feed.xml") -> int:
        """How often."""
        return sum(request.target == path for request in self.site.requests)


def item(
    number: int, *more: str, guid: str | None = None, title: str | None = None, at: datetime | None = None
) -> str:
    """Episode `number`, of that day in January unless said otherwise."""
    published = at or datetime(2026, 1, 1, 6, tzinfo=UTC) + timedelta(days=number)
    return (
        f"<item><title>{escape(title or f'Episode {number}')}</title>"
        f"<guid isPermaLink='false'>{escape(guid or f'harbour-{number}')}</guid>"
        f"<link>https://harbour.example/{number}</link><pubDate>{format_datetime(published)}</pubDate>"
        f"<enclosure url={quoteattr(f'https://harbour.example/{number}.mp3')} type='audio/mpeg' length='1'/>"
        f"{''.join(more)}</item>"
    )


def rss(*items: str, title: str, more: str = "") -> bytes:
    return (
        "<rss version='2.0' xmlns:podcast='https://podcastindex.org/namespace/1.0'><channel>"
        f"<title>{escape(title)}</title><language>en</language>{more}{''.join(items)}</channel></rss>"
    ).encode()


def look(source: Source) -> FetchAttempt:
    """The source's time comes, a worker takes the message; what came of it."""
    due(source)
    tasks.refresh_source(source.pk)
    source.refresh_from_db()
    attempt = source.fetch_attempts.first()
    assert attempt, "nobody looked"
    return attempt


def due(source: Source) -> None:
    """Its time has come, and its host has had its pause."""
    Source.objects.filter(pk=source.pk).update(next_fetch_at=past())
    hosts_rested()


def hosts_rested() -> None:
    """Every host has had the pause that it needs between two requests."""
    HostState.objects.update(next_allowed_at=past())


def transcribe(episode: Episode) -> Episode:
    """Its next try comes, a worker takes the message."""
    hosts_rested()
    Episode.objects.filter(pk=episode.pk).exclude(next_try_at=None).update(next_try_at=past())
    tasks.transcribe_episode(episode.pk)
    episode.refresh_from_db()
    return episode


def lease_runs_out(row: Source | Episode | Digest) -> None:
    """The worker that has it is dead, or might as well be."""
    type(row)._default_manager.filter(pk=row.pk).update(lease_until=past())


def past() -> datetime:
    return timezone.now() - timedelta(seconds=1)


def at_once(act: Callable[[], Any], times: int = 2) -> list[Any]:
    """What the act gives in several threads that begin together; an exception counts as what it gave."""
    start = threading.Barrier(times)
    given: list[Any] = []

    def run() -> None:
        try:
            start.wait()
            given.append(act())
        except Exception as error:
            given.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return given
