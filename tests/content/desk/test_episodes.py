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


SRT = """1
00:00:01,000 --> 00:00:04,000
Speaker 1: The lighthouse was never dark.

2
00:00:05,000 --> 00:00:08,500
Speaker 2: Not for one night?

3
00:00:09,000 --> 00:00:12,000
Speaker 1: Not for one.

4
00:00:13,000 --> 00:00:15,000
Speaker 2: Remarkable.
"""


def form_of(page: Any) -> dict[str, Any]:
    """The transcript form as it stands in the page, with every speaker's name."""
    form = page.tree.xpath("//form[contains(@class, 'words')]")[0]
    fields: dict[str, Any] = {}
    for name, value in form.form_values():
        fields.setdefault(name, []).append(value)
    return {name: values if name in ("speaker", "called") else values[0] for name, values in fields.items()}


def test_what_was_understood_is_shown_before_anything_is_stored(desk: Desk, waiting: Episode) -> None:
    Episode.objects.filter(pk=waiting.pk).update(persons=[{"name": "Ada Quill", "role": "host"}])
    page = desk.post(page_of(waiting), {"act": "look", "file": SimpleUploadedFile("talk.srt", SRT.encode())})
    notice = page.tree.xpath("//*[@role='status']")[0].text_content()
    assert "4 lines" in notice
    assert "spoken in “en”" in notice
    fields = form_of(page)
    assert fields["text"].lstrip().startswith("WEBVTT")
    assert "<v Speaker 1>The lighthouse was never dark." in fields["text"]
    assert fields["speaker"] == ["Speaker 1", "Speaker 2"]
    assert page.tree.xpath("//datalist/option/@value") == ["Ada Quill"]
    waiting.refresh_from_db()
    assert (waiting.state, Transcript.objects.count()) == ("waiting_transcript", 0)


def test_it_is_mended_and_people_get_their_names(desk: Desk, waiting: Episode) -> None:
    page = desk.post(page_of(waiting), {"act": "look", "text": SRT})
    fields = form_of(page)
    fields |= {"called": ["Ada Quill", ""], "text": fields["text"].replace("Remarkable", "Very remarkable")}
    desk.post(page_of(waiting), {**fields, "act": "words"})
    segments = Transcript.objects.get().spoken()
    assert [(segment.speaker, segment.text) for segment in segments] == [
        ("Ada Quill", "The lighthouse was never dark."),
        (None, "Not for one night?"),
        ("Ada Quill", "Not for one."),
        (None, "Very remarkable."),
    ]
    assert (segments[1].start, segments[1].end) == (5.0, 8.5)


@pytest.mark.parametrize(
    ("name", "body", "form"),
    [
        ("talk.vtt", VTT, "vtt"),
        (
            "talk.json",
            '{"segments": [{"startTime": 1, "endTime": 2, "speaker": "Ada", "body": "Good evening."}]}',
            "json",
        ),
        ("talk.html", "<cite>Ada:</cite><time>0:01</time><p>Good evening.</p>", "html"),
        ("talk.txt", "Good evening to all of you.\n\nThe lighthouse was never dark.", "text"),
    ],
)
def test_every_form_is_understood(desk: Desk, waiting: Episode, name: str, body: str, form: str) -> None:
    page = desk.post(page_of(waiting), {"act": "look", "file": SimpleUploadedFile(name, body.encode())})
    assert f"Understood as {form}" in page.tree.xpath("//*[@role='status']")[0].text_content()
    desk.post(page_of(waiting), {**form_of(page), "act": "words"})
    assert Transcript.objects.get().spoken()


def test_what_cannot_be_read_is_said_at_its_field_and_nothing_is_shown(desk: Desk, waiting: Episode) -> None:
    page = desk.post(
        page_of(waiting), {"act": "look", "file": SimpleUploadedFile("a.mp3", b"\x00\x01\x02" * 900)}
    )
    assert page.tree.find_class("problem")
    assert not page.tree.xpath("//*[@role='status']")
