"""YouTube's addresses: many ways to write one channel, one feed behind them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digestly.feeds import youtube
from digestly.feeds.youtube import Address
from digestly.fetch.client import Client
from digestly.fetch.errors import Failure
from tests.fetch.loopback import Site, redirect, reply

CHANNEL = "UC0123456789abcdefghij_-"
FEED = f"/feeds/videos.xml?channel_id={CHANNEL}"


@pytest.mark.parametrize(
    ("url", "kind", "id"),
    [
        ("https://www.youtube.com/@quaytalks", "name", "@quaytalks"),
        ("http://youtube.com/@quaytalks/videos?view=0", "name", "@quaytalks"),
        ("https://m.youtube.com/@%EB%B6%80%EB%91%90", "name", "@부두"),
        ("https://www.youtube.com/user/quaytalks", "name", "user/quaytalks"),
        ("https://www.youtube.com/c/QuayTalks/featured", "name", "c/QuayTalks"),
        (f"https://www.youtube.com/channel/{CHANNEL}/live", "channel", CHANNEL),
        ("https://www.youtube.com/playlist?list=PL0123456789ab", "playlist", "PL0123456789ab"),
        ("https://www.youtube.com/watch?v=abcdefghijk&list=PL0123456789ab&t=12s", "video", "abcdefghijk"),
        ("https://youtu.be/abcdefghijk?si=tracking", "video", "abcdefghijk"),
        ("https://www.youtube.com/shorts/abcdefghijk", "video", "abcdefghijk"),
        ("https://www.youtube.com/live/abcdefghijk", "video", "abcdefghijk"),
        ("https://www.youtube-nocookie.com/embed/abcdefghijk", "video", "abcdefghijk"),
    ],
)
def test_what_people_paste_is_recognised(url: str, kind: str, id: str) -> None:
    assert youtube.recognise(url) == Address(kind, id)


@pytest.mark.parametrize(
    "url",
    [
        f"https://www.youtube.com{FEED}",
        "https://www.youtube.com/",
        "https://www.youtube.com/feed/subscriptions",
        "https://www.youtube.com/watch?v=short",
        "https://www.youtube.com/channel/UCshort",
        "https://www.youtube.com/@",
        "https://youtube.com.evil.example/@quaytalks",
        "https://evil.example/@quaytalks",
        "ftp://www.youtube.com/@quaytalks",
        "https://[bad",
    ],
)
def test_other_addresses_are_left_as_they_are(url: str) -> None:
    assert youtube.recognise(url) is None
    assert youtube.spelled(url) == url


@given(st.text(max_size=80))
def test_any_text_is_an_address_or_none(text: str) -> None:
    for url in (text, f"https://www.youtube.com/{text}", f"https://youtu.be/{text}"):
        if address := youtube.recognise(url):
            assert address.page.startswith(youtube.HOME)
            assert address.page.isascii()


def test_every_spelling_of_one_channel_is_one() -> None:
    spelled = {
        youtube.spelled(url)
        for url in (
            "http://m.youtube.com/@quaytalks/streams",
            "https://www.youtube.com/@quaytalks?sub_confirmation=1",
        )
    }
    assert spelled == {"https://www.youtube.com/@quaytalks"}


@pytest.mark.parametrize(
    "page",
    [
        f'<link rel="canonical" href="https://www.youtube.com/channel/{CHANNEL}">',
        f'<meta itemprop="identifier" content="{CHANNEL}">',
        f'<link rel="alternate" type="application/rss+xml" href="https://www.youtube.com{FEED}">',
        f'<script>var data = {{"metadata":{{"externalId":"{CHANNEL}"}}}}</script>',
    ],
)
def test_a_handle_leads_to_its_channels_feed(site: Site, client: Client, page: str) -> None:
    other = '"channelId":"UCsomebodyelsesomebodyel"'
    site.answers["/@quaytalks"] = reply(200, f"<html>{other}{page}</html>".encode(), Content_Type="text/html")
    found = youtube.find(Address("name", "@quaytalks"), client, home=site.url(""))
    assert found == youtube.Found(site.url(FEED))


def test_a_channel_and_a_playlist_are_not_asked_about(site: Site, client: Client) -> None:
    assert youtube.find(Address("channel", CHANNEL), client, home=site.url("")).feed == site.url(FEED)
    youtube.find(Address("playlist", "PL0123456789ab"), client, home=site.url(""))
    assert site.connections == 0


VIDEO_PAGE = f"""<html><meta property="og:title" content="Tables &amp; tides">
<span itemprop="author" itemscope><link itemprop="url" href="x"><link itemprop="name" content="Quay Talks"></span>
<meta itemprop="datePublished" content="2026-02-03T10:00:00-08:00"><meta itemprop="channelId" content="{CHANNEL}">
<script>{{"videoDetails":{{"videoId":"abcdefghijk","lengthSeconds":"3723"}}}}</script></html>"""


def test_a_video_leads_to_its_channel_and_tells_of_itself(site: Site, client: Client) -> None:
    site.answers["/watch"] = reply(200, VIDEO_PAGE.encode(), Content_Type="text/html")
    found = youtube.find(Address("video", "abcdefghijk"), client, home=site.url(""))
    assert found.feed == site.url(FEED)
    video = found.video
    assert video
    assert (video.title, video.channel, video.duration) == ("Tables & tides", "Quay Talks", 3723)
    assert video.published == datetime(2026, 2, 3, 18, tzinfo=UTC)
    assert (video.guid, video.link) == ("yt:video:abcdefghijk", "https://www.youtube.com/watch?v=abcdefghijk")
    assert site.requests[0].target == "/watch?v=abcdefghijk"


@pytest.mark.parametrize(
    ("answer", "code", "told"),
    [
        (
            reply(200, b'<form action="https://consent.youtube.com/save">'),
            "blocked_by_host",
            "youtube.com/channel/",
        ),
        (
            reply(200, b'"reason":"Sign in to confirm you\xe2\x80\x99re not a bot"'),
            "blocked_by_host",
            "robot",
        ),
        (reply(200, b"<html>A new kind of page</html>"), "not_a_feed", "names no channel"),
        (reply(404), "http_error", "404"),
        (reply(429, Retry_After="60"), "http_error", "fewer requests"),
        (redirect("http://169.254.169.254/@quaytalks"), "blocked_address", "redirects"),
        (reply(200, b"x" * 6_000_001), "too_large", "MB"),
    ],
)
def test_a_page_that_tells_nothing_is_a_clear_failure(
    site: Site, client: Client, answer: bytes, code: str, told: str
) -> None:
    site.answers["/@quaytalks"] = answer
    with pytest.raises(Failure, match=told) as refused:
        youtube.find(Address("name", "@quaytalks"), client, home=site.url(""))
    assert refused.value.code == code


def test_a_private_or_deleted_video_says_so(site: Site, client: Client) -> None:
    site.answers["/watch"] = reply(200, b'{"playabilityStatus":{"status":"LOGIN_REQUIRED"}}')
    with pytest.raises(Failure, match="private, deleted"):
        youtube.find(Address("video", "abcdefghijk"), client, home=site.url(""))
