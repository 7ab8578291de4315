"""A feed that says it moved is followed on evidence, and never because somebody once wrote so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from digestly.content import ingest, moving
from digestly.content.models import Source, Transition
from digestly.fetch.addresses import AllowList
from tests.content.world import Show, item, look, rss
from tests.fetch.loopback import Site, redirect, reply

SHOW = [item(3), item(2), item(1)]
ANOTHER = [item(n, guid=f"hills-{n}") for n in (3, 2, 1)]
GUID = "<podcast:guid>9b024349-ccf0-5f69-a609-6b82873eab3c</podcast:guid>"


@pytest.fixture
def elsewhere(show: Show, settings: Settings) -> Iterator[Site]:
    """Another host."""
    site = Site()
    settings.FETCH_ALLOW_PRIVATE = AllowList(show.site.allowed().networks + site.allowed().networks)
    yield site
    site.close()


@pytest.fixture
def known(show: Show, elsewhere: Site, harbour: Source) -> Source:
    """The source with its episodes known."""
    show.lists(*SHOW)
    look(harbour)
    return harbour


def serves(site: Site, *items: str, more: str = "") -> str:
    """That address serves these items."""
    body = rss(*items, title="Harbour Talk", more=more)
    site.answers["/new.xml"] = reply(200, body, Content_Type="application/rss+xml")
    return site.url("/new.xml")


def looks(source: Source, times: int = moving.LOOKS) -> None:
    """That many, two days before the last of them begins."""
    for _ in range(times - 1):
        look(source)
    long_ago = timezone.now() - moving.OVER - timedelta(minutes=1)
    Source.objects.filter(pk=source.pk).exclude(moving_since=None).update(moving_since=long_ago)
    look(source)


# A redirect ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [301, 308])
def test_a_lasting_redirect_to_the_same_show_is_followed_in_the_end(
    show: Show, elsewhere: Site, known: Source, status: int
) -> None:
    there = serves(elsewhere, *SHOW)
    show.answers("/feed.xml", redirect(there, status))
    look(known)
    assert (known.url, known.moving_to, known.moving_seen) == (show.url, there, 1)
    looks(known, moving.LOOKS - 1)
    assert (known.url, known.moving_to, known.error_code) == (there, "", "")
    assert known.former_addresses.get().url == show.url
    assert "moved from 127.0.0.1" in Transition.objects.filter(kind="source", row=known.pk).last().why
    asked = show.asked()
    look(known)
    assert show.asked() == asked
    assert ingest.add_source(show.url) == (known, False)
    assert known.episodes.count() == 3


def test_three_sightings_within_a_day_are_no_evidence(show: Show, elsewhere: Site, known: Source) -> None:
    show.answers("/feed.xml", redirect(serves(elsewhere, *SHOW), 301))
    for _ in range(5):
        look(known)
    assert (known.url, known.moving_seen) == (show.url, 5)


def test_another_target_begins_anew_and_none_ends_it(show: Show, elsewhere: Site, known: Source) -> None:
    show.answers("/feed.xml", redirect(serves(elsewhere, *SHOW), 301))
    look(known)
    elsewhere.answers["/newer.xml"] = elsewhere.answers["/new.xml"]
    show.answers("/feed.xml", redirect(elsewhere.url("/newer.xml"), 301))
    looks(known, 2)
    assert (known.url, known.moving_seen) == (show.url, 2)
    show.lists(*SHOW)
    look(known)
    assert (known.moving_to, known.moving_seen) == ("", 0)


@pytest.mark.parametrize("status", [302, 303, 307])
def test_a_passing_redirect_is_never_remembered(
    show: Show, elsewhere: Site, known: Source, status: int
) -> None:
    show.answers("/feed.xml", redirect(serves(elsewhere, item(4), *SHOW), status))
    looks(known)
    assert (known.url, known.moving_to, known.episodes.count()) == (show.url, "", 4)


@pytest.mark.parametrize("status", [301, 302])
def test_of_another_show_at_the_other_end_nothing_is_taken(
    show: Show, elsewhere: Site, known: Source, status: int
) -> None:
    """A parked domain may serve a valid feed of its own."""
    show.answers("/feed.xml", redirect(serves(elsewhere, *ANOTHER), status))
    looks(known)
    assert (known.url, known.error_code, known.status) == (show.url, "moved", Source.Status.FAILING)
    assert "another show" in known.error_text
    assert known.episodes.count() == 3
    assert not known.episodes.exclude(missing_since=None).exists()


def test_the_same_show_with_new_guids_is_known_by_its_own(
    show: Show, elsewhere: Site, harbour: Source
) -> None:
    show.lists(*SHOW, more=GUID)
    look(harbour)
    show.answers("/feed.xml", redirect(serves(elsewhere, *ANOTHER, more=GUID), 301))
    looks(harbour)
    assert harbour.url == elsewhere.url("/new.xml")


def test_a_feed_that_is_new_here_may_be_anywhere(show: Show, elsewhere: Site, harbour: Source) -> None:
    show.answers("/feed.xml", redirect(serves(elsewhere, *SHOW), 301))
    assert look(harbour).new == 3


def test_where_another_source_lives_it_does_not_go(show: Show, elsewhere: Site, known: Source) -> None:
    neighbour, _ = ingest.add_source(elsewhere.url("/new.xml"))
    show.answers("/feed.xml", redirect(serves(elsewhere, *SHOW), 301))
    looks(known)
    assert (known.url, known.error_code, known.status) == (show.url, "moved", Source.Status.ACTIVE)
    assert str(neighbour) in known.error_text
    look(known)
    assert known.error_code == "moved"  # until an editor has decided, or the host says no such thing any more
    show.lists(*SHOW)
    look(known)
    assert known.error_code == ""


# The feed itself -------------------------------------------------------------------------------------------------


def announces(show: Show, there: str, *items: str) -> None:
    show.lists(*items or SHOW, more=f"<itunes:new-feed-url>{there}</itunes:new-feed-url>")


def test_a_feed_that_says_it_moved_is_followed_when_the_show_is_there(
    show: Show, elsewhere: Site, known: Source
) -> None:
    there = serves(elsewhere, item(4), *SHOW)
    announces(show, there)
    looks(known)
    assert (known.url, known.etag) == (there, "")
    assert look(known).new == 1


def test_a_feed_that_names_another_show_stays_and_says_so(show: Show, elsewhere: Site, known: Source) -> None:
    announces(show, serves(elsewhere, *ANOTHER))
    looks(known)
    assert (known.url, known.error_code, known.status) == (show.url, "moved", Source.Status.ACTIVE)
    assert "another show is there" in known.error_text
    assert known.episodes.count() == 3
    asked = len(elsewhere.requests)
    look(known)
    assert (known.error_code, len(elsewhere.requests)) == ("moved", asked)  # it is not asked at every look


def test_two_feeds_that_name_each_other_stay_where_they_are(
    show: Show, elsewhere: Site, known: Source
) -> None:
    there = serves(elsewhere, *SHOW, more=f"<itunes:new-feed-url>{show.url}</itunes:new-feed-url>")
    announces(show, there)
    looks(known)
    assert (known.url, known.error_code) == (show.url, "moved")
    assert "says the opposite" in known.error_text


def test_it_does_not_go_back_to_an_address_it_left(show: Show, elsewhere: Site, known: Source) -> None:
    there = serves(elsewhere, *SHOW)
    show.answers("/feed.xml", redirect(there, 301))
    looks(known)
    show.lists(*SHOW)
    elsewhere.answers["/new.xml"] = redirect(show.url, 301)
    looks(known)
    assert (known.url, known.error_code) == (there, "moved")
    assert "left before" in known.error_text


@pytest.mark.parametrize(
    "there", ["http://169.254.169.254/feed", "http://10.0.0.1/feed", "https://harbour.example:22/feed"]
)
def test_a_feed_cannot_send_us_where_we_do_not_go(
    show: Show, elsewhere: Site, known: Source, there: str
) -> None:
    announces(show, there)
    looks(known)
    assert (known.url, known.error_code) == (show.url, "moved")
    assert "could not be read there" in known.error_text


def test_a_feed_that_names_the_address_it_has_says_nothing(show: Show, known: Source) -> None:
    announces(show, show.url.replace("http:", "https:") + "/")
    look(known)
    assert (known.moving_to, known.moving_seen) == ("", 0)
