"""Station 4, through the workers' task: what comes of a transcript, and what is said when nothing does."""

from __future__ import annotations

from typing import Any

import pytest

from digestly.content import drafting, editorial, sweeps, tasks, transcribe
from digestly.content.models import Digest, Episode, Source, Transition
from digestly.work import lease
from digestly.work.sweep import sweep_all
from tests.content.world import ENGLISH, FRENCH, at_once, lease_runs_out

State = Digest.State


@pytest.fixture
def wanted(source: Source) -> Any:
    """A pending digest of what is said in a file."""

    def want(body: bytes, name: str = "talk.vtt", **about: Any) -> Digest:
        Source.objects.filter(pk=source.pk).update(**about)
        number = Episode.objects.count()
        episode = Episode.objects.create(
            source=Source.objects.get(pk=source.pk), identity=f"talk-{number}", title=f"Talk {number}",
            state=Episode.State.WAITING_TRANSCRIPT,
        )  # fmt: skip
        transcribe.accept(episode, body, name=name)
        return episode.digests.last()

    return want


def written(digest: Digest) -> Digest:
    tasks.draft_digest(digest.pk)
    digest.refresh_from_db()
    return digest


def test_a_transcript_becomes_an_outline_in_review(wanted: Any) -> None:
    digest = written(wanted(ENGLISH))
    outline = digest.content
    assert (digest.state, digest.version, digest.lease_token, digest.attempts) == (
        State.IN_REVIEW,
        1,
        None,
        0,
    )
    assert digest.engine.startswith("extractive")
    assert (digest.title, digest.summary) == (outline.title, outline.summary)
    assert outline.title == digest.episode.title
    assert outline.summary
    assert len(outline.key_points) >= 4
    assert digest.minutes >= 1
    assert digest.revisions.get().outline == digest.outline
    assert not editorial.errors_in(digest)


def test_every_bullet_points_at_what_was_said(wanted: Any) -> None:
    digest = written(wanted(ENGLISH))
    spoken = digest.transcript.spoken()
    bullets = [bullet for section in digest.content.walk() for bullet in section.bullets]
    assert bullets
    for bullet in bullets:
        assert bullet.evidence
        first, last = bullet.evidence
        assert spoken[first].start <= bullet.start <= spoken[last].end


def test_chapters_of_the_episode_are_the_sections_of_its_digest(wanted: Any) -> None:
    digest = wanted(ENGLISH)
    end = digest.transcript.spoken()[-1].end
    marks = [[0, "How it began"], [end / 3, "<b>What</b> it\u202e cost"], [2 * end / 3, "What comes next"]]
    Episode.objects.filter(pk=digest.episode_id).update(chapter_marks=marks)
    sections = written(digest).content.sections
    assert [section.heading for section in sections] == ["How it began", "What it cost", "What comes next"]


def test_three_words_are_too_short_and_the_editor_is_told_what_to_do(wanted: Any) -> None:
    digest = written(wanted(b"WEBVTT\n\n00:01.000 --> 00:02.000\nAhoy there, captain"))
    assert (digest.state, digest.error_code, digest.version) == (State.FAILED, "too_short", 0)
    assert "use another transcript" in digest.error_text
    assert Transition.objects.filter(kind="digest", row=digest.pk).last().why == "too_short"


def test_a_language_the_site_does_not_speak_is_drafted_and_waits_with_that_reason(wanted: Any) -> None:
    digest = written(wanted(FRENCH, "talk.srt", language="fr"))
    assert (digest.language, digest.state) == ("fr", State.IN_REVIEW)
    assert (
        "no locale “fr”" in Transition.objects.get(kind="digest", row=digest.pk, became=State.IN_REVIEW).why
    )
    assert [finding.code for finding in editorial.errors_in(digest)] == ["no_locale"]


def test_a_digest_in_another_language_than_the_spoken_one_needs_a_model_and_says_so(wanted: Any) -> None:
    digest = written(wanted(ENGLISH, digest_languages=["ko"]))
    assert (digest.state, digest.error_code) == (State.FAILED, "needs_llm")
    assert "“en”" in digest.error_text
    assert "“ko”" in digest.error_text


