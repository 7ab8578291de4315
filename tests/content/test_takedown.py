"""A rights-holder's request: everything of a source is gone at once, nothing of it comes back by itself."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import User
from digestly.content import editorial, ingest, takedown, tasks, transcribe
from digestly.content.models import Digest, Episode, Rendering, Source, Transition
from digestly.content.outside import client
from digestly.content.search import index
from digestly.outline.types import Outline
from tests.content.desk.conftest import Desk
from tests.content.world import Show, at_once, due, item, rss
from tests.fetch.loopback import reply

WHY = "At the request of Lanternfield."


@pytest.fixture
def desk(editor: User) -> Desk:
    return Desk(editor)


def surfaces(published: Digest) -> list[str]:
    page = published.get_absolute_url()
    return [
        "/en/",
        f"/en/{page.split('/en/')[1].rsplit('/', 2)[0]}/",
        "/en/feed.rss",
        "/en/feed.atom",
        "/en/feed.json",
        "/en/search/?q=telling+truth",
    ]


def test_everything_published_is_gone_from_every_surface_with_the_reason(
    desk: Desk, published: Digest, source: Source
) -> None:
    index.write_down(published.pk)
    guest, page = Client(), published.get_absolute_url()
    addresses = [page, page.rstrip("/") + ".md", page.rstrip("/") + ".json", source.url_in("en")]
    addresses += [f"{source.url_in('en')}feed.{form}" for form in ("rss", "atom", "json")]
    for address in addresses:
        assert guest.get(address).status_code == 200
    for surface in surfaces(published):
        assert page in guest.get(surface).content.decode(), surface

    asked = desk.get(f"/admin/content/source/{source.pk}/withdraw/")
    assert "1 published digest" in asked.text
    assert Digest.objects.published().exists()  # asking does nothing
    after = desk.post(f"/admin/content/source/{source.pk}/withdraw/", {"why": WHY})

    assert "Withdrawn, with 1 published digest." in after.messages
    for address in addresses:
        answer = guest.get(address)
        assert (answer.status_code, WHY in answer.content.decode()) == (410, True), address
    for surface in surfaces(published):
        assert page not in guest.get(surface).content.decode(), surface
    assert not Rendering.objects.exists()


def test_it_comes_back_as_it_was(desk: Desk, published: Digest, source: Source, editor: User) -> None:
    page = published.get_absolute_url()
    before = Client().get(page).content
    earlier = Digest.objects.get(pk=published.pk)
    path = f"/admin/content/source/{source.pk}/withdraw/"
    desk.post(path, {"why": WHY})
    assert "digest that went with it" in desk.get(path).text
    desk.post(path, {})
    source.refresh_from_db()
    assert (source.status, source.withdrawn_because) == ("active", "")
    assert Client().get(page).content == before
    again = Digest.objects.get(pk=published.pk)
    assert (again.published_at, again.reviewed_by, again.version) == (
        earlier.published_at, earlier.reviewed_by, earlier.version,
    )  # fmt: skip
    steps = Transition.objects.filter(kind="digest", row=published.pk).order_by("-pk")
    assert [(step.was, step.became, step.by) for step in steps[:2]] == [
        ("withdrawn", "published", editor),
        ("published", "withdrawn", editor),
    ]
    assert [step.became for step in Transition.objects.filter(kind="source")] == ["withdrawn", "active"]


def test_what_was_withdrawn_by_itself_before_stays_withdrawn(
    published: Digest, source: Source, editor: User
) -> None:
    editorial.withdraw(published, by=editor, why="A mistake of ours.")
    assert takedown.withdraw(source, by=editor, why=WHY) == 0
    assert takedown.bring_back(source, by=editor) == 0
    published.refresh_from_db()
    assert (published.state, published.withdrawn_because) == ("withdrawn", "A mistake of ours.")


def test_a_paused_source_comes_back_paused(source: Source, editor: User) -> None:
    Source.objects.filter(pk=source.pk).update(status="paused")
    takedown.withdraw(source, by=editor, why=WHY)
    takedown.bring_back(source, by=editor)
    assert source.status == "paused"


def test_nothing_of_it_is_published_while_it_is_withdrawn(
    talk: Outline, make_digest: Callable[..., Digest], source: Source, editor: User
) -> None:
    in_review, scheduled = make_digest(talk), make_digest(talk)
    editorial.approve(scheduled, by=editor, publish_at=timezone.now())
    late = make_digest(talk)
    takedown.withdraw(source, by=editor, why=WHY)
    # An approval that slipped in between is not carried out either.
    Digest.objects.filter(pk=late.pk).update(state="approved")
    for digest in (in_review, late):
        digest.refresh_from_db()
        digest.episode.refresh_from_db()
    with pytest.raises(editorial.Unpublishable, match="withdrawn"):
        editorial.approve(Digest.objects.get(pk=in_review.pk), by=editor)
    assert not editorial.publish(late)
    assert editorial.publish_due() == 0
    assert not Digest.objects.published().exists()


def test_its_feed_and_its_words_are_not_asked_for(show: Show, harbour: Source, editor: User) -> None:
    show.lists(item(1, show.offers("/1.vtt", b"WEBVTT")))
    takedown.withdraw(harbour, by=editor, why=WHY)
    due(harbour)
    tasks.refresh_source(harbour.pk)
    assert ingest.refresh(harbour, client(), early=True) is None
    episode = Episode.objects.create(source=harbour, identity="1", title="One", state="transcript_pending")
    tasks.transcribe_episode(episode.pk)
    assert not transcribe.transcribe(episode, client(), early=True)
    assert show.site.connections == 0


@pytest.mark.django_db(transaction=True)
def test_a_look_under_way_cannot_wake_it(show: Show, harbour: Source) -> None:
    def answer_late(caller: socket.socket) -> None:
        Source.objects.filter(pk=harbour.pk).update(status="withdrawn")
        connection.close()
        caller.sendall(reply(200, rss(item(1), title="Harbour Talk"), Content_Type="application/rss+xml"))

    show.answers("/feed.xml", answer_late)
    due(harbour)
    tasks.refresh_source(harbour.pk)
    harbour.refresh_from_db()
    assert harbour.status == "withdrawn"
    assert harbour.last_fetched_at


@pytest.mark.django_db(transaction=True)
def test_pressed_twice_at_once_it_is_withdrawn_once(source: Source, editor: User) -> None:
    given = at_once(lambda: takedown.withdraw(Source.objects.get(pk=source.pk), by=editor, why=WHY))
    assert sorted(given, key=str) == [0, None]
    assert Transition.objects.filter(kind="source", became="withdrawn").count() == 1


def test_a_thousand_digests_take_as_many_queries_as_ten(
    talk: Outline,
    make_digest: Callable[..., Digest],
    source: Source,
    editor: User,
    django_assert_max_num_queries: Any,
) -> None:
    for _ in range(12):
        make_digest(talk, state="published")
    with django_assert_max_num_queries(14):
        assert takedown.withdraw(source, by=editor, why=WHY) == 12


def test_without_the_right_to_change_it_cannot_be_withdrawn(source: Source, db: None) -> None:
    viewer = User.objects.create_user("viewer@desk.example", "a-long-password", is_staff=True)
    assert (
        Desk(viewer).client.post(f"/admin/content/source/{source.pk}/withdraw/", {"why": WHY}).status_code
        == 403
    )
    source.refresh_from_db()
    assert source.status == "active"
