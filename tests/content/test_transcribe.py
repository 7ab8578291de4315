"""Station 3, through the workers' tasks: where the words come from, and what happens while there are none."""

from __future__ import annotations

import socket
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import User
from digestly.content import hosts, tasks
from digestly.content import transcribe as station
from digestly.content.models import Digest, Episode, Source, Transition
from digestly.fetch.errors import Failure
from digestly.transcripts.types import ParsedTranscript
from digestly.work import lease
from digestly.work.sweep import sweep_all
from tests.content.world import (
    ENGLISH,
    KOREAN,
    Show,
    at_once,
    due,
    hosts_rested,
    item,
    lease_runs_out,
    look,
    past,
    transcribe,
)
from tests.fetch.loopback import reply

State = Episode.State
SHORT = b"WEBVTT\n\n00:01.000 --> 00:02.000\nAhoy there, captain"


def episode_with(show: Show, source: Source, *links: str) -> Episode:
    """The only episode of a feed, with these transcript tags."""
    show.lists(item(1, *links))
    look(source)
    return source.episodes.get()


# Which words -----------------------------------------------------------------------------------------------------


def test_the_words_are_stored_and_a_digest_is_wanted_in_their_language(show: Show, harbour: Source) -> None:
    episode = transcribe(episode_with(show, harbour, show.offers("/1.vtt", ENGLISH)))
    assert (episode.state, episode.lease_token, episode.attempts) == (State.TRANSCRIPT_READY, None, 0)
    transcript = episode.transcripts.get()
    assert (transcript.format, transcript.origin, transcript.language) == ("vtt", "feed", "en")
    assert transcript.url == show.site.url("/1.vtt")
    assert transcript.words > 1000
    assert transcript.spoken()[0].speaker == "Wren Castellow"
    digest = episode.digests.get()
    assert (digest.language, digest.state, digest.transcript) == ("en", Digest.State.PENDING, transcript)


def test_the_form_that_tells_most_is_fetched_first(show: Show, harbour: Source) -> None:
    forms = {"txt": "text/plain", "html": "text/html", "json": "application/json", "srt": "application/srt"}
    links = [show.links(f"/1.{ending}", media_type) for ending, media_type in forms.items()]
    transcribe(episode_with(show, harbour, *links, show.offers("/1.vtt", SHORT)))
    assert [request.target for request in show.site.requests[1:]] == ["/1.vtt"]

    Episode.objects.all().delete()
    episode = transcribe(episode_with(show, harbour, *links))
    asked = [request.target for request in show.site.requests if request.target.startswith("/1.")]
    assert asked[1:] == ["/1.srt", "/1.json", "/1.html", "/1.txt"]
    assert episode.state == State.TRANSCRIPT_PENDING


def test_what_cannot_be_read_is_passed_over_for_the_next(show: Show, harbour: Source) -> None:
    links = [
        show.offers("/1.vtt", b"<!doctype html><html><body>Not found</body></html>"),
        show.offers("/1.srt", b"\x00\x01\x02ID3" * 500, "application/srt"),
        show.links("/1.json", "application/json"),
        show.offers("/1.txt", b"Wren: Welcome to the harbour.\n", "text/plain"),
    ]
    episode = transcribe(episode_with(show, harbour, *links))
    assert (episode.state, episode.transcripts.get().format) == (State.TRANSCRIPT_READY, "text")


def test_a_transcript_is_never_changed_by_a_later_one(show: Show, harbour: Source, editor: User) -> None:
    episode = transcribe(episode_with(show, harbour, show.offers("/1.vtt", ENGLISH)))
    first = episode.transcripts.get()
    digest = episode.digests.get()
    tasks.draft_digest(digest.pk)
    station.accept(episode, b"Another reading of the same talk, much shorter.", name="talk.txt", by=editor)
    assert episode.transcripts.count() == 2
    digest.refresh_from_db()
    assert (digest.transcript, digest.transcript.segments) == (first, first.segments)
    assert digest.state == Digest.State.IN_REVIEW


def test_the_same_words_again_are_one_transcript(show: Show, harbour: Source) -> None:
    episode = transcribe(episode_with(show, harbour, show.offers("/1.vtt", ENGLISH)))
    station.accept(episode, ENGLISH, name="again.vtt")
    assert (episode.transcripts.count(), episode.digests.count()) == (1, 1)


