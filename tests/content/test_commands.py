"""The commands of the walk, as a person at a console meets them."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError

from accounts.models import User
from digestly.content import hosts, tasks, walk
from digestly.content.models import Digest, Episode, HostState, Source
from digestly.work import lease
from tests.content.world import ENGLISH, FRENCH, KOREAN, Show, due, item
from tests.crashes import database_url
from tests.fetch.loopback import reply

State = Digest.State


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waiting for other workers is cut short, and hosts need no pause."""
    monkeypatch.setattr(walk, "PATIENCE", 4)
    monkeypatch.setattr(walk, "NAP", 0.25)
    monkeypatch.setattr(hosts, "PAUSE", timedelta(milliseconds=10))


def ingest(*words: str) -> tuple[str, str]:
    """What it says, and what it says went wrong; with the error, where it fails."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("ingest", *words, stdout=out, stderr=err)
    except CommandError as error:
        err.write(f"error: {error}")
    return out.getvalue(), err.getvalue()


def test_a_feed_is_walked_to_digests_in_review(show: Show, db: None) -> None:
    show.lists(item(2, show.offers("/2.vtt", ENGLISH)), item(1, show.offers("/1.vtt", KOREAN)))
    told, wrong = ingest(show.url)
    assert f"{show.url}: added" in told
    assert "Harbour Talk: 2 new, 0 changed." in told
    assert "Episode 1 (ko): in review." in told
    assert f"{show.url}: 2 in review" in told
    assert not wrong
    assert Digest.objects.filter(state=State.IN_REVIEW).count() == 2


def test_publish_is_an_approval_by_that_editor(show: Show, editor: User) -> None:
    show.lists(item(1, show.offers("/1.vtt", ENGLISH)))
    told, wrong = ingest(show.url, "--publish", "--by", editor.email)
    digest = Digest.objects.get()
    assert (digest.state, digest.reviewed_by) == (State.PUBLISHED, editor)
    assert digest.get_absolute_url() in told
    assert f"{show.url}: 1 published, 0 in review" in told
    assert not wrong


def test_publish_is_refused_on_lint_errors_and_counts_nothing(
    show: Show, harbour: Source, editor: User
) -> None:
    """A digest in a language that the site does not speak."""
    Source.objects.filter(pk=harbour.pk).update(language="fr")
    show.lists(item(1, show.offers("/1.srt", FRENCH, "application/srt")))
    told, wrong = ingest(show.url, "--publish", "--by", editor.email)
    assert "not published: Episode 1: The site does not speak “fr”." in told
    assert f"{show.url}: 0 published, 1 in review" in told
    assert not wrong


def test_a_known_feed_goes_on_where_it_stopped(show: Show, harbour: Source) -> None:
    """Fetched once, and a worker died in the middle of each station after it."""
    links = [show.offers(f"/{number}.vtt", ENGLISH) for number in (1, 2, 3)]
    show.lists(*(item(number, link) for number, link in enumerate(links, start=1)))
    tasks.refresh_source(harbour.pk)
    first, second, _ = harbour.episodes.order_by("pk")
    for episode in (first, second):
        tasks.transcribe_episode(episode.pk)
    tasks.draft_digest(first.digests.get().pk)
    due(harbour)
    told, wrong = ingest(show.url)
    assert f"{show.url}: known, going on" in told
    assert f"{show.url}: 3 in review" in told
    assert not wrong


def test_a_known_feed_with_nothing_to_do_is_no_failure(show: Show, editor: User) -> None:
    show.lists(item(1, show.offers("/1.vtt", ENGLISH)))
    ingest(show.url, "--publish", "--by", editor.email)
    HostState.objects.all().delete()
    told, wrong = ingest(show.url)
    assert f"{show.url}: 0 in review" in told
    assert not wrong


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (reply(404), "127.0.0.1 has nothing at this address (404). (http_error)"),
        (reply(200, b"<html><body>Hello</body></html>", Content_Type="text/html"), "(not_a_feed)"),
        (reply(301, Location="http://10.0.0.1/feed"), "(blocked_address)"),
    ],
)
def test_what_is_no_feed_is_said_kept_and_a_failure(show: Show, db: None, answer: bytes, reason: str) -> None:
    show.answers("/feed.xml", answer)
    told, wrong = ingest(show.url)
    assert reason in told
    assert "1 of 1 failed" in wrong
    source = Source.objects.get()
    assert source.status == Source.Status.FAILING
    assert source.error_text in told


def test_one_failure_among_several_fails_after_the_others_are_done(show: Show, db: None) -> None:
    show.lists(item(1, show.offers("/1.vtt", ENGLISH)))
    told, wrong = ingest("file:///etc/passwd", show.url)
    assert "file:///etc/passwd: Only addresses that begin with https:// or http://" in wrong
    assert "(bad_scheme)" in wrong
    assert f"{show.url}: 1 in review" in told
    assert "1 of 2 failed" in wrong


def test_nothing_to_read_is_a_failure_that_says_what_to_do(show: Show, db: None) -> None:
    show.lists(item(1))
    told, wrong = ingest(show.url)
    assert "Episode 1: waiting for a transcript. The feed links to no transcript." in told
    assert "1 of 1 failed" in wrong


def test_what_another_worker_fetches_is_waited_for_and_not_fetched_twice(show: Show, harbour: Source) -> None:
    """The beat was quicker and holds the lease; its worker died, so that waiting ends in saying so."""
    show.lists(item(1))
    lease.claim(Source.objects.filter(pk=harbour.pk), lasting=tasks.ingest.LEASE)
    told, wrong = ingest(show.url)
    assert "not fetched now. Another worker has it" in told
    assert (show.asked(), "1 of 1 failed" in wrong) == (0, True)


def test_a_transcript_file_becomes_a_digest(tmp_path: Path, db: None) -> None:
    path = tmp_path / "talk.vtt"
    path.write_bytes(ENGLISH)
    for _ in range(2):
        told, wrong = ingest(str(path), "--title", "A talk", "--source", "Conference")
        assert f"{path}: 1 in review" in told
        assert not wrong
    digest = Digest.objects.get()
    assert (digest.title, digest.episode.source.title, digest.language) == ("A talk", "Conference", "en")
    assert not Source.objects.due().exists()


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"\x00\xff\xfb\x90" * 2000, "(transcript_bad)"),
        (b"", "This file is empty. (empty)"),
        (None, "No such file or directory. Give a feed's address or a transcript file. (bad_url)"),
    ],
)
def test_a_file_that_is_no_transcript_leaves_nothing_behind(
    tmp_path: Path, body: bytes | None, reason: str, db: None
) -> None:
    path = tmp_path / "talk.mp3"
    if body is not None:
        path.write_bytes(body)
    _, wrong = ingest(str(path))
    assert reason in wrong
    assert "1 of 1 failed" in wrong
    assert not Episode.objects.exists()


def test_a_file_that_is_too_short_says_so(tmp_path: Path, db: None) -> None:
    path = tmp_path / "talk.txt"
    path.write_text("Ahoy there, captain")
    told, wrong = ingest(str(path))
    assert "failed. Only about 3 words are spoken" in told
    assert "1 of 1 failed" in wrong


def test_publishing_needs_a_name_that_is_an_editors(show: Show, free: User) -> None:
    _, wrong = ingest(show.url, "--publish", "--by", free.email)
    assert f"No editor has the address {free.email}. Make one with: manage.py create_admin" in wrong
    assert not Source.objects.exists()


# A process of its own --------------------------------------------------------------------------------------------


NO_BROKER = {"CELERY_BROKER_URL": "redis://127.0.0.1:1/0", "DIGESTLY_BOOTSTRAP": "off"}


def manage(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """`manage.py` on the test's database, with no broker in reach."""
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=settings.HOME,
        env=os.environ | NO_BROKER | {"DATABASE_URL": database_url(), **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.mark.django_db(transaction=True)
def test_without_a_broker_a_feed_is_walked_and_the_exit_code_is_honest(show: Show) -> None:
    show.lists(item(1, show.offers("/1.vtt", ENGLISH)))
    reach = {"FETCH_ALLOW_PRIVATE": f"127.0.0.0/8:{show.site.port}"}
    done = manage("ingest", show.url, **reach)
    assert (done.returncode, f"{show.url}: 1 in review" in done.stdout) == (0, True), done.stderr
    assert "Traceback" not in done.stderr

    missing = manage("ingest", show.site.url("/nothing.xml"), **reach)
    assert missing.returncode == 1
    assert "nothing at this address (404)" in missing.stdout
    assert "Traceback" not in missing.stderr

    swept = manage("sweep", **reach)
    assert (swept.returncode, "drafts left by dead workers: 0" in swept.stdout) == (0, True), swept.stderr
