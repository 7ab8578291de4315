"""Station 2, through the workers' tasks and against a server that behaves as servers do."""

from __future__ import annotations

import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from digestly.celery import app, line_outside
from digestly.content import harvest, ingest, tasks
from digestly.content.desk import queueing
from digestly.content.harvest import A_DAY, FLOOD
from digestly.content.models import Episode, HostState, Source, Transition
from digestly.fetch.addresses import NOTHING
from digestly.fetch.errors import Failure
from digestly.work import lease
from digestly.work.sweep import sweep_all
from tests.content.world import Show, at_once, due, item, lease_runs_out, look, past, transcribe
from tests.fetch.loopback import reply

State, Status = Episode.State, Source.Status

# Which episode is which ------------------------------------------------------------------------------------------


def test_an_episode_is_stored_once_however_often_the_feed_is_read(show: Show, harbour: Source) -> None:
    show.lists(item(2), item(1))
    assert look(harbour).new == 2
    show.lists(item(3), item(2), item(1))
    assert (look(harbour).new, harbour.episodes.count()) == (1, 3)


def test_a_guid_longer_than_its_column_still_tells_episodes_apart(show: Show, harbour: Source) -> None:
    long = "x" * 499
    show.lists(item(1, guid=long + "1"), item(2, guid=long + "2"))
    look(harbour)
    show.lists(item(1, guid=long + "1"), item(2, guid=long + "2"), item(3))
    look(harbour)
    assert harbour.episodes.count() == 3


def test_a_changed_title_changes_the_episode_and_makes_no_second(show: Show, harbour: Source) -> None:
    show.lists(item(1, title="The tide"))
    look(harbour)
    show.lists(item(1, title="The tide, corrected"))
    assert (look(harbour).updated, look(harbour).updated) == (1, 0)
    assert harbour.episodes.get().title == "The tide, corrected"


def test_a_recording_under_a_new_identity_waits_for_an_editor(show: Show, harbour: Source) -> None:
    """Publishers change guids. What looks like an episode we have is pointed out, not digested again."""
    show.lists(item(1))
    look(harbour)
    show.lists(item(2), item(1, guid="harbour-1-again"))
    look(harbour)
    again = harbour.episodes.get(guid="harbour-1-again")
    assert (again.state, again.error_code) == (State.POSSIBLE_DUPLICATE, "possible_duplicate")
    assert "Episode 1" in again.error_text
    assert harbour.episodes.get(guid="harbour-2").state == State.TRANSCRIPT_PENDING


def test_a_weekly_show_with_one_title_has_no_duplicates(show: Show, harbour: Source) -> None:
    show.lists(item(1, title="The week"))
    look(harbour)
    show.lists(item(8, title="The week"), item(1, title="The week"))
    look(harbour)
    assert not harbour.episodes.filter(state=State.POSSIBLE_DUPLICATE).exists()


# How much is taken up --------------------------------------------------------------------------------------------


def test_of_a_back_catalogue_the_newest_are_taken_up_and_the_rest_rests(show: Show, harbour: Source) -> None:
    show.lists(*(item(number) for number in (3, 9, 1, 7, 5)))
    look(harbour)
    taken_up = harbour.episodes.filter(state=State.TRANSCRIPT_PENDING).order_by("guid")
    assert [episode.guid for episode in taken_up] == ["harbour-5", "harbour-7", "harbour-9"]
    assert harbour.episodes.filter(state=State.BACKLOG).count() == 2


def test_an_editor_says_how_many_are_taken_up(show: Show, db: None) -> None:
    source, _ = ingest.add_source(show.url, newest=1)
    show.lists(item(2), item(1))
    look(source)
    assert source.episodes.get(state=State.TRANSCRIPT_PENDING).guid == "harbour-2"