def test_the_words_themselves_say_their_language_where_the_feed_is_wrong(show: Show, harbour: Source) -> None:
    episode = transcribe(episode_with(show, harbour, show.offers("/1.vtt", KOREAN)))
    assert (harbour.language, episode.transcripts.get().language, episode.digests.get().language) == (
        "en",
        "ko",
        "ko",
    )


def test_a_source_may_want_digests_in_several_languages(show: Show, harbour: Source) -> None:
    Source.objects.filter(pk=harbour.pk).update(digest_languages=["en", "ko"])
    episode = transcribe(episode_with(show, harbour, show.offers("/1.vtt", ENGLISH)))
    assert sorted(episode.digests.values_list("language", flat=True)) == ["en", "ko"]


# While there are none --------------------------------------------------------------------------------------------


def test_without_links_it_waits_and_says_what_to_do(show: Show, harbour: Source) -> None:
    episode = transcribe(episode_with(show, harbour))
    assert (episode.state, episode.error_code) == (State.WAITING_TRANSCRIPT, "")
    assert "Bring one, or skip" in episode.error_text
    assert hours_until_next_try(episode) == pytest.approx(6, abs=0.1)
    assert last_step(episode).why == "no transcript linked"


def test_a_passing_fault_is_tried_again_with_growing_waits_and_then_rests(
    show: Show, harbour: Source
) -> None:
    episode = episode_with(show, harbour, show.links("/1.vtt"))
    show.answers("/1.vtt", reply(500))
    waits = []
    while (episode := transcribe(episode)).state == State.TRANSCRIPT_PENDING:
        waits.append(round(hours_until_next_try(episode) * 60))
    assert waits == [1, 4, 16, 64]
    assert (episode.state, episode.error_code) == (State.WAITING_TRANSCRIPT, "http_error")
    assert show.asked("/1.vtt") == station.TRIES
    assert "problem of its own (500)" in episode.error_text

    show.offers("/1.vtt", ENGLISH)
    episode = transcribe(episode)
    assert (episode.state, episode.error_code, episode.error_text) == (State.TRANSCRIPT_READY, "", "")


def test_it_is_not_tried_before_its_time_by_a_message_that_comes_late(show: Show, harbour: Source) -> None:
    episode = episode_with(show, harbour, show.links("/1.vtt"))
    tasks.transcribe_episode(episode.pk)
    tasks.transcribe_episode(episode.pk)
    assert show.asked("/1.vtt") == 1


def test_a_host_that_names_its_wait_gets_it(show: Show, harbour: Source) -> None:
    episode = episode_with(show, harbour, show.links("/1.vtt"))
    show.answers("/1.vtt", reply(503, Retry_After="7200"))
    assert hours_until_next_try(transcribe(episode)) == pytest.approx(2, abs=0.1)


def test_a_passing_fault_of_one_link_counts_more_than_a_lasting_one_of_another(
    show: Show, harbour: Source
) -> None:
    show.answers("/1.vtt", reply(503))
    episode = episode_with(
        show, harbour, show.links("/1.vtt"), show.offers("/1.srt", b"\n\n", "application/srt")
    )
    assert (transcribe(episode).state, episode.error_code) == (State.TRANSCRIPT_PENDING, "http_error")


def test_a_lasting_fault_waits_at_once(show: Show, harbour: Source) -> None:
    episode = transcribe(episode_with(show, harbour, show.offers("/1.vtt", b"WEBVTT\n\n")))
    assert (episode.state, episode.error_code) == (State.WAITING_TRANSCRIPT, "empty")


def test_a_transcript_on_a_private_network_is_not_fetched(show: Show, harbour: Source) -> None:
    link = '<podcast:transcript url="http://169.254.169.254/words.vtt" type="text/vtt"/>'
    episode = transcribe(episode_with(show, harbour, link))
    assert (episode.state, episode.error_code) == (State.WAITING_TRANSCRIPT, "blocked_address")


def test_after_two_weeks_only_an_editor_is_asked(show: Show, harbour: Source) -> None:
    episode = episode_with(show, harbour)
    Episode.objects.filter(pk=episode.pk).update(first_seen_at=timezone.now() - timedelta(days=15))
    assert transcribe(episode).next_try_at is None
    assert not Episode.objects.wanting_words().exists()


# What an editor brings -------------------------------------------------------------------------------------------


