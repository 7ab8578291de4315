"""Captions through the real library, against a YouTube that is played on loopback, byte for byte."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator

import pytest

from digestly.fetch.client import Client
from digestly.fetch.errors import Failure
from digestly.transcripts.providers import Blocked, Recording
from digestly.transcripts.providers.captions import YouTubeCaptions
from digestly.transcripts.types import Segment
from tests.fetch.loopback import Site, reply

RECORDING = Recording(video_id="abcdefghijk", language="ko")
TIMED = (
    b'<?xml version="1.0"?><transcript><text start="0.5" dur="2.5">Tides &amp;amp; tables</text>'
    b'<text start="3" dur="1"> </text></transcript>'
)


@pytest.fixture
def youtube() -> Iterator[Site]:
    site = Site()
    site.answers["/watch"] = reply(200, b'<html>"INNERTUBE_API_KEY": "key1"</html>')
    site.answers["/api/timedtext"] = reply(200, TIMED, Content_Type="text/xml")
    yield site
    site.close()


@pytest.fixture
def client(youtube: Site) -> Client:
    return Client(user_agent="Digestly tests", allow=youtube.allowed())


def plays(site: Site, *tracks: tuple[str, str], host: str = "https://www.youtube.com", **status: str) -> None:
    """What the player says: these tracks (language, kind), or why there is nothing to play."""
    listed = [
        {
            "baseUrl": f"{host}/api/timedtext?v=abcdefghijk&lang={language}&kind={kind}",
            "name": {"runs": [{"text": language}]},
            "languageCode": language,
            "kind": kind,
        }
        for language, kind in tracks
    ]
    answer = {"playabilityStatus": {"status": "OK", **status}}
    if listed:
        answer["captions"] = {"playerCaptionsTracklistRenderer": {"captionTracks": listed}}  # type: ignore[assignment]
    site.answers["/youtubei/v1/player"] = reply(200, json.dumps(answer).encode())


def captions(site: Site) -> YouTubeCaptions:
    return YouTubeCaptions(home=site.url(""))


def test_captions_become_segments_with_their_language(youtube: Site, client: Client) -> None:
    plays(youtube, ("en", ""))
    words = captions(youtube).words(RECORDING, client)
    assert words.segments == (Segment(0.5, 3.0, None, "Tides & tables"),)
    assert (words.format, words.language) == ("captions", "en")


@pytest.mark.parametrize(
    ("tracks", "chosen"),
    [
        ([("en", ""), ("ko", "asr"), ("ko-KR", "")], "lang=ko-KR&kind="),
        ([("en", ""), ("ko", "asr")], "lang=ko&kind=asr"),
        ([("de", "asr"), ("en", "")], "lang=en&kind="),
    ],
)
def test_the_spoken_language_comes_first_and_written_before_generated(
    youtube: Site, client: Client, tracks: list[tuple[str, str]], chosen: str
) -> None:
    plays(youtube, *tracks)
    captions(youtube).words(RECORDING, client)
    assert youtube.requests[-1].target.endswith(chosen)


def test_no_cookie_and_no_login_is_ever_sent(
    youtube: Site, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    consent = b'<form action="https://consent.youtube.com/s"><input name="v" value="1"></form>'
    youtube.answers["/watch"] = reply(200, consent, Set_Cookie="YSC=tracking")
    with pytest.raises(Blocked):
        captions(youtube).words(RECORDING, client)
    assert youtube.requests
    assert not any({"cookie", "authorization"} & request.headers.keys() for request in youtube.requests)


def test_a_robot_check_blocks_the_provider(youtube: Site, client: Client) -> None:
    plays(youtube, status="LOGIN_REQUIRED", reason="Sign in to confirm you\u2019re not a bot")
    with pytest.raises(Blocked, match="for now"):
        captions(youtube).words(RECORDING, client)


@pytest.mark.parametrize(
    "answer",
    [reply(429), reply(200, b'<div class="g-recaptcha">'), reply(200, b"<html>Something new</html>")],
)
def test_a_refused_page_blocks_the_provider(youtube: Site, client: Client, answer: bytes) -> None:
    youtube.answers["/watch"] = answer
    with pytest.raises(Blocked):
        captions(youtube).words(RECORDING, client)


@pytest.mark.parametrize(
    ("status", "told"),
    [
        ({}, "no captions"),
        (
            {"status": "LOGIN_REQUIRED", "reason": "This video may be inappropriate for some users."},
            "old enough",
        ),
        ({"status": "ERROR", "reason": "This video is unavailable"}, "not there"),
        ({"status": "LIVE_STREAM_OFFLINE", "reason": "Premieres in 2 hours"}, "cannot be played"),
    ],
)
def test_a_video_without_captions_says_why_and_blocks_nobody(
    youtube: Site, client: Client, status: dict[str, str], told: str
) -> None:
    plays(youtube, **status)
    with pytest.raises(Failure, match=told) as refused:
        captions(youtube).words(RECORDING, client)
    assert not isinstance(refused.value, Blocked)


@pytest.mark.parametrize("host", ["http://169.254.169.254", "https://evil.example", "http://127.0.0.1:1"])
def test_captions_that_lead_elsewhere_are_not_followed(youtube: Site, client: Client, host: str) -> None:
    plays(youtube, ("ko", ""), host=host)
    with pytest.raises(Failure) as refused:
        captions(youtube).words(RECORDING, client)
    assert refused.value.code == "blocked_address"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no xml",
        b"<transcript/>",
        b"<!DOCTYPE t [<!ENTITY a 'b'>]><t>&a;</t>",
        b'<t><text start="x">y</text></t>',
    ],
)
def test_captions_that_are_none_are_a_failure(youtube: Site, client: Client, body: bytes) -> None:
    plays(youtube, ("ko", ""))
    youtube.answers["/api/timedtext"] = reply(200, body)
    with pytest.raises(Failure):
        captions(youtube).words(RECORDING, client)


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b"null",
        b"{}",
        b"not json",
        b'{"captions": {"playerCaptionsTracklistRenderer": {"captionTracks": [{}]}}}',
    ],
)
def test_a_player_that_talks_nonsense_is_a_failure(youtube: Site, client: Client, body: bytes) -> None:
    youtube.answers["/youtubei/v1/player"] = reply(200, body)
    with pytest.raises(Failure):
        captions(youtube).words(RECORDING, client)


def test_only_videos_are_served() -> None:
    assert not YouTubeCaptions().serves(Recording(media_url="https://a.example/1.mp3"))


def test_a_silent_host_is_a_failure(youtube: Site, client: Client) -> None:
    def hang_up(caller: socket.socket) -> None:
        caller.close()

    youtube.answers["/watch"] = hang_up
    with pytest.raises(Failure):
        captions(youtube).words(RECORDING, client)