def test_a_flood_in_a_known_feed_is_held_until_an_editor_has_chosen(
    show: Show, harbour: Source, editor: User
) -> None:
    show.lists(item(1))
    look(harbour)
    flood = [item(number) for number in range(2, FLOOD + 3)]
    show.lists(*flood, item(1))
    look(harbour)
    held = harbour.episodes.filter(error_code="flood")
    assert held.count() == FLOOD + 1 == held.filter(state=State.BACKLOG).count()
    assert (harbour.status, harbour.error_code) == (Status.ACTIVE, "flood")
    assert f"{FLOOD + 1} episodes" in harbour.error_text

    show.lists(item(100), *flood, item(1))  # polling goes on, and so does what is new by the usual measure
    look(harbour)
    assert harbour.episodes.get(guid="harbour-100").state == State.TRANSCRIPT_PENDING
    assert harbour.error_code == "flood"

    wanted, *others = held
    queueing.process(wanted, by=editor)
    for episode in others:
        queueing.skip(episode, by=editor)
    look(harbour)
    assert harbour.error_code == ""


def test_fifty_at_once_are_no_flood(show: Show, harbour: Source) -> None:
    show.lists(item(1))
    look(harbour)
    show.lists(*(item(number) for number in range(1, FLOOD + 2)))
    look(harbour)
    assert harbour.episodes.filter(state=State.TRANSCRIPT_PENDING).count() == FLOOD + 1


def test_what_comes_by_and_by_is_a_flood_too_until_a_day_has_passed(show: Show, harbour: Source) -> None:
    def found(*numbers: int) -> set[str]:
        show.lists(*(item(number) for number in numbers))
        look(harbour)
        return set(harbour.episodes.filter(guid=f"harbour-{numbers[0]}").values_list("state", flat=True))

    assert found(1) == {State.TRANSCRIPT_PENDING}
    harbour.episodes.update(first_seen_at=timezone.now() - timedelta(hours=2))
    for first in range(100, 100 + A_DAY, FLOOD):
        assert found(*range(first, first + FLOOD)) == {State.TRANSCRIPT_PENDING}
    assert found(300) == {State.BACKLOG}
    assert harbour.error_code == "flood"
    harbour.episodes.update(first_seen_at=timezone.now() - timedelta(hours=25))
    assert found(301) == {State.TRANSCRIPT_PENDING}


