"""Providers of words: asked after the feed's own links, one at a time, and left alone as a whole when blocked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

from digestly.content import outside
from digestly.content.models import Digest, Episode, ProviderState, Source
from tests.content.world import ENGLISH, past, transcribe
from tests.fetch.loopback import Site, reply
from tests.transcripts.providers.test_captions import plays

SENTENCES = [
    "The harbour master wrote every ship into the book.", "She never missed a single night of it.",
] * 8  # fmt: skip


@pytest.fixture
def youtube(settings: Settings, db: None) -> Iterator[Site]:
    """YouTube, played on this machine, and captions turned on."""
    site = Site()
    settings.FETCH_ALLOW_PRIVATE = site.allowed()
    settings.YOUTUBE_HOME = site.url("")
    settings.YOUTUBE_CAPTIONS = True
    outside.client.cache_clear()
    site.answers["/watch"] = reply(200, b'"INNERTUBE_API_KEY": "key1"')
    lines = "".join(f'<text start="{3 * n}" dur="3">{said}</text>' for n, said in enumerate(SENTENCES))
    site.answers["/api/timedtext"] = reply(200, f"<transcript>{lines}</transcript>".encode())
    plays(site, ("en", ""))
    yield site
    outside.client.cache_clear()
    site.close()


def video(source: Source, id: str, **facts: object) -> Episode:
    return Episode.objects.create(
        source=source, identity=f"yt:video:{id}", title=id, link=f"https://www.youtube.com/watch?v={id}",
        state=Episode.State.TRANSCRIPT_PENDING, **facts,
    )  # fmt: skip


def test_captions_are_words_like_any_other(youtube: Site, source: Source) -> None:
    episode = transcribe(video(source, "abcdefghijk"))
    transcript = episode.transcripts.get()
    assert (episode.state, transcript.origin, transcript.language) == ("transcript_ready", "captions", "en")
    assert len(transcript.segments) == len(SENTENCES)
    assert Digest.objects.get().state == "pending"


def test_off_by_default_nobody_is_asked(youtube: Site, source: Source, settings: Settings) -> None:
    settings.YOUTUBE_CAPTIONS = False
    episode = transcribe(video(source, "abcdefghijk"))
    assert (episode.state, youtube.connections) == ("waiting_transcript", 0)


def test_what_the_feed_links_to_comes_first(youtube: Site, source: Source) -> None:
    youtube.answers["/1.vtt"] = reply(200, ENGLISH, Content_Type="text/vtt")
    link = {"url": youtube.url("/1.vtt"), "type": "text/vtt", "language": None, "rel": None}
    episode = transcribe(video(source, "abcdefghijk", transcript_links=[link]))
    assert episode.transcripts.get().origin == "feed"
    assert [request.target for request in youtube.requests] == ["/1.vtt"]


def test_a_block_pauses_the_provider_and_fails_no_episode(youtube: Site, source: Source) -> None:
    youtube.answers["/watch"] = reply(429)
    first, second = video(source, "abcdefghijk"), video(source, "lmnopqrstuv")
    transcribe(first)
    asked = youtube.connections
    transcribe(second)
    assert youtube.connections == asked  # nobody asked for the second
    state = ProviderState.objects.get(name="captions")
    assert state.paused_until
    assert timedelta(hours=5) < state.paused_until - timezone.now() <= timedelta(hours=6)
    for episode in (first, second):
        assert (episode.state, episode.error_code) == ("waiting_transcript", "blocked_by_host")
        assert (episode.attempts, episode.next_try_at) == (0, state.paused_until)
        assert "YouTube does not hand captions" in episode.error_text


def test_each_block_in_a_row_makes_the_pause_longer_until_it_works(youtube: Site, source: Source) -> None:
    good, youtube.answers["/watch"] = youtube.answers["/watch"], reply(429)
    episode = video(source, "abcdefghijk")
    pauses = []
    for _ in range(5):
        ProviderState.objects.update(paused_until=past())
        transcribe(episode)
        until = ProviderState.objects.get().paused_until
        assert until
        pauses.append(round((until - timezone.now()) / timedelta(hours=1)))
    assert pauses == [6, 12, 24, 48, 48]
    ProviderState.objects.update(paused_until=past())
    youtube.answers["/watch"] = good
    assert transcribe(episode).state == "transcript_ready"
    state = ProviderState.objects.get()
    assert (state.paused_until, state.blocks, state.error_text) == (None, 0, "")


def test_it_serves_one_at_a_time(youtube: Site, source: Source) -> None:
    soon = timezone.now() + timedelta(minutes=5)
    ProviderState.objects.create(name="captions", lease_until=soon)
    episode = transcribe(video(source, "abcdefghijk"))
    assert (episode.state, youtube.connections) == ("waiting_transcript", 0)
    assert episode.next_try_at
    assert episode.next_try_at - timezone.now() <= timedelta(minutes=1)


def test_a_worker_that_died_at_it_blocks_nobody_for_good(youtube: Site, source: Source) -> None:
    ProviderState.objects.create(name="captions", lease_until=past())
    assert transcribe(video(source, "abcdefghijk")).state == "transcript_ready"


def test_a_video_without_captions_waits_and_says_so(youtube: Site, source: Source) -> None:
    plays(youtube)
    episode = transcribe(video(source, "abcdefghijk"))
    assert (episode.state, episode.error_text) == ("waiting_transcript", "This video has no captions.")
    assert ProviderState.objects.get().paused_until is None


def test_speech_without_a_model_rests_and_says_what_is_missing(
    youtube: Site, source: Source, settings: Settings, tmp_path: Path
) -> None:
    settings.YOUTUBE_CAPTIONS, settings.WHISPER_MODEL_DIR = False, str(tmp_path)
    episode = Episode.objects.create(
        source=source, identity="1", title="1", media_url=youtube.url("/1.mp3"), state="transcript_pending"
    )
    transcribe(episode)
    assert "WHISPER_MODEL_DIR" in episode.error_text
    assert ProviderState.objects.get(name="speech").paused_until
    assert youtube.connections == 0