def test_an_editor_brings_the_words(show: Show, harbour: Source, editor: User) -> None:
    episode = transcribe(episode_with(show, harbour))
    station.accept(episode, ENGLISH, name="talk.vtt", by=editor)
    episode.refresh_from_db()
    assert (episode.state, episode.error_text, episode.next_try_at) == (State.TRANSCRIPT_READY, "", None)
    assert episode.transcripts.get().origin == "upload"
    assert (last_step(episode).by, last_step(episode).why) == (editor, "transcript brought: talk.vtt")
    assert episode.digests.get().state == Digest.State.PENDING


def test_a_file_that_cannot_be_read_leaves_everything_as_it_was(show: Show, harbour: Source) -> None:
    episode = transcribe(episode_with(show, harbour))
    with pytest.raises(Failure) as refused:
        station.accept(episode, b"\x00\xff\xfb\x90" * 2000, name="talk.mp3")
    assert refused.value.code == "transcript_bad"
    episode.refresh_from_db()
    assert (episode.state, episode.transcripts.count()) == (State.WAITING_TRANSCRIPT, 0)


def test_better_words_give_a_failed_digest_another_chance(show: Show, harbour: Source, editor: User) -> None:
    episode = transcribe(episode_with(show, harbour, show.offers("/1.vtt", SHORT)))
    digest = episode.digests.get()
    tasks.draft_digest(digest.pk)
    digest.refresh_from_db()
    assert digest.state == Digest.State.FAILED
    station.accept(episode, ENGLISH, name="talk.vtt", by=editor)
    tasks.draft_digest(digest.pk)
    digest.refresh_from_db()
    assert (digest.state, digest.error_code, digest.error_text) == (Digest.State.IN_REVIEW, "", "")
    assert digest.transcript.origin == "upload"


# Workers that die ------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_lost_its_lease_stores_no_words(show: Show, harbour: Source) -> None:
    def overtake(caller: socket.socket) -> None:
        """While the first worker waits, the sweeper gives the episode to a second one."""
        lease_runs_out(episode)
        sweep_all()
        show.offers("/1.vtt", ENGLISH)
        transcribe(episode)
        connection.close()
        caller.sendall(reply(200, KOREAN, Content_Type="text/vtt"))

    episode = episode_with(show, harbour, show.links("/1.vtt"))
    show.answers("/1.vtt", overtake)
    tasks.transcribe_episode(episode.pk)
    assert (episode.transcripts.get().language, episode.digests.get().language) == ("en", "en")


@pytest.mark.django_db(transaction=True)
def test_two_workers_fetch_one_transcript_once(show: Show, harbour: Source) -> None:
    episode = episode_with(show, harbour, show.offers("/1.vtt", ENGLISH))
    given = at_once(lambda: tasks.transcribe_episode(episode.pk), times=3)
    assert given == [None, None, None]
    assert (show.asked("/1.vtt"), episode.transcripts.count(), episode.digests.count()) == (1, 1, 1)


def test_the_transcripts_of_a_host_are_asked_for_a_few_in_a_row_and_then_in_turn(
    show: Show, harbour: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hosts, "PAUSE", timedelta(minutes=1))  # no turn comes while a busy machine reads
    show.lists(*(item(number, show.offers(f"/{number}.vtt", ENGLISH)) for number in range(8)))
    Source.objects.filter(pk=harbour.pk).update(newest=8)
    look(harbour)
    for episode in harbour.episodes.all():
        tasks.transcribe_episode(episode.pk)
    put_off = harbour.episodes.filter(state=State.TRANSCRIPT_PENDING)
    assert put_off.count() == 8 - station.IN_A_ROW
    for episode in put_off:  # nothing happened to them, but for the time of their next try
        assert (episode.attempts, episode.woken_at, episode.error_code) == (0, None, "")
        assert 0 < hours_until_next_try(episode) * 60 < 5.5
        assert last_step(episode).was == State.DISCOVERED
    assert sum(show.asked(f"/{number}.vtt") for number in range(8)) == station.IN_A_ROW


def test_a_host_that_wants_fewer_requests_is_left_alone_with_all_it_serves(
    show: Show, harbour: Source
) -> None:
    show.answers("/1.vtt", reply(429, Retry_After="3600"))
    more = show.offers("/1.srt", ENGLISH, "application/srt")
    episode = episode_with(show, harbour, show.links("/1.vtt"), more)
    assert transcribe(episode).state == State.TRANSCRIPT_PENDING
    assert hours_until_next_try(episode) == pytest.approx(1, abs=0.1)
    assert show.asked("/1.srt") == 0
    due(harbour)
    tasks.refresh_source(harbour.pk)
    assert show.asked() == 1