def test_a_feed_that_makes_new_ids_at_each_look_does_not_fill_the_disk(
    show: Show, harbour: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(harvest, "MOST_HELD", FLOOD + 10)
    show.lists(item(1))
    look(harbour)
    news = []
    for round_of in range(3):
        show.lists(*(item(number, guid=f"{round_of}-{number}") for number in range(FLOOD + 1)))
        news.append(look(harbour).new)
    assert news == [FLOOD + 1, 9, 0]
    assert harbour.episodes.filter(error_code="flood").count() == FLOOD + 10


def test_every_episode_has_its_first_step_in_the_log(show: Show, harbour: Source) -> None:
    show.lists(*(item(number) for number in range(1, 5)))
    look(harbour)
    steps = Transition.objects.filter(kind="episode", was=State.DISCOVERED)
    assert dict(steps.values_list("row", "became")) == dict(harbour.episodes.values_list("pk", "state"))


# What leaves the feed --------------------------------------------------------------------------------------------


def test_an_episode_that_leaves_the_feed_is_marked_and_kept(show: Show, harbour: Source) -> None:
    show.lists(item(2), item(1))
    look(harbour)
    show.lists(item(2))
    look(harbour)
    gone = harbour.episodes.get(guid="harbour-1")
    assert gone.missing_since
    since = gone.missing_since

    show.lists(item(3), item(2))
    look(harbour)
    gone.refresh_from_db()
    assert gone.missing_since == since

    show.lists(item(2), item(1))
    look(harbour)
    gone.refresh_from_db()
    assert gone.missing_since is None


def test_a_feed_that_shrinks_to_nothing_deletes_nothing(show: Show, harbour: Source) -> None:
    show.lists(item(2), item(1))
    look(harbour)
    show.lists()
    look(harbour)
    assert harbour.episodes.exclude(missing_since=None).count() == 2


def test_a_document_that_breaks_off_gives_what_it_has_and_marks_nothing_missing(
    show: Show, harbour: Source
) -> None:
    show.lists(item(2), item(1))
    look(harbour)
    whole = f"<rss version='2.0'><channel><title>Harbour Talk</title>{item(3)}{item(2)}<item><title>Ep"
    show.answers("/feed.xml", reply(200, whole.encode(), Content_Type="application/rss+xml"))
    attempt = look(harbour)
    assert (attempt.new, "broke off" in attempt.message) == (1, True)
    assert not harbour.episodes.exclude(missing_since=None).exists()


# Asking politely -------------------------------------------------------------------------------------------------


def test_validators_are_sent_and_not_modified_changes_nothing(show: Show, harbour: Source) -> None:
    modified = "Mon, 05 Jan 2026 06:00:00 GMT"
    show.lists(item(1), ETag='W/"one"', Last_Modified=modified)
    look(harbour)
    show.answers("/feed.xml", reply(304))
    assert look(harbour).outcome == "not_modified"
    asked = show.site.requests[-1].headers
    assert (asked["if-none-match"], asked["if-modified-since"]) == ('W/"one"', modified)
    assert (harbour.etag, harbour.last_modified) == ('W/"one"', modified)
    assert (harbour.status, harbour.failures, harbour.episodes.count()) == (Status.ACTIVE, 0, 1)


def test_the_same_document_again_is_unchanged_whatever_its_validators_say(
    show: Show, harbour: Source
) -> None:
    show.lists(item(1), ETag='"one"')
    look(harbour)
    show.lists(item(1), ETag='"two"')
    assert look(harbour).outcome == "unchanged"
    assert harbour.etag == '"two"'


def test_validators_that_a_server_no_longer_gives_are_forgotten(show: Show, harbour: Source) -> None:
    show.lists(item(1), ETag='"one"')
    look(harbour)
    show.lists(item(2), item(1))
    look(harbour)
    assert harbour.etag == ""


def test_now_and_then_it_is_asked_as_if_for_the_first_time(
    show: Show, harbour: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    show.lists(item(1), ETag='"one"')
    look(harbour)
    monkeypatch.setattr(ingest, "FORGET_VALIDATORS", 1)
    look(harbour)
    assert "if-none-match" not in show.site.requests[-1].headers


def test_a_better_reader_reads_what_is_unchanged_once_more(
    show: Show, harbour: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    show.lists(item(1), ETag='"one"')
    look(harbour)
    monkeypatch.setattr(ingest, "VERSION", ingest.VERSION + 1)
    assert look(harbour).outcome == "new"
    assert "if-none-match" not in show.site.requests[-1].headers
    assert look(harbour).outcome == "unchanged"
    assert show.site.requests[-1].headers["if-none-match"] == '"one"'


def test_it_is_asked_again_in_about_an_hour_and_not_before(show: Show, harbour: Source) -> None:
    show.lists(item(1, at=timezone.now() - timedelta(hours=2)))
    look(harbour)
    assert minutes_until(harbour) == pytest.approx(60, abs=7)
    HostState.objects.all().delete()
    tasks.refresh_source(harbour.pk)
    assert show.asked() == 1


def test_a_host_is_asked_by_one_at_a_time_with_a_pause(show: Show, harbour: Source) -> None:
    other, _ = ingest.add_source(show.site.url("/other.xml"))
    show.lists(item(1))
    tasks.refresh_source(harbour.pk)
    tasks.refresh_source(other.pk)
    assert (show.asked(), show.asked("/other.xml")) == (1, 0)
    other.refresh_from_db()
    assert 0 < (other.next_fetch_at - timezone.now()).total_seconds() < 11


def test_the_sources_of_one_host_are_woken_in_turn_and_leave_room_for_others(db: None) -> None:
    for number in range(30):
        ingest.add_source(f"https://many.example/{number}.xml")
    last, _ = ingest.add_source("https://single.example/feed.xml")
    Source.objects.exclude(pk=last.pk).update(next_fetch_at=past() - timedelta(hours=1))
    tasks.fetch_due_sources()
    woken = messages()
    assert len(woken) == tasks.A_HOST + 1
    assert last.pk in [pk for _, pk, _ in woken]
    etas = sorted(eta for _, pk, eta in woken if pk != last.pk and eta)
    gaps = {round((later - earlier).total_seconds()) for earlier, later in pairwise(etas)}
    assert gaps == {2}


# Failure ---------------------------------------------------------------------------------------------------------


def test_a_failure_keeps_episodes_and_validators_and_says_why(show: Show, harbour: Source) -> None:
    show.lists(item(1), ETag='"one"')
    look(harbour)
    show.answers("/feed.xml", reply(404))
    attempt = look(harbour)
    assert (attempt.outcome, attempt.http_status, attempt.is_failure) == ("http_error", 404, True)
    assert (harbour.status, harbour.error_code, harbour.failures) == (Status.FAILING, "http_error", 1)
    assert "nothing at this address (404)" in harbour.error_text
    assert (harbour.etag, harbour.episodes.count()) == ('"one"', 1)


def test_failures_slow_it_down_to_once_a_day_and_never_stop_it(show: Show, harbour: Source) -> None:
    show.answers("/feed.xml", reply(500))
    waits = []
    for _ in range(8):
        look(harbour)
        waits.append(minutes_until(harbour) / 60)
    assert waits == pytest.approx([2, 4, 8, 16, *[24] * 4], rel=0.11)
    Source.objects.filter(pk=harbour.pk).update(failing_since=timezone.now() - timedelta(days=15))
    look(harbour)
    assert minutes_until(harbour) / 60 / 24 == pytest.approx(7, rel=0.11)
    assert harbour.status == Status.FAILING
    show.lists(item(1))
    look(harbour)
    assert (harbour.status, harbour.failures, harbour.error_code) == (Status.ACTIVE, 0, "")


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (reply(200, b"<html><body>Please log in</body></html>", Content_Type="text/html"), "not_a_feed"),
        (reply(200, b"", Content_Type="application/rss+xml"), "empty"),
        (reply(200, b"<rss><channel>", length=5_000), "truncated"),
        (reply(401), "auth_required"),
        (reply(302, Location="file:///etc/passwd"), "bad_scheme"),
        (reply(302, Location="http://169.254.169.254/latest"), "blocked_address"),
        (reply(302, Location="/feed.xml"), "redirect_loop"),
        (reply(200, b"<rss><channel>" + b"<item/>" * 2_000_000), "parse_limits"),
        (reply(200, b"<rss>" + b"<a>" * 200_000), "xml_limits"),
    ],
)
def test_whatever_comes_instead_of_a_feed_is_stored_with_its_code(
    show: Show, harbour: Source, answer: bytes, code: str
) -> None:
    show.lists(item(1))
    look(harbour)
    show.answers("/feed.xml", answer)
    assert look(harbour).outcome == code == harbour.error_code
    assert harbour.error_text.endswith(".")
    assert harbour.episodes.count() == 1


def test_a_server_that_hangs_up_in_the_middle_costs_one_failure(show: Show, harbour: Source) -> None:
    def hang_up(caller: socket.socket) -> None:
        caller.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n<rss>")
        caller.shutdown(socket.SHUT_RDWR)

    show.answers("/feed.xml", hang_up)
    assert look(harbour).outcome in ("truncated", "http_error")
    assert harbour.lease_token is None


def test_a_busy_source_is_left_alone_as_long_as_it_asks(show: Show, harbour: Source) -> None:
    show.answers("/feed.xml", reply(503, Retry_After="36000"))
    look(harbour)
    assert minutes_until(harbour) == pytest.approx(600, abs=1)


@pytest.mark.parametrize(
    ("asked", "minutes"),
    [({"Retry_After": "3600"}, 60), ({}, 15), ({"Retry_After": "0"}, 15), ({"Retry_After": "-9"}, 15)],
)
def test_too_many_requests_gives_the_whole_host_a_rest_and_no_other(
    show: Show, harbour: Source, settings: Settings, asked: dict[str, str], minutes: int
) -> None:
    neighbour, _ = ingest.add_source(show.site.url("/other.xml"))
    elsewhere, _ = ingest.add_source(show.site.url("/other.xml", host="localhost"))
    show.answers("/feed.xml", reply(429, **asked))
    look(harbour)
    for source in (neighbour, elsewhere):
        due(source)
        tasks.refresh_source(source.pk)
    assert not neighbour.fetch_attempts.exists()
    neighbour.refresh_from_db()
    assert minutes_until(neighbour) == pytest.approx(minutes, abs=1)
    assert elsewhere.fetch_attempts.exists()


def test_gone_for_good_is_believed_the_third_time(show: Show, harbour: Source) -> None:
    show.answers("/feed.xml", reply(410))
    for status in (Status.FAILING, Status.FAILING, Status.GONE):
        look(harbour)
        assert harbour.status == status
    assert not Source.objects.fetched().filter(pk=harbour.pk).exists()
    assert Transition.objects.get(kind="source", became=Status.GONE).row == harbour.pk


def test_a_feed_that_kills_its_workers_is_asked_more_and_more_seldom_and_says_so(
    show: Show, harbour: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker dies after the claim: nothing but the claim is in the database."""

    def die(*args: Any, **kwargs: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(ingest, "read", die)
    show.lists(item(1))
    waits = []
    for _ in range(lease.POISONED_AFTER + 1):
        due(harbour)
        with pytest.raises(KeyboardInterrupt):
            tasks.refresh_source(harbour.pk)
        lease_runs_out(harbour)
        harbour.refresh_from_db()
        waits.append(minutes_until(harbour) / 60)
    assert waits == pytest.approx([1, 2, 4, 8], rel=0.11)
    assert harbour.error_code == "worker_died"


# What editors decide ---------------------------------------------------------------------------------------------


def test_a_paused_source_is_not_asked_and_stays_paused_when_it_is(show: Show, harbour: Source) -> None:
    Source.objects.filter(pk=harbour.pk).update(status=Status.PAUSED)
    show.lists(item(1))
    due(harbour)
    tasks.refresh_source(harbour.pk)
    assert show.asked() == 0
    harbour.refresh_from_db()
    for answer in (None, reply(500)):
        if answer:
            show.answers("/feed.xml", answer)
        due(harbour)
        ingest.refresh(harbour, tasks.client(), early=True)
        harbour.refresh_from_db()
        assert harbour.status == Status.PAUSED
    assert show.asked() == 2


@pytest.mark.django_db(transaction=True)
def test_what_an_editor_changes_during_a_fetch_stays(show: Show, harbour: Source) -> None:
    def change(caller: socket.socket) -> None:
        Source.objects.filter(pk=harbour.pk).update(title="Our name for it", status=Status.PAUSED)
        connection.close()
        caller.sendall(body)

    show.lists(item(1))
    body = show.site.answers["/feed.xml"]
    show.answers("/feed.xml", change)
    look(harbour)
    assert (harbour.title, harbour.status, harbour.episodes.count()) == ("Our name for it", Status.PAUSED, 1)


def test_a_title_that_an_editor_gave_stays(show: Show, harbour: Source) -> None:
    Source.objects.filter(pk=harbour.pk).update(title="Our name for it")
    show.lists(item(1), title="Harbour Talk (official)")
    look(harbour)
    assert harbour.title == "Our name for it"


def test_a_source_is_called_what_its_feed_calls_itself(show: Show, harbour: Source) -> None:
    show.lists(item(1), title="항구 이야기")
    look(harbour)
    assert (harbour.title, harbour.slug, harbour.language) == ("항구 이야기", "항구-이야기", "en")


# Workers at the same time ----------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_workers_make_one_fetch(show: Show, harbour: Source) -> None:
    show.lists(item(1))
    at_once(lambda: tasks.refresh_source(harbour.pk), times=4)
    assert (show.asked(), harbour.fetch_attempts.count(), harbour.episodes.count()) == (1, 1, 1)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("late", [reply(500), None], ids=["failure", "success"])
def test_a_worker_that_lost_its_lease_writes_nothing(show: Show, harbour: Source, late: bytes | None) -> None:
    def overtake(caller: socket.socket) -> None:
        """While the first worker waits, its lease runs out and a second one is quicker."""
        lease_runs_out(harbour)
        show.lists(item(2), item(1))
        look(harbour)
        connection.close()
        caller.sendall(late or slow)

    show.lists(item(9))
    slow = show.site.answers["/feed.xml"]
    show.answers("/feed.xml", overtake)
    due(harbour)
    tasks.refresh_source(harbour.pk)
    harbour.refresh_from_db()
    assert sorted(harbour.episodes.values_list("guid", flat=True)) == ["harbour-1", "harbour-2"]
    assert (harbour.fetch_attempts.get().new, harbour.status, harbour.failures) == (2, Status.ACTIVE, 0)


# Adding ----------------------------------------------------------------------------------------------------------


def test_one_feed_in_several_spellings_is_one_source(db: None) -> None:
    first, made = ingest.add_source("https://Harbour.example:443/Talk/feed#new")
    assert made
    for spelling in (
        "https://harbour.example/Talk/feed",
        "http://harbour.example/Talk/feed/",
        "HTTPS://HARBOUR.EXAMPLE./Talk/feed",
    ):
        assert ingest.add_source(spelling) == (first, False)
    assert ingest.add_source("https://harbour.example/talk/feed")[1]


def test_the_same_feed_added_by_two_at_once_is_one_source(transactional_db: None) -> None:
    given = at_once(lambda: ingest.add_source("https://harbour.example/feed"), times=4)
    assert sorted(made for _, made in given) == [False, False, False, True]
    assert Source.objects.get().slug == "harbourexample"


def test_feeds_of_one_host_added_at_once_each_get_a_slug(transactional_db: None) -> None:
    names = iter("abcd")
    given = at_once(lambda: ingest.add_source(f"https://harbour.example/{next(names)}"), times=4)
    assert all(made for _, made in given)
    assert len({source.slug for source, _ in given}) == 4


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://127.0.0.1/feed", "blocked_address"),
        ("http://2130706433/feed", "blocked_address"),
        ("http://[::1]/feed", "blocked_address"),
        ("http://localhost/feed", "blocked_address"),
        ("file:///etc/passwd", "bad_scheme"),
        ("ftp://harbour.example/feed", "bad_scheme"),
        ("https://harbour.example:22/feed", "bad_url"),
        ("https://me:secret@harbour.example/feed", "bad_url"),
        ("harbour.example/feed", "bad_url"),
        ("https://", "bad_url"),
        ("https://harbour.example/" + "x" * 3000, "bad_url"),
    ],
)
def test_an_address_that_is_never_asked_is_refused_at_the_door(
    db: None, settings: Settings, url: str, code: str
) -> None:
    settings.FETCH_ALLOW_PRIVATE = NOTHING
    with pytest.raises(Failure) as refused:
        ingest.add_source(url)
    assert refused.value.code == code
    assert refused.value.message.endswith(".")
    assert "secret" not in refused.value.message
    assert not Source.objects.exists()


def test_who_added_a_source_is_in_the_log(editor: User) -> None:
    source, _ = ingest.add_source("https://harbour.example/feed", by=editor)
    step = Transition.objects.get(kind="source", row=source.pk)
    assert (step.became, step.by) == (Status.NEW, editor)


# Without a broker ------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_with_the_broker_down_everything_works_and_a_sweep_later_drives_it(
    show: Show, broker: Callable[[str], None]
) -> None:
    broker(f"redis://127.0.0.1:{closed_port()}/0")
    source, _ = ingest.add_source(show.url)
    show.lists(item(1, show.links("/1.vtt")))
    look(source)  # wakes a transcriber, whom nobody hears
    episode = source.episodes.get()
    assert episode.state == State.TRANSCRIPT_PENDING

    Source.objects.filter(pk=source.pk).update(next_fetch_at=past() - timedelta(minutes=10))
    sweep_all()
    broker("memory://")
    Episode.objects.update(woken_at=None)
    Source.objects.update(woken_at=None)
    sweep_all()
    assert {(name, pk) for name, pk, _ in messages()} >= {
        ("digestly.content.tasks.refresh_source", source.pk),
        ("digestly.content.tasks.transcribe_episode", episode.pk),
    }


@pytest.mark.django_db(transaction=True)
def test_an_editor_adds_a_source_without_a_broker_and_it_is_fetched_later(
    show: Show, broker: Callable[[str], None], editor: User, signed_in: Callable[[User], Browser]
) -> None:
    broker("redis://127.0.0.1:1/0")
    desk = signed_in(editor)
    answer = desk.post("/admin/content/source/add/", {"url": show.url, "newest": 1})
    source = Source.objects.get()
    assert answer["Location"] == f"/admin/content/source/{source.pk}/change/"
    assert tasks.wake_due_sources() == 0  # nobody took the message, so nobody counts as called
    source.refresh_from_db()
    assert (source.woken_at, source.error_code) == (None, "")

    broker("memory://")
    show.lists(item(1))
    sweep_all()
    [(_, pk, _)] = messages()
    tasks.refresh_source(pk)
    assert source.episodes.count() == 1


def test_a_message_for_a_row_that_is_gone_does_no_harm(db: None) -> None:
    tasks.refresh_source(404)
    tasks.transcribe_episode(404)
    tasks.draft_digest(404)


# Odd feeds -------------------------------------------------------------------------------------------------------


def test_what_is_too_long_for_its_column_is_cut_or_left_out_and_never_refused(
    show: Show, harbour: Source
) -> None:
    """PostgreSQL refuses what SQLite takes."""
    address = "https://harbour.example/" + "x" * 3000
    more = f"<link>{address}</link><language>{'x' * 400}</language><podcast:guid>{'g' * 400}</podcast:guid>"
    odd = f"<podcast:chapters url='{address}'/><podcast:transcript url='{address}' type='{'t' * 400}'/>"
    show.lists(
        item(1, odd, title="T" * 4000), title="S" * 4000, more=more, ETag="e" * 1000, Last_Modified="m" * 1000
    )
    assert look(harbour).outcome == "new"
    episode = harbour.episodes.get()
    assert (len(harbour.title), len(episode.title), episode.chapters) == (300, 500, "")
    assert (harbour.etag, harbour.last_modified) == ("e" * 1000, "")


def test_characters_that_no_database_stores_are_left_out(show: Show, harbour: Source) -> None:
    show.lists(
        item(1, "<description>a&#0;b\x00c\x0bd\ud83d</description>".encode("utf-8", "replace").decode())
    )
    assert look(harbour).outcome == "new"


# Cost ------------------------------------------------------------------------------------------------------------


def test_unchanged_episodes_cost_no_queries_of_their_own(show: Show, harbour: Source) -> None:
    few, many = (cost_of_reading_again(show, harbour, count) for count in (3, 60))
    assert few == many <= 25


def cost_of_reading_again(show: Show, source: Source, count: int) -> int:
    """Queries for a document with `count` known episodes that has changed elsewhere."""
    Source.objects.filter(pk=source.pk).update(content_sha="")
    Episode.objects.all().delete()
    items = [item(number) for number in range(1, count + 1)]
    show.lists(*items)
    look(source)
    show.lists(*items, more="<copyright>2026</copyright>")
    due(source)
    with CaptureQueriesContext(connection) as queries:
        tasks.refresh_source(source.pk)
    assert source.fetch_attempts.first().new == 0
    return len(queries)


def test_most_looks_are_five_statements_and_change_the_row_twice(show: Show, harbour: Source) -> None:
    """Read it, claim it, take the host's turn; then give it back and say what came of it, in one transaction."""
    show.lists(item(1))
    look(harbour)
    due(harbour)
    with CaptureQueriesContext(connection) as queries:
        tasks.refresh_source(harbour.pk)
    assert harbour.fetch_attempts.first().outcome == "unchanged"
    told = [query["sql"].split()[0] for query in queries]
    assert [verb for verb in told if verb in ("SELECT", "UPDATE", "INSERT")] == [
        "SELECT", "UPDATE", "UPDATE", "UPDATE", "INSERT",
    ]  # fmt: skip


# Words -----------------------------------------------------------------------------------------------------------


def test_a_feed_that_gains_a_transcript_sends_the_episode_for_it(show: Show, harbour: Source) -> None:
    show.lists(item(1))
    look(harbour)
    episode = transcribe(harbour.episodes.get())
    assert episode.state == State.WAITING_TRANSCRIPT
    show.lists(item(1, show.links("/1.vtt")))
    look(harbour)
    episode.refresh_from_db()
    assert (episode.state, episode.next_try_at, episode.attempts) == (State.TRANSCRIPT_PENDING, None, 0)
    assert (
        Transition.objects.filter(kind="episode", row=episode.pk).last().why == "the feed gained a transcript"
    )


def minutes_until(source: Source) -> float:
    return (source.next_fetch_at - timezone.now()).total_seconds() / 60


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def messages() -> list[tuple[str, int, datetime | None]]:
    """What waits at the broker: task, row, not before."""
    found = []
    for name in ("celery", line_outside()):
        with app.connection_for_read() as line, line.SimpleQueue(name) as queue:
            while queue.qsize():
                message = queue.get_nowait()
                eta = message.headers["eta"]
                when = datetime.fromisoformat(eta).astimezone(UTC) if eta else None
                found.append((message.headers["task"], *message.payload[0], when))
                message.ack()
    return found
