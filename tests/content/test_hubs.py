"""Hubs: asked once a feed names one, believed only about what we asked, and listened to only when they sign."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from digestly.content import hubs, outside, sweeps, takedown, tasks
from digestly.content.desk import polling
from digestly.content.models import HubSubscription, Source
from digestly.fetch.addresses import AllowList
from tests.content.hub import Hub
from tests.content.world import Show, hosts_rested, item, look, past

State = HubSubscription.State


@pytest.fixture
def hub(show: Show, settings: Settings) -> Iterator[Hub]:
    """A hub that workers may reach, of a site that can be called."""
    hub = Hub()
    settings.BASE_URL = "https://digests.example"
    settings.FETCH_ALLOW_PRIVATE = AllowList.parse(
        f"127.0.0.0/8:{show.site.port},127.0.0.0/8:{hub.site.port}"
    )
    outside.client.cache_clear()
    yield hub
    hub.site.close()


def named(source: Source, show: Show, hub: Hub, *, number: int = 1) -> HubSubscription:
    """Its feed names the hub, and a worker asks it."""
    show.lists(item(number), more=hub.link)
    look(source)
    hosts_rested()
    tasks.ask_hub(source.pushes.pk)
    return HubSubscription.objects.get(source=source)


def asks_back(row: HubSubscription, **changes: str) -> Any:
    query = {
        "hub.mode": "subscribe", "hub.topic": row.topic, "hub.challenge": "<b>7</b>", "hub.lease_seconds": "864000",
    }  # fmt: skip
    return Client().get(
        f"/hubs/{row.token}/", query | {f"hub.{name}": told for name, told in changes.items()}
    )


@pytest.mark.django_db(transaction=True)
def test_a_hub_is_asked_asks_back_and_calls(show: Show, harbour: Source, hub: Hub, live_server: Any) -> None:
    hub.home = live_server.url
    row = named(harbour, show, hub)
    assert hub.told == [(200, "a challenge")]
    assert hub.asked[0]["hub.topic"] == show.url
    assert row.state == State.ACTIVE
    assert row.until
    assert timedelta(days=9) < row.until - timezone.now() <= hubs.WISHED
    assert row.error_text == ""
    show.lists(item(2), item(1), more=hub.link)
    assert not Source.objects.due().exists()
    assert hub.call(b"<rss>a lie</rss>") == (202, "")
    assert Source.objects.due().get() == harbour
    assert look(harbour).new == 1
    assert harbour.episodes.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_hub_named_by_the_headers_alone_is_asked_asks_back_and_calls(
    show: Show, harbour: Source, hub: Hub, live_server: Any
) -> None:
    hub.home, topic = live_server.url, "https://show.example/the-feed"
    show.lists(item(1), Link=f'<{hub.url}>; rel="hub", <{topic}>; rel="self"')
    look(harbour)
    hosts_rested()
    tasks.ask_hub(harbour.pushes.pk)
    row = HubSubscription.objects.get()
    assert (row.state, row.topic, hub.asked[0]["hub.topic"]) == (State.ACTIVE, topic, topic)
    assert hub.call(b"anything") == (202, "")
    assert Source.objects.due().get() == harbour


def test_the_headers_are_believed_before_the_document(show: Show, harbour: Source, hub: Hub) -> None:
    show.lists(item(1), more=hub.link.replace("/hub", "/other"), Link=f"<{hub.url}>; rel=hub")
    look(harbour)
    assert HubSubscription.objects.get().hub == hub.url


def test_a_hub_in_a_private_network_is_not_asked_whoever_names_it(
    show: Show, harbour: Source, hub: Hub
) -> None:
    show.lists(item(1), Link="<http://169.254.169.254/hub>; rel=hub")
    look(harbour)
    hosts_rested()
    assert not hubs.ask(HubSubscription.objects.get(), outside.client())
    assert HubSubscription.objects.get().error_text


def test_only_what_was_asked_is_confirmed(show: Show, harbour: Source, hub: Hub) -> None:
    row = named(harbour, show, hub)
    for change in (
        {"mode": "unsubscribe"}, {"mode": ""}, {"topic": row.topic + "?"}, {"challenge": ""},
        {"challenge": "x" * 1_001}, {"lease_seconds": "soon"}, {"lease_seconds": ""}, {"lease_seconds": "-1"},
    ):  # fmt: skip
        assert asks_back(row, **change).status_code == 404, change
    row.refresh_from_db()
    assert row.state == State.PENDING
    told = asks_back(row)
    assert (told.status_code, told.content) == (200, b"<b>7</b>")
    assert told["Content-Type"].startswith("text/plain")
    assert told["Cache-Control"] == "no-store"
    assert not told.cookies
    HubSubscription.objects.update(asked_at=timezone.now() - hubs.OPEN_FOR)
    assert asks_back(row).status_code == 404


def test_a_grant_is_kept_within_reason(show: Show, harbour: Source, hub: Hub) -> None:
    row = named(harbour, show, hub)
    for said, kept in (("1", hubs.SHORTEST), ("999999999999", hubs.LONGEST_GRANT)):
        assert asks_back(row, lease_seconds=said).status_code == 200
        row.refresh_from_db()
        assert row.until
        assert abs(row.until - timezone.now() - kept) < timedelta(minutes=5)


def test_it_is_renewed_before_it_ends_and_lapses_with_a_source_at_rest(
    show: Show, harbour: Source, hub: Hub, editor: Any
) -> None:
    row = named(harbour, show, hub)
    asks_back(row)
    row.refresh_from_db()
    assert row.until
    assert row.ask_at < row.until
    assert sweeps.wake_hubs() == 0
    HubSubscription.objects.update(ask_at=past(), woken_at=None)
    assert sweeps.wake_hubs() == 1
    hosts_rested()
    tasks.ask_hub(row.pk)
    tasks.ask_hub(row.pk)  # a message too many
    assert [asked["hub.callback"] for asked in hub.asked] == [
        f"https://digests.example/hubs/{row.token}/"
    ] * 2
    for rest in (polling.pause, lambda source, by: takedown.withdraw(source, by=by, why="asked to")):
        HubSubscription.objects.update(ask_at=past(), woken_at=None)
        Source.objects.update(status=Source.Status.ACTIVE)
        harbour.refresh_from_db()
        rest(harbour, by=editor)
        assert sweeps.wake_hubs() == 0
        assert asks_back(row).status_code == 404


def test_a_no_is_written_down_and_an_editor_reads_it(
    show: Show, harbour: Source, hub: Hub, editor: Any
) -> None:
    row = named(harbour, show, hub)
    desk = Client()
    desk.force_login(editor)

    def told() -> str:
        return desk.get(f"/admin/content/source/{harbour.pk}/change/").content.decode()

    assert "127.0.0.1 is asked for pushes" in told()
    asks_back(row)
    assert "pushes from 127.0.0.1 until" in told()
    assert asks_back(row, mode="denied", reason="<i>no</i>").status_code == 200
    row.refresh_from_db()
    assert (row.state, row.until) == (State.DENIED, None)
    assert "no pushes from 127.0.0.1: &lt;i&gt;no&lt;/i&gt;" in told()
    assert asks_back(row).status_code == 404


def test_another_hub_has_another_address_and_no_hub_has_none(show: Show, harbour: Source, hub: Hub) -> None:
    before = named(harbour, show, hub)
    asks_back(before)
    show.lists(item(2), more=hub.link.replace("/hub", "/other"))
    look(harbour)
    after = HubSubscription.objects.get(source=harbour)
    assert after.token != before.token
    assert after.ask_at > timezone.now()
    assert asks_back(before).status_code == 404
    show.lists(item(3))
    look(harbour)
    assert not HubSubscription.objects.exists()


@pytest.mark.parametrize(
    "home", ["http://digests.example", "https://127.0.0.1", "https://10.0.0.1", "https://localhost"]
)
def test_who_cannot_be_called_asks_nobody(
    show: Show, harbour: Source, hub: Hub, settings: Settings, home: str
) -> None:
    settings.BASE_URL = home
    show.lists(item(1), more=hub.link)
    look(harbour)
    assert not HubSubscription.objects.exists()
    assert sweeps.wake_hubs() == 0
    assert hub.site.connections == 0