def test_without_a_transcript_the_editor_is_asked_for_one(wanted: Any) -> None:
    digest = wanted(ENGLISH)
    Digest.objects.filter(pk=digest.pk).update(transcript=None)
    assert written(digest).error_text == drafting.NO_TRANSCRIPT


@pytest.mark.django_db(transaction=True)
def test_a_digest_is_written_once_however_many_are_woken(wanted: Any) -> None:
    digest = wanted(ENGLISH)
    at_once(lambda: tasks.draft_digest(digest.pk), times=3)
    written(digest)
    assert (digest.version, digest.revisions.count()) == (1, 1)
    story = Transition.objects.filter(kind="digest", row=digest.pk).values_list("became", flat=True)
    assert list(story) == [State.PENDING, State.RUNNING, State.IN_REVIEW]


def test_words_that_come_while_it_waits_are_the_ones_it_is_written_from(wanted: Any) -> None:
    digest = wanted(b"WEBVTT\n\n00:01.000 --> 00:02.000\nAhoy there, captain")
    loaded_early = Digest.objects.select_related("episode", "transcript").get(pk=digest.pk)
    transcribe.accept(digest.episode, ENGLISH, name="better.vtt")
    assert drafting.draft(loaded_early)
    loaded_early.refresh_from_db()
    assert loaded_early.transcript.words > 1000


def test_a_worker_that_lost_its_lease_writes_no_outline(wanted: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the first one thinks, its lease runs out, the sweeper re-drives the digest, a second one writes it."""
    digest = wanted(ENGLISH)
    think = drafting.make_outline

    def think_too_long(segments: Any, options: Any) -> Any:
        monkeypatch.setattr(drafting, "make_outline", think)
        lease_runs_out(digest)
        sweep_all()
        written(digest)
        return think(segments[:100], options)

    monkeypatch.setattr(drafting, "make_outline", think_too_long)
    tasks.draft_digest(digest.pk)
    digest.refresh_from_db()
    assert (digest.state, digest.version, digest.revisions.count()) == (State.IN_REVIEW, 1, 1)
    assert digest.content == think(digest.transcript.spoken(), options_of(digest)).outline


def test_a_digest_that_kills_three_workers_fails_and_says_so(
    wanted: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*args: Any) -> None:
        raise KeyboardInterrupt

    digest = wanted(ENGLISH)
    monkeypatch.setattr(drafting, "make_outline", die)
    for _ in range(lease.POISONED_AFTER):
        digest.refresh_from_db()
        assert digest.state == State.PENDING
        with pytest.raises(KeyboardInterrupt):
            tasks.draft_digest(digest.pk)
        lease_runs_out(digest)
        sweep_all()
    digest.refresh_from_db()
    assert (digest.state, digest.error_code) == (State.FAILED, "worker_died")


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_put_a_row_back_once(wanted: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def die(*args: Any) -> None:
        raise KeyboardInterrupt

    digest = wanted(ENGLISH)
    monkeypatch.setattr(drafting, "make_outline", die)
    with pytest.raises(KeyboardInterrupt):
        tasks.draft_digest(digest.pk)
    lease_runs_out(digest)
    moved = at_once(sweep_all)
    assert sum(result["drafts left by dead workers"] for result in moved) == 1
    assert Transition.objects.filter(kind="digest", row=digest.pk, why="lease over").count() == 1
    assert set(sweep_all().values()) <= {0, 1}
    assert sum(sweep_all().values()) == 0


def test_a_sweep_leaves_alone_what_another_worker_has_taken_meanwhile(
    wanted: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = wanted(ENGLISH)
    waiting = Digest.objects.filter(pk=digest.pk)
    lease.claim(waiting, lasting=drafting.LEASE, state=State.RUNNING)
    lease_runs_out(digest)

    def slow_look(row: Any) -> int:
        """While the sweep looks, a second worker takes the lease that is over."""
        lease.claim(waiting, lasting=drafting.LEASE)
        return 0

    monkeypatch.setattr(sweeps, "deaths_of", slow_look)
    assert sweeps.release_drafts() == 0
    digest.refresh_from_db()
    assert (digest.state, bool(digest.lease_token)) == (State.RUNNING, True)


def options_of(digest: Digest) -> Any:
    return drafting.Options(language=digest.language, title=digest.episode.title)
