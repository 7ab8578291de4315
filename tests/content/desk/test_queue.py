"""The queue on the desk: what waits, runs and failed, in words, and a press that tries again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Preferences, User
from digestly.content.models import Digest, Episode, HostState, ProviderState, Source, Transition
from digestly.outline.types import Outline

from .conftest import Desk

QUEUE = "/admin/queue/"


@pytest.fixture
def busy(source: Source, talk: Outline, make_digest: Callable[..., Digest]) -> dict[str, Any]:
    """One row in each condition."""
    soon = timezone.now() + timedelta(minutes=5)
    Source.objects.filter(pk=source.pk).update(
        error_code="timeout", error_text="The host did not answer.", failures=3
    )

    def episode(title: str, **facts: Any) -> Episode:
        return Episode.objects.create(source=source, identity=title, title=title, **facts)

    HostState.objects.create(host="crowded.example", blocked_until=soon)
    return {
        "failed": make_digest(talk, state="failed", error_text="Only about 12 words are spoken."),
        "wordless": episode(
            "No words", state="waiting_transcript", error_text="The feed links to no transcript."
        ),
        "running": episode("At it", state="transcript_running", lease_until=soon),
        "pending": episode("In line", state="transcript_pending"),
    }


def test_it_says_what_waits_what_runs_and_what_failed_and_why(desk: Desk, busy: dict[str, Any]) -> None:
    page = desk.get(QUEUE)
    sections = {
        heading.get("id"): " ".join(heading.getparent().text_content().split())
        for heading in page.tree.xpath("//section/h2")
    }
    assert "Only about 12 words are spoken." in sections["queue-failed"]
    assert "The feed links to no transcript." in sections["queue-failed"]
    assert "The host did not answer." in sections["queue-failed"]
    assert "At it" in sections["queue-running"]
    assert "In line" in sections["queue-waiting"]
    assert "crowded.example" in sections["queue-resting"]


@pytest.mark.parametrize(
    ("row", "kind", "became"),
    [("failed", "digest", "pending"), ("wordless", "episode", "transcript_pending")],
)
def test_a_press_tries_again_in_the_editors_name(
    desk: Desk, editor: User, busy: dict[str, Any], row: str, kind: str, became: str
) -> None:
    after = desk.post(QUEUE, {"kind": kind, "pk": busy[row].pk})
    busy[row].refresh_from_db()
    assert busy[row].state == became
    assert Transition.objects.filter(kind=kind, row=busy[row].pk).latest("pk").by == editor
    assert "Done for 1 row." in after.messages
    again = desk.post(QUEUE, {"kind": kind, "pk": busy[row].pk})
    assert "nothing was done" in again.messages


def test_all_that_is_shown_is_tried_again(desk: Desk, source: Source) -> None:
    for number in range(3):
        Episode.objects.create(source=source, identity=str(number), title="x", state="waiting_transcript")
    tree = desk.get(QUEUE).tree
    shown = tree.xpath('//form[input[@value="episode"]]//input[@name="shown"]/@value')
    desk.post(QUEUE, {"kind": "episode", "shown": shown})
    assert Episode.objects.filter(state="transcript_pending").count() == 3


def test_a_source_is_asked_again(
    desk: Desk,
    busy: dict[str, Any],
    source: Source,
    woken: list[tuple[str, int]],
    django_capture_on_commit_callbacks: Any,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        desk.post(QUEUE, {"kind": "source", "pk": source.pk})
    assert woken == [("refresh_source", source.pk)]


def test_a_blocked_provider_is_shown_and_asked_again_on_request(desk: Desk) -> None:
    told = "YouTube does not hand captions to this server for now."
    soon = timezone.now() + timedelta(hours=5)
    ProviderState.objects.create(name="captions", paused_until=soon, blocks=2, error_text=told)
    section = desk.get(QUEUE).tree.xpath('//section[h2[@id="queue-resting"]]')[0].text_content()
    assert "captions" in section
    assert told in section
    desk.post(QUEUE, {"kind": "provider", "pk": "captions"})
    assert ProviderState.objects.get().paused_until is None


@pytest.mark.parametrize("sent", [{"kind": "user", "pk": "1"}, {"pk": "1"}, {"kind": "host", "pk": "0"}])
def test_nothing_else_is_tried_again(desk: Desk, sent: dict[str, str]) -> None:
    assert desk.client.post(QUEUE, sent).status_code == 403


def test_who_may_only_look_gets_no_buttons(
    with_permissions: Callable[..., Desk], busy: dict[str, Any]
) -> None:
    viewer = with_permissions("view_source", "view_episode", "view_digest")
    assert "Try again" not in viewer.get(QUEUE).text
    assert viewer.client.post(QUEUE, {"kind": "episode", "pk": busy["wordless"].pk}).status_code == 403


def test_who_may_not_see_all_tables_does_not_see_the_queue(with_permissions: Callable[..., Desk]) -> None:
    assert with_permissions("view_source").client.get(QUEUE).status_code == 403


def test_many_rows_take_as_many_queries_as_few(
    desk: Desk, busy: dict[str, Any], source: Source, talk: Outline, make_digest: Callable[..., Digest],
    django_assert_num_queries: Any,
) -> None:  # fmt: skip
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            desk.get(QUEUE)
        return len(queries)

    few = asked()
    for number in range(30):
        Episode.objects.create(source=source, identity=f"w{number}", title="x", state="waiting_transcript")
        Source.objects.create(
            slug=f"s{number}", url=f"https://{number}.example/", url_norm=f"{number}", error_code="timeout"
        )
    for _ in range(5):
        make_digest(talk, state="failed")
    assert asked() == few <= 20


@pytest.mark.parametrize(
    ("path", "told"),
    [
        (QUEUE, "작업 대기열"),
        ("/admin/content/source/", "목록 가져오기(OPML)"),
        ("/admin/content/source/list/", "피드 목록 가져오기"),
    ],
)
def test_the_operators_pages_speak_the_editors_korean(
    desk: Desk, editor: User, busy: dict[str, Any], path: str, told: str
) -> None:
    Preferences.objects.filter(user=editor).update(language="ko")
    page = desk.get(path)
    assert told in page.text
    assert page.tree.get("lang") == "ko"


def test_many_sources_take_as_many_queries_as_few(desk: Desk, busy: dict[str, Any]) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            desk.get("/admin/content/source/")
        return len(queries)

    few = asked()
    for number in range(30):
        Source.objects.create(slug=f"s{number}", url=f"https://{number}.example/", url_norm=f"{number}")
    assert asked() == few
