"""An editor says where a feed lives now: the source goes there once a worker has found a feed."""

from __future__ import annotations

import pytest

from accounts.models import User
from digestly.content import leading, takedown, tasks
from digestly.content.ingest import add_source
from digestly.content.models import Source, Transition
from digestly.work.sweep import sweep_all
from tests.content.desk.conftest import Desk
from tests.content.world import Show, due, item, look, rss
from tests.fetch.loopback import Answer, redirect, reply

POLL = "/admin/content/source/{}/poll/"


@pytest.fixture
def known(show: Show, harbour: Source) -> Source:
    """The podcast, looked at once."""
    show.lists(item(1), item(2))
    look(harbour)
    return harbour


def asked(source: Source, url: str, editor: User) -> Source:
    """An editor asks, a worker looks."""
    leading.ask(source, url, by=editor)
    due(source)
    tasks.lead_source(source.pk)
    source.refresh_from_db()
    return source


def test_a_source_is_led_to_a_feed(show: Show, known: Source, editor: User) -> None:
    show.answers("/new.xml", reply(200, rss(item(1), item(2), item(3), title="Harbour Talk"), ETag='"new"'))
    Source.objects.filter(pk=known.pk).update(etag='"old"', failures=3, error_code="timeout")
    asked(known, show.site.url("/new.xml"), editor)
    assert (known.url, known.wanted_url, known.failures, known.error_code) == (
        show.site.url("/new.xml"),
        "",
        0,
        "",
    )
    assert known.etag == ""  # what was remembered of the old address would mislead
    assert Transition.objects.filter(kind="source").latest("pk").by == editor
    assert look(known).new == 1


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (reply(200, b"<html><body>Welcome</body></html>"), "web page"),
        (reply(404), "404"),
        (redirect("http://169.254.169.254/feed"), "redirects"),
        (reply(200, b""), "Nothing was sent"),
    ],
)
def test_where_there_is_no_feed_it_stays_and_says_why(
    show: Show, known: Source, editor: User, answer: Answer, told: str
) -> None:
    before = known.url
    show.answers("/new.xml", answer)
    asked(known, show.site.url("/new.xml"), editor)
    assert (known.url, known.status) == (before, "active")
    assert told in known.wanted_error
    page = Desk(editor).get(f"/admin/content/source/{known.pk}/change/")
    assert told in page.text
    assert "It did not move." in page.text


def test_it_is_looked_at_again_on_request_or_let_be(show: Show, known: Source, editor: User) -> None:
    asked(known, show.site.url("/new.xml"), editor)
    desk = Desk(editor)
    desk.post(POLL.format(known.pk), {"act": "look_there"})
    known.refresh_from_db()
    assert (known.wanted_url, known.wanted_error) == (show.site.url("/new.xml"), "")
    desk.post(POLL.format(known.pk), {"act": "stay"})
    known.refresh_from_db()
    assert known.wanted_url == ""


def test_another_sources_address_is_not_taken(show: Show, known: Source, editor: User) -> None:
    show.answers("/new.xml", reply(200, rss(item(9), title="Another")))
    add_source(show.site.url("/new.xml"))
    before = known.url
    asked(known, show.site.url("/new.xml"), editor)
    assert (known.url, known.wanted_error) == (before, leading.TAKEN)


def test_a_lost_message_is_sent_again_by_the_sweeper(
    show: Show, known: Source, editor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    leading.ask(known, show.site.url("/new.xml"), by=editor)
    assert sweep_all()["sources woken to be led elsewhere"] == 1


def test_a_withdrawn_source_goes_nowhere(show: Show, known: Source, editor: User) -> None:
    show.answers("/new.xml", reply(200, rss(item(1), title="Harbour Talk")))
    takedown.withdraw(known, by=editor, why="Asked for.")
    before = known.url
    asked(known, show.site.url("/new.xml"), editor)
    assert (known.url, show.asked("/new.xml")) == (before, 0)
