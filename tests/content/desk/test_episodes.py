"""Episodes on the desk: words are brought, the backlog is opened, and staff can look at a transcript."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from digestly.content.models import Digest, Episode, Source, Transcript, Transition
from digestly.transcripts.types import Segment
from digestly.work import lease

from .conftest import Desk

VTT = "WEBVTT\n\n00:00:01.000 --> 00:00:04.000\n<v Ada>The lighthouse was never dark, not for one night.\n"


@pytest.fixture
def waiting(source: Source) -> Episode:
    return Episode.objects.create(
        source=source, identity="w", title="Waiting for words", state=Episode.State.WAITING_TRANSCRIPT,
        error_text="The feed links to no transcript.",
    )  # fmt: skip


def page_of(episode: Episode) -> str:
    return f"/admin/content/episode/{episode.pk}/change/"


def test_a_file_becomes_the_transcript_and_wakes_the_engine(
    desk: Desk,
    waiting: Episode,
    editor: User,
    woken: list[tuple[str, int]],
    django_capture_on_commit_callbacks: Any,
) -> None:
    file = SimpleUploadedFile("talk.vtt", VTT.encode(), content_type="text/vtt")
    with django_capture_on_commit_callbacks(execute=True):
        after = desk.post(page_of(waiting), {"act": "words", "file": file})
    waiting.refresh_from_db()
    transcript = Transcript.objects.get(episode=waiting)
    digest = Digest.objects.get(episode=waiting)
    assert (waiting.state, waiting.error_text) == ("transcript_ready", "")
    assert (transcript.origin, transcript.spoken()[0].speaker) == ("upload", "Ada")
    assert woken == [("draft_digest", digest.pk)]
    assert Transition.objects.get(kind="episode").by == editor
    assert "as soon as a worker is free" in after.messages


def test_pasted_text_does_as_well(desk: Desk, waiting: Episode) -> None:
    desk.post(page_of(waiting), {"act": "words", "text": VTT, "language": "en"})
    transcript = Transcript.objects.get(episode=waiting)
    assert (transcript.format, transcript.language) == ("vtt", "en")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("<!doctype html><html><body></body></html>", "No part of this file"),
        ("WEBVTT\n\n", "no words"),
        ("   ", "paste the text"),
        ("", "paste the text"),
    ],
)
def test_words_that_cannot_be_read_are_explained_and_kept(
    desk: Desk, waiting: Episode, text: str, told: str
) -> None:
    page = desk.post(page_of(waiting), {"act": "words", "text": text})
    problems = " ".join(node.text_content() for node in page.tree.find_class("problem"))
    assert told in problems
    assert problems
    assert page.tree.xpath('//textarea[@name="text"]')[0].text_content().strip() == text.strip()
    waiting.refresh_from_db()
    assert waiting.state == "waiting_transcript"
    assert not Transcript.objects.exists()


def test_a_language_that_is_none_is_refused_and_the_text_kept(desk: Desk, waiting: Episode) -> None:
    page = desk.post(page_of(waiting), {"act": "words", "text": VTT, "language": "?!"})
    assert "The lighthouse" in page.tree.xpath('//textarea[@name="text"]')[0].text_content()
    assert not Transcript.objects.exists()


def test_a_file_that_is_no_transcript_is_refused_at_the_field(desk: Desk, waiting: Episode) -> None:
    file = SimpleUploadedFile("talk.mp3", b"ID3\x04\x00\x00\x00\x00" + bytes(range(256)) * 40)
    page = desk.post(page_of(waiting), {"act": "words", "file": file})
    assert page.tree.find_class("problem")
    assert not Transcript.objects.exists()


def test_a_file_and_text_at_once_are_a_question(desk: Desk, waiting: Episode) -> None:
    file = SimpleUploadedFile("talk.vtt", VTT.encode())
    page = desk.post(page_of(waiting), {"act": "words", "file": file, "text": VTT})
    assert "Choose one" in page.text
    assert not Transcript.objects.exists()


def test_the_same_words_twice_are_one_transcript(desk: Desk, waiting: Episode) -> None:
    for _ in range(2):
        desk.post(page_of(waiting), {"act": "words", "text": VTT})
    assert Transcript.objects.count() == 1
    assert Digest.objects.count() == 1


def test_better_words_wait_until_the_digest_is_written_again(
    desk: Desk, draft: Digest, woken: list[tuple[str, int]]
) -> None:
    after = desk.post(page_of(draft.episode), {"act": "words", "text": VTT, "language": "en"})
    assert "written again" in after.messages
    draft.refresh_from_db()
    assert (draft.state, draft.transcript.origin) == ("in_review", "feed")
    desk.send(draft, desk.review(draft), act="again")
    draft.refresh_from_db()
    assert (draft.state, draft.transcript.origin) == ("pending", "upload")


@pytest.mark.parametrize("state", ["backlog", "possible_duplicate", "waiting_transcript", "skipped"])
def test_an_episode_at_rest_can_be_processed(
    desk: Desk, waiting: Episode, editor: User, state: str,
    woken: list[tuple[str, int]], django_capture_on_commit_callbacks: Any,
) -> None:  # fmt: skip
    Episode.objects.filter(pk=waiting.pk).update(state=state)
    with django_capture_on_commit_callbacks(execute=True):
        desk.post(page_of(waiting), {"act": "process"})
    waiting.refresh_from_db()
    assert (waiting.state, waiting.error_text) == ("transcript_pending", "")
    assert woken == [("transcribe_episode", waiting.pk)]
    assert Transition.objects.get(kind="episode").by == editor


def test_a_skipped_episode_is_left_alone_even_by_a_worker_at_it(desk: Desk, waiting: Episode) -> None:
    rows = Episode.objects.filter(pk=waiting.pk)
    token = lease.claim(rows, lasting=timedelta(minutes=2), state="transcript_running")
    assert token
    desk.post(page_of(waiting), {"act": "skip"})
    assert not lease.finish(rows, token, state="transcript_ready")
    waiting.refresh_from_db()
    assert waiting.state == "skipped"


@pytest.mark.parametrize("act", ["process", "skip"])
def test_a_second_press_does_no_harm(desk: Desk, waiting: Episode, act: str) -> None:
    for _ in range(2):
        after = desk.post(page_of(waiting), {"act": act})
    assert "nothing was done" in after.messages
    assert Transition.objects.filter(kind="episode").count() == 1


def test_an_episode_with_its_words_is_neither_skipped_nor_processed(desk: Desk, draft: Digest) -> None:
    for act in ("skip", "process", "explode"):
        desk.post(page_of(draft.episode), {"act": act})
    draft.episode.refresh_from_db()
    assert draft.episode.state == "transcript_ready"


def test_the_backlog_is_processed_from_the_list(desk: Desk, source: Source) -> None:
    for number in range(3):
        Episode.objects.create(source=source, identity=str(number), title=f"Old {number}", state="backlog")
    path = "/admin/content/episode/?state__exact=backlog"
    assert "Old 2" in desk.get(path).text
    desk.post(
        path, {"action": "process", "_selected_action": list(Episode.objects.values_list("pk", flat=True))}
    )
    assert Episode.objects.filter(state="transcript_pending").count() == 3


def test_staff_read_the_transcript_page_by_page(
    desk: Desk, make_digest: Callable[..., Digest], talk: Any
) -> None:
    said = tuple(
        Segment(number * 2.0, number * 2.0 + 2, "Ada", f"Sentence {number}.") for number in range(900)
    )
    digest = make_digest(talk, segments=said)
    path = f"/admin/content/episode/{digest.episode_id}/transcript/{digest.transcript_id}/"
    first = desk.get(path).text
    assert "Sentence 0." in first
    assert "Sentence 399." in first
    assert "Sentence 400." not in first
    assert "Sentence 400." in desk.get(path + "?from=400").text
    assert desk.get(path + "?from=99999999999").response.status_code == 200


def test_a_transcript_is_found_only_under_its_own_episode(
    desk: Desk, draft: Digest, waiting: Episode
) -> None:
    path = f"/admin/content/episode/{waiting.pk}/transcript/{draft.transcript_id}/"
    assert desk.client.get(path).status_code == 404


def test_show_notes_are_words_and_never_markup(desk: Desk, waiting: Episode) -> None:
    Episode.objects.filter(pk=waiting.pk).update(
        notes='<p>About <img src=x onerror="alert(1)"><script>alert(2)</script>light.</p>',
        link="javascript:alert(3)",
    )
    text = desk.get(page_of(waiting)).text
    assert "onerror" not in text
    assert "<script>alert" not in text
    assert "javascript:" not in text
