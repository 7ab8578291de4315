"""The samples: a newcomer's first page, made by the real pipeline out of an empty database."""

from __future__ import annotations

import html
import io
from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client as Browser
from pytest_django import Settings

from accounts.models import User
from billing import plus
from digestly.content import editorial, exchange, hosts, ingest, outside, tasks
from digestly.content.models import Digest, EditionEntry, Episode, FetchAttempt, Source
from digestly.content.samples import people
from digestly.content.samples.management.commands import load_samples
from digestly.fetch.addresses import NOTHING, AllowList
from digestly.outline.preview import preview
from tests.content.world import due

State = Digest.State


@pytest.fixture(autouse=True)
def _hosts_need_no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hosts, "PAUSE", timedelta(milliseconds=10))


def load() -> str:
    out = io.StringIO()
    call_command("load_samples", stdout=out)
    return out.getvalue()


@pytest.fixture
def loaded(settings: Settings, db: None) -> str:
    """The samples in an empty database; the site itself may reach no private network."""
    settings.FETCH_ALLOW_PRIVATE = NOTHING
    outside.client.cache_clear()
    return load()


def shelf_life() -> dict[str, Any]:
    """Everything a reader could notice, so that two loads can be compared."""
    entries = EditionEntry.objects.select_related("digest", "edition").order_by("pk")
    return {
        entry.get_absolute_url(): (entry.digest.title, entry.digest.version, entry.position)
        for entry in entries
    }


def test_six_digests_stand_in_three_editions_of_each_language(loaded: str) -> None:
    editions: dict[str, set[Any]] = defaultdict(set)
    for entry in EditionEntry.objects.select_related("edition", "digest"):
        assert entry.digest.state == State.PUBLISHED
        editions[entry.edition.language].add(entry.edition.date)
    assert EditionEntry.objects.count() == 6
    assert {language: len(days) for language, days in editions.items()} == {"en": 3, "ko": 3}
    assert "Samples: 6 digests published, 2 for you to review." in loaded


def test_they_came_by_the_real_pipeline(loaded: str) -> None:
    """Fetched over HTTP, written by the engine, and approved by the sample editor."""
    assert FetchAttempt.objects.filter(outcome="new", http_status=200).count() == 2
    walked = Digest.objects.exclude(transcript=None)
    assert walked.count() == 6
    for digest in walked:
        assert digest.engine.startswith("extractive")
        assert digest.transcript.url.startswith("http://127.0.0.1:")
        assert not editorial.errors_in(digest)
    reviewed = Digest.objects.published().values_list("reviewed_by__email", flat=True)
    assert set(reviewed) == {people.EDITOR}
    assert not Episode.objects.exclude(state=Episode.State.TRANSCRIPT_READY).exists()


def test_an_editor_finds_a_draft_of_each_language_that_only_waits_for_a_decision(
    loaded: str, client: Browser
) -> None:
    waiting = Digest.objects.awaiting_review()
    assert sorted(waiting.values_list("language", flat=True)) == ["en", "ko"]
    _, email, password = people.LOGINS[-1]
    client.login(email=email, password=password)
    for digest in waiting:
        page = client.get(f"/admin/content/digest/{digest.pk}/change/").content.decode()
        assert html.escape(digest.title) in page
        editorial.approve(digest, by=User.objects.get(email=email))
    assert not Digest.objects.awaiting_review().exists()


def test_a_guest_can_read_every_one_and_each_has_something_to_unlock(
    loaded: str, signed_in: Callable[[None], Browser]
) -> None:
    guest = signed_in(None)
    for digest in Digest.objects.published().for_reading():
        assert guest.get(digest.get_absolute_url()).status_code == 200
    for digest in Digest.objects.all():
        assert preview(digest.content).bullets > 0


def test_one_login_of_each_kind_works(loaded: str) -> None:
    may_read_all = {}
    for role, email, password in people.LOGINS:
        assert Browser().login(email=email, password=password), role
        may_read_all[role] = plus.has_plus(User.objects.get(email=email))
    assert may_read_all == {"free": False, "plus": True, "lapsed": False, "editor": False}
    assert User.objects.get(email=people.EDITOR).is_staff
    price = plus.starting_price()
    assert price
    assert (price.amount, price.interval) == (500, "month")


def test_the_sources_rest_afterwards_and_loopback_stays_closed(loaded: str) -> None:
    fetched = Source.objects.exclude(url_norm=None)
    assert set(fetched.values_list("status", flat=True)) == {Source.Status.PAUSED}
    assert not Source.objects.due().exists()
    source = fetched.first()
    assert source
    Source.objects.filter(pk=source.pk).update(status=Source.Status.ACTIVE)
    due(source)
    tasks.refresh_source(source.pk)
    assert source.fetch_attempts.first().outcome == "blocked_address"


def test_a_second_load_does_nothing(loaded: str) -> None:
    before = shelf_life()
    assert load() == "Samples: not needed, there is content.\n"
    assert shelf_life() == before
    assert User.objects.count() == len(people.LOGINS)


def test_where_there_is_content_no_sample_joins_it(source: Source) -> None:
    load()
    assert (Source.objects.count(), User.objects.count()) == (1, 0)


@pytest.mark.parametrize(
    "point", ["after the first feed", "before the first approval", "before the last import"]
)
def test_a_load_that_was_interrupted_is_made_whole(
    db: None, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    room, name, survives = {
        "after the first feed": (load_samples, "walk", 1),
        "before the first approval": (editorial, "approve", 0),
        "before the last import": (exchange, "bring_in", 1),
    }[point]
    act = getattr(room, name)
    calls: list[None] = []

    def interrupted(*args: Any, **kwargs: Any) -> Any:
        calls.append(None)
        if len(calls) > survives:
            raise KeyboardInterrupt
        return act(*args, **kwargs)

    with monkeypatch.context() as patched:
        patched.setattr(room, name, interrupted)
        with pytest.raises(KeyboardInterrupt):
            load()
    assert "Samples: 6 digests published, 2 for you to review." in load()
    assert Digest.objects.count() == EditionEntry.objects.count() + 2 == 8
    assert Source.objects.filter(status=Source.Status.PAUSED).count() == 2
    assert User.objects.count() == len(people.LOGINS)
    assert "not needed" in load()


def test_somebodys_own_feed_on_this_machine_is_not_taken_for_a_sample(settings: Settings, db: None) -> None:
    settings.FETCH_ALLOW_PRIVATE = AllowList.parse("127.0.0.0/8")
    ingest.add_source("http://127.0.0.1:9000/feed.xml")
    assert "not needed" in load()
    assert Source.objects.count() == 1