def test_an_episode_that_kills_three_workers_waits_for_a_person(
    show: Show, harbour: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    episode = episode_with(show, harbour, show.links("/1.vtt"))
    transcribe(episode)  # a first try that merely failed; the next one comes later
    Episode.objects.update(next_try_at=past())
    show.offers("/1.vtt", ENGLISH)
    monkeypatch.setattr(station, "apart", die)
    for _ in range(lease.POISONED_AFTER):
        hosts_rested()
        episode.refresh_from_db()
        assert episode.state == State.TRANSCRIPT_PENDING
        with pytest.raises(KeyboardInterrupt):
            tasks.transcribe_episode(episode.pk)
        lease_runs_out(episode)
        sweep_all()
    episode.refresh_from_db()
    assert (episode.state, episode.error_code, episode.next_try_at) == (
        State.WAITING_TRANSCRIPT,
        "worker_died",
        None,
    )
    assert "3 workers" in episode.error_text
    sweep_all()
    assert not Episode.objects.wanting_words().exists()


def test_tries_that_merely_failed_are_no_deaths(
    show: Show, harbour: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    episode = episode_with(show, harbour, show.links("/1.vtt"))
    for _ in range(lease.POISONED_AFTER):
        transcribe(episode)
    show.offers("/1.vtt", ENGLISH)
    with monkeypatch.context() as patched:
        patched.setattr(station, "apart", die)
        with pytest.raises(KeyboardInterrupt):
            transcribe(episode)
    lease_runs_out(episode)
    sweep_all()
    assert transcribe(episode).state == State.TRANSCRIPT_READY


def die(*args: Any, **kwargs: Any) -> ParsedTranscript:
    """A worker that is killed leaves no more behind than what it had committed."""
    raise KeyboardInterrupt


def hours_until_next_try(episode: Episode) -> float:
    assert episode.next_try_at
    return (episode.next_try_at - timezone.now()).total_seconds() / 3600


def last_step(episode: Episode) -> Transition:
    step = Transition.objects.filter(kind="episode", row=episode.pk).last()
    assert step
    return step


def test_chapters_come_with_the_words(show: Show, harbour: Source) -> None:
    marks = b'{"chapters": [{"startTime": 60, "title": "Nets"}, {"startTime": 0, "title": "Intro"}]}'
    show.answers("/1.json", reply(200, marks, Content_Type="application/json+chapters"))
    tag = f'<podcast:chapters url="{show.site.url("/1.json")}" type="application/json+chapters"/>'
    show.lists(item(1, show.offers("/1.vtt", ENGLISH), tag))
    look(harbour)
    episode = transcribe(Episode.objects.get())
    assert episode.state == "transcript_ready"
    assert episode.chapter_marks == [[0.0, "Intro"], [60.0, "Nets"]]


@pytest.mark.parametrize("answer", [reply(404), reply(200, b"<html>"), reply(200, b" " * 1_000_001)])
def test_bad_chapters_cost_nothing_else(show: Show, harbour: Source, answer: bytes) -> None:
    show.answers("/1.json", answer)
    tag = f'<podcast:chapters url="{show.site.url("/1.json")}"/>'
    notes = "<description>0:00 Hello&lt;br&gt;1:00 Nets&lt;br&gt;2:00 Home</description>"
    show.lists(item(1, show.offers("/1.vtt", ENGLISH), tag, notes))
    look(harbour)
    episode = transcribe(Episode.objects.get())
    assert episode.state == "transcript_ready"
    assert [title for _, title in episode.chapter_marks] == ["Hello", "Nets", "Home"]


def test_a_feed_that_tells_no_chapters_keeps_those_of_the_file(show: Show, harbour: Source) -> None:
    marks = b'[{"start": "0:00", "title": "Intro"}]'
    show.answers("/1.json", reply(200, marks))
    tag = f'<podcast:chapters url="{show.site.url("/1.json")}"/>'
    show.lists(item(1, show.offers("/1.vtt", ENGLISH), tag))
    look(harbour)
    transcribe(Episode.objects.get())
    show.lists(item(1, show.offers("/1.vtt", ENGLISH), tag, title="Another title"))
    look(harbour)
    episode = Episode.objects.get()
    assert (episode.title, episode.chapter_marks) == ("Another title", [[0.0, "Intro"]])
