"""Sources on the desk: added without waiting for anybody, watched, paused and followed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from celery import Task
from kombu.exceptions import OperationalError

from accounts.models import User
from digestly.content.models import Digest, FetchAttempt, Source, Transition
from digestly.fetch.client import Client
from digestly.work import lease

from .conftest import Desk

ADD = "/admin/content/source/add/"
LIST = "/admin/content/source/"


def page_of(source: Source) -> str:
    return f"/admin/content/source/{source.pk}/change/"


@pytest.fixture(autouse=True)
def _no_fetching(monkeypatch: pytest.MonkeyPatch) -> None:
    """A request that fetched something would fail the test."""

    def refuse(*args: Any, **kwargs: Any) -> None:
        raise AssertionError("fetched within a request")

    monkeypatch.setattr(Client, "fetch", refuse)


def test_adding_wakes_a_worker_and_fetches_nothing_itself(
    desk: Desk, editor: User, woken: list[tuple[str, int]], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        after = desk.post(ADD, {"url": "https://feeds.example.org/talks.xml", "newest": "5"})
    source = Source.objects.get()
    assert (source.url, source.newest, source.status) == ("https://feeds.example.org/talks.xml", 5, "new")
    assert woken == [("refresh_source", source.pk)]
    assert Transition.objects.get(kind="source", row=source.pk).by == editor
    assert "Added." in after.messages


def test_adding_works_while_the_broker_is_down(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    def refuse(task: Any, args: Any, **options: Any) -> None:
        raise OperationalError("no broker")

    monkeypatch.setattr(Task, "apply_async", refuse)
    with django_capture_on_commit_callbacks(execute=True):
        after = desk.post(ADD, {"url": "https://feeds.example.org/talks.xml", "newest": "3"})
    assert after.response.status_code == 200
    assert Source.objects.due().count() == 1  # so the beat finds it


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("http://127.0.0.1/feed.xml", "network"),
        ("http://[::1]/feed.xml", "network"),
        ("http://2130706433/feed.xml", "network"),
        ("ftp://feeds.example.org/feed.xml", "http"),
        ("javascript:alert(1)", "http"),
        ("feeds.example.org", "begins with"),
        ("https://", "host"),
        ("https://user:secret@feeds.example.org/feed.xml", "password"),
        ("https://feeds.example.org:8443/feed.xml", "port"),
        ("https://feeds.example.org/" + "a" * 1990, "2,000"),
        ("", "required"),
    ],
)
def test_a_bad_address_is_refused_at_the_field_and_kept(desk: Desk, url: str, told: str) -> None:
    page = desk.post(ADD, {"url": url, "newest": "3"})
    problems = " ".join(node.text_content() for node in page.tree.find_class("problem"))
    assert told in problems
    assert page.tree.xpath('//input[@name="url"]')[0].get("value", "") == url
    assert not Source.objects.exists()


def test_adding_a_source_twice_leads_to_the_first(desk: Desk, source: Source) -> None:
    after = desk.post(ADD, {"url": "HTTPS://Lanternfield.example:443/feed.xml", "newest": "3"})
    assert after.response.redirect_chain[-1][0] == page_of(source)
    assert "here already" in after.messages
    assert Source.objects.count() == 1


def test_the_list_says_how_the_fetching_goes(desk: Desk, source: Source) -> None:
    Source.objects.filter(pk=source.pk).update(status="failing", failures=4)
    FetchAttempt.objects.create(source=source, outcome="new")
    FetchAttempt.objects.create(source=source, outcome="dns_error")
    row = " ".join(desk.get(LIST).tree.xpath('//table[@id="result_list"]/tbody')[0].text_content().split())
    assert "Lanternfield Salon" in row
    assert "failing" in row
    assert "dns_error" in row
    assert row.endswith("4")


def test_its_page_shows_the_last_twenty_looks_with_their_errors(desk: Desk, source: Source) -> None:
    for number in range(25):
        FetchAttempt.objects.create(source=source, outcome="timeout", message=f"No answer, try {number}.")
    Source.objects.filter(pk=source.pk).update(
        status="failing", failures=25, error_code="timeout", error_text="The host did not answer."
    )
    text = desk.get(page_of(source)).text
    assert "No answer, try 24." in text
    assert "No answer, try 5." in text
    assert "No answer, try 4." not in text
    assert "The host did not answer." in text
    assert "Failed 25 times in a row." in text


def test_fetch_now_makes_it_due_and_wakes_a_worker(
    desk: Desk, source: Source, woken: list[tuple[str, int]], django_capture_on_commit_callbacks: Any
) -> None:
    Source.objects.filter(pk=source.pk).update(next_fetch_at="2099-01-01T00:00Z")
    with django_capture_on_commit_callbacks(execute=True):
        desk.post(f"{LIST}{source.pk}/poll/", {"act": "fetch"})
    assert Source.objects.due().get() == source
    assert woken == [("refresh_source", source.pk)]


def test_pause_and_resume_are_logged_with_the_editors_name(desk: Desk, source: Source, editor: User) -> None:
    desk.post(f"{LIST}{source.pk}/poll/", {"act": "pause"})
    source.refresh_from_db()
    assert source.status == "paused"
    assert not Source.objects.due().exists()
    desk.post(f"{LIST}{source.pk}/poll/", {"act": "resume"})
    source.refresh_from_db()
    assert source.status == "new"  # it was never fetched
    steps = Transition.objects.filter(kind="source", row=source.pk)
    assert [(step.was, step.became, step.by) for step in steps] == [
        ("active", "paused", editor),
        ("paused", "new", editor),
    ]


@pytest.mark.parametrize("act", ["pause", "resume"])
def test_a_second_press_does_no_harm(desk: Desk, source: Source, act: str) -> None:
    if act == "resume":
        Source.objects.filter(pk=source.pk).update(status="paused")
    for _ in range(2):
        after = desk.post(f"{LIST}{source.pk}/poll/", {"act": act})
    assert "nothing was done" in after.messages
    assert Transition.objects.filter(kind="source").count() == 1


def test_a_paused_source_is_not_fetched_by_a_button(
    desk: Desk, source: Source, woken: list[tuple[str, int]], django_capture_on_commit_callbacks: Any
) -> None:
    Source.objects.filter(pk=source.pk).update(status="paused")
    with django_capture_on_commit_callbacks(execute=True):
        after = desk.post(f"{LIST}{source.pk}/poll/", {"act": "fetch"})
    assert "resume it first" in after.messages
    assert woken == []


def test_a_look_under_way_cannot_undo_a_pause(desk: Desk, source: Source) -> None:
    rows = Source.objects.filter(pk=source.pk)
    token = lease.claim(rows, lasting=timedelta(minutes=2))
    assert token
    desk.post(f"{LIST}{source.pk}/poll/", {"act": "pause"})
    assert not lease.finish(rows, token, status="active")
    source.refresh_from_db()
    assert source.status == "paused"


def test_several_are_paused_from_the_list(desk: Desk, source: Source) -> None:
    other = Source.objects.create(url="https://b.example/f", url_norm="https://b.example/f", slug="b")
    desk.post(LIST, {"action": "pause", "_selected_action": [source.pk, other.pk]})
    assert Source.objects.filter(status="paused").count() == 2


def test_saving_its_page_leaves_a_workers_lease_alone(desk: Desk, source: Source) -> None:
    page = desk.get(page_of(source))
    fields = dict(page.tree.get_element_by_id("source_form").form_values())
    token = lease.claim(Source.objects.filter(pk=source.pk), lasting=timedelta(minutes=2), failures=3)
    desk.post(page_of(source), {**fields, "title": "Lanternfield Evenings", "digest_languages": ["ko"]})
    source.refresh_from_db()
    assert (source.title, source.digest_languages) == ("Lanternfield Evenings", ["ko"])
    assert (source.lease_token, source.failures) == (token, 3)


def test_a_new_address_is_looked_at_by_a_worker_before_it_is_taken(
    desk: Desk,
    source: Source,
    editor: User,
    woken: list[tuple[str, int]],
    django_capture_on_commit_callbacks: Any,
) -> None:
    fields = dict(desk.get(page_of(source)).tree.get_element_by_id("source_form").form_values())
    with django_capture_on_commit_callbacks(execute=True):
        desk.post(page_of(source), {**fields, "url": "https://new.example.org/feed.xml"})
    source.refresh_from_db()
    assert source.url == "https://lanternfield.example/feed.xml"
    assert (source.wanted_url, source.wanted_by) == ("https://new.example.org/feed.xml", editor)
    assert woken == [("lead_source", source.pk)]
    assert "as soon as a worker has found a feed there" in desk.get(page_of(source)).text


@pytest.mark.parametrize("url", ["http://10.0.0.1/feed", "https://b.example/f", ""])
def test_a_source_cannot_be_led_somewhere_impossible(desk: Desk, source: Source, url: str) -> None:
    desk.post(ADD, {"url": "https://b.example/f", "newest": "1"})
    fields = dict(desk.get(page_of(source)).tree.get_element_by_id("source_form").form_values())
    after = desk.post(page_of(source), {**fields, "url": url})
    assert after.tree.find_class("errorlist")
    source.refresh_from_db()
    assert source.url == "https://lanternfield.example/feed.xml"


def test_its_page_leads_to_its_episodes_and_digests(desk: Desk, draft: Digest) -> None:
    tree = desk.get(page_of(draft.episode.source)).tree
    links = [link for link in tree.xpath("//header//a/@href") if "?" in link]
    assert len(links) == 2
    for link in links:
        assert len(desk.get(link).tree.xpath('//table[@id="result_list"]/tbody/tr')) == 1


def test_a_source_is_never_deleted(desk: Desk, source: Source) -> None:
    assert desk.client.post(f"{LIST}{source.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Source.objects.filter(pk=source.pk).exists()
