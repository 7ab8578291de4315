"""Where a recording is played, and what its page must allow for that."""

from __future__ import annotations

import pytest
from django.test import Client
from lxml import html

from digestly.content.models import Digest, Episode
from digestly.content.recording import recording_of


@pytest.mark.parametrize(
    "link",
    [
        "https://www.youtube.com/watch?v=a_video-Id1&t=4s",
        "https://youtu.be/a_video-Id1?si=x",
        "https://m.youtube.com/live/a_video-Id1",
        "http://youtube.com/shorts/a_video-Id1",
    ],
)
def test_a_video_is_framed_without_cookies(link: str) -> None:
    found = recording_of(Episode(link=link))
    assert found
    assert (found.kind, found.player) == ("youtube", "https://www.youtube-nocookie.com/embed/a_video-Id1")
    assert found.policy == {"frame-src": ["https://www.youtube-nocookie.com"]}


@pytest.mark.parametrize(
    "link",
    [
        "https://www.youtube.com/@channel", "https://www.youtube.com/watch?v=%22%3E%3Cscript", "https://youtube.com.example/watch?v=a_video-Id1",
        "javascript:youtu.be/a_video-Id1", "http://[", "https://www.youtube.com/live/", "",
    ],
)  # fmt: skip
def test_what_is_no_video_is_not_framed(link: str) -> None:
    assert recording_of(Episode(link=link)) is None


def test_a_file_is_played_where_it_is_unless_it_is_a_film() -> None:
    found = recording_of(
        Episode(link="https://pod.example/1", media_url="https://pod.example/1.mp3", media_type="audio/mpeg")
    )
    assert found
    assert (found.kind, found.player, found.policy) == (
        "audio",
        "https://pod.example/1.mp3",
        {"media-src": ["https:"]},
    )
    assert recording_of(Episode(media_url="https://pod.example/1.mp4", media_type="video/mp4")) is None
    assert recording_of(Episode(media_url="javascript:alert(1)")) is None


def test_the_page_asks_nothing_of_its_host_and_may_frame_nothing_else(published: Digest) -> None:
    response = Client().get(published.get_absolute_url())
    assert "media-src https:;" in response["Content-Security-Policy"] + ";"
    assert "frame-src" not in response["Content-Security-Policy"]
    Episode.objects.update(link="https://www.youtube.com/watch?v=a_video-Id1")
    response = Client().get(published.get_absolute_url())
    assert "frame-src https://www.youtube-nocookie.com" in response["Content-Security-Policy"]
    assert "media-src" not in response["Content-Security-Policy"]
    page = html.document_fromstring(response.content)
    assert not page.xpath("//iframe | //audio | //video")
    assert [link.text for link in page.xpath("//a[@data-player='youtube']")] == ["Watch"]
    assert "frame-src" not in Client().get("/en/")["Content-Security-Policy"]


def test_a_link_that_is_no_address_breaks_no_page(published: Digest) -> None:
    Episode.objects.update(link="http://[", media_url="")
    assert Client().get(published.get_absolute_url()).status_code == 200
