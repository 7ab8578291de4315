"""A page of YouTube's becomes the feed behind it, once; a video's brings in that one episode."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from accounts.models import User
from digestly.content import ingest, outside, takedown, tasks
from digestly.content.desk import polling
from digestly.content.models import Episode, Source, Transition
from tests.content.desk.conftest import Desk
from tests.content.world import due, look
from tests.feeds.test_youtube import CHANNEL, FEED, VIDEO_PAGE
from tests.fetch.loopback import Site, reply

HANDLE = "https://www.youtube.com/@quaytalks"
VIDEO = "https://youtu.be/abcdefghijk"


def entry(id: str, title: str) -> str:
    return (
        f"<entry><id>yt:video:{id}</id><yt:videoId>{id}</yt:videoId><title>{title}</title>"
        f'<link rel="alternate" href="https://www.youtube.com/watch?v={id}"/>'
        "<published>2026-02-01T10:00:00+00:00</published></entry>"
    )


def channel_feed(*entries: str) -> bytes:
    body = (
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:yt="http://www.youtube.com/xml/schemas/2015">'
        f"<yt:channelId>{CHANNEL}</yt:channelId><title>Quay Talks</title>{''.join(entries)}</feed>"
    )
    return reply(200, body.encode(), Content_Type="text/xml")


@pytest.fixture
def youtube(settings: Settings, db: None) -> Iterator[Site]:
    """YouTube, played on this machine."""
    site = Site()
    settings.FETCH_ALLOW_PRIVATE = site.allowed()
    settings.YOUTUBE_HOME = site.url("")
    outside.client.cache_clear()
    page = f'<link rel="canonical" href="https://www.youtube.com/channel/{CHANNEL}">'
    site.answers["/@quaytalks"] = site.answers["/user/quay"] = reply(
        200, page.encode(), Content_Type="text/html"
    )
    site.answers["/watch"] = reply(200, VIDEO_PAGE.encode(), Content_Type="text/html")
    entries = [entry("abcdefghijk", "Tables and tides"), entry("lmnopqrstuv", "Ropes")]
    site.answers["/feeds/videos.xml"] = channel_feed(*entries)
    yield site
    outside.client.cache_clear()
    site.close()


def test_a_handle_is_resolved_once_and_then_only_its_feed_is_asked(youtube: Site) -> None:
    source, is_new = ingest.add_source(HANDLE + "/videos")
    assert (is_new, source.url) == (True, HANDLE)
    assert look(source).outcome == "found"
    assert (source.url, source.kind) == (youtube.url(FEED), "youtube")
    assert look(source).outcome == "new"
    assert source.title == "Quay Talks"
    assert look(source).outcome in ("unchanged", "not_modified")
    assert [request.target for request in youtube.requests] == ["/@quaytalks", FEED, FEED]


def test_a_channels_own_address_needs_no_page(youtube: Site) -> None:
    source, _ = ingest.add_source(f"https://www.youtube.com/channel/{CHANNEL}/videos")
    assert source.url == youtube.url(FEED)
    assert look(source).outcome == "new"


def test_a_second_name_of_a_known_channel_leads_to_the_first(youtube: Site, editor: User) -> None:
    known, _ = ingest.add_source(HANDLE)
    look(known)
    newcomer, is_new = ingest.add_source("https://www.youtube.com/user/quay")
    assert is_new
    due(newcomer)
    tasks.refresh_source(newcomer.pk)
    assert list(Source.objects.all()) == [known]
    after = Desk(editor).get(f"/admin/content/source/{newcomer.pk}/change/")
    assert after.response.status_code == 302
    assert after.response["Location"].endswith(f"/{known.pk}/change/")


def test_a_video_brings_in_that_one_episode_of_its_channel(youtube: Site) -> None:
    source, _ = ingest.add_source(VIDEO)
    look(source)
    assert (source.title, source.status, source.url) == ("Quay Talks", "paused", youtube.url(FEED))
    episode = Episode.objects.get()
    assert (episode.title, episode.duration, episode.state) == ("Tables & tides", 3723, "transcript_pending")
    assert episode.link == "https://www.youtube.com/watch?v=abcdefghijk"


def test_followed_later_the_channel_is_listed_and_the_video_stays_one(youtube: Site, editor: User) -> None:
    source, _ = ingest.add_source(VIDEO)
    look(source)

    polling.resume(source, by=editor)
    look(source)
    assert {episode.title: episode.state for episode in Episode.objects.all()} == {
        "Tables and tides": "transcript_pending",
        "Ropes": "backlog",
    }


def test_a_video_of_a_known_channel_is_taken_up_from_the_backlog(youtube: Site) -> None:
    source, _ = ingest.add_source(HANDLE, newest=0)
    look(source)
    look(source)
    assert set(Episode.objects.values_list("state", flat=True)) == {"backlog"}
    newcomer, _ = ingest.add_source(VIDEO)
    due(newcomer)
    tasks.refresh_source(newcomer.pk)
    assert Source.objects.get() == source
    wanted = Episode.objects.get(identity="yt:video:abcdefghijk")
    assert (wanted.state, Episode.objects.count()) == ("transcript_pending", 2)
    source.refresh_from_db()
    assert source.status == "active"


def test_nothing_is_brought_in_of_a_withdrawn_channel(youtube: Site, editor: User) -> None:
    source, _ = ingest.add_source(f"https://www.youtube.com/channel/{CHANNEL}")
    takedown.withdraw(source, by=editor, why="Asked for.")
    newcomer, _ = ingest.add_source(VIDEO)
    due(newcomer)
    tasks.refresh_source(newcomer.pk)
    assert not Episode.objects.exists()


@pytest.mark.parametrize(
    ("answer", "code", "told"),
    [
        (
            reply(200, b'<form action="https://consent.youtube.com/save">'),
            "blocked_by_host",
            "youtube.com/channel/",
        ),
        (reply(200, b"<html></html>"), "not_a_feed", "names no channel"),
        (reply(500), "http_error", "500"),
    ],
)
def test_a_page_that_tells_nothing_is_stored_and_asked_again_later(
    youtube: Site, editor: User, answer: bytes, code: str, told: str
) -> None:
    youtube.answers["/@quaytalks"] = answer
    source, _ = ingest.add_source(HANDLE)
    assert look(source).outcome == code
    assert (source.status, source.url) == ("failing", HANDLE)
    assert told in Desk(editor).get(f"/admin/content/source/{source.pk}/change/").text
    page = f'<meta itemprop="identifier" content="{CHANNEL}">'
    youtube.answers["/@quaytalks"] = reply(200, page.encode())
    assert look(source).outcome == "found"
    assert (source.error_code, source.failures) == ("", 0)


def test_a_channel_whose_feed_is_away_for_a_while_is_not_given_up(youtube: Site) -> None:
    source, _ = ingest.add_source(HANDLE)
    look(source)
    youtube.answers["/feeds/videos.xml"] = reply(404)
    for _ in range(4):
        look(source)
    assert (source.status, source.error_code) == ("failing", "http_error")
    youtube.answers["/feeds/videos.xml"] = channel_feed()
    look(source)
    assert source.status == "active"


def test_the_command_takes_a_video_and_a_handle(youtube: Site) -> None:
    out = StringIO()
    with pytest.raises(CommandError):  # no captions: its words have to be brought
        call_command("ingest", VIDEO, stdout=out, stderr=out)
    episode = Episode.objects.get()
    assert (episode.title, episode.state) == ("Tables & tides", "waiting_transcript")
    assert "Tables & tides" in out.getvalue()
    with pytest.raises(CommandError):
        call_command("ingest", HANDLE, stdout=out, stderr=out)
    assert set(Source.objects.get().episodes.values_list("title", flat=True)) == {"Tables and tides", "Ropes"}


def test_a_join_is_remembered(youtube: Site) -> None:
    ingest.add_source(f"https://www.youtube.com/channel/{CHANNEL}")
    newcomer, _ = ingest.add_source(HANDLE)
    due(newcomer)
    tasks.refresh_source(newcomer.pk)
    step: Any = Transition.objects.get(kind="source", row=newcomer.pk, became="joined")
    assert step.why == str(Source.objects.get().pk)
