"""What rows know about themselves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from digestly.content import editorial
from digestly.content.models import Digest, Edition, EditionEntry, Episode, Source, Transcript, Transition
from digestly.content.models.digest import minutes_to_read
from digestly.content.models.transition import move
from digestly.outline.types import Outline, Point, Section
from digestly.transcripts.types import Segment

Make = Callable[..., Digest]
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


# Episodes --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("link", "media", "moment"),
    [
        ("https://harbour.example/1", "https://harbour.example/1.mp3", "https://harbour.example/1.mp3#t=83"),
        ("", "https://harbour.example/1.mp3?a=b#t=1", "https://harbour.example/1.mp3?a=b#t=83"),
        ("https://harbour.example/1#talk", "", "https://harbour.example/1#t=83"),
        ("https://www.youtube.com/watch?v=abc&t=5", "", "https://www.youtube.com/watch?v=abc&t=83s"),
        ("https://youtu.be/abc", "https://harbour.example/1.mp3", "https://youtu.be/abc?t=83s"),
        ("https://notyoutube.com/watch?v=abc", "", "https://notyoutube.com/watch?v=abc#t=83"),
        ("", "", None),
    ],
)
def test_a_moment_is_where_the_recording_plays_from(link: str, media: str, moment: str | None) -> None:
    assert Episode(link=link, media_url=media).moment(83.9) == moment


@pytest.mark.parametrize("length", [1, 400, 401, 5_000])
def test_an_identity_fits_its_column_and_tells_long_guids_apart(length: int) -> None:
    one, other = "é" * length, "é" * (length - 1) + "è"
    assert Episode.identity_of(one) != Episode.identity_of(other)
    assert len(Episode.identity_of(one)) <= 500


def test_a_transcript_gives_back_the_segments_it_was_given(source: Source) -> None:
    segments = [Segment(0.5, 2.25, "Wren", "Ahoy."), Segment(None, None, None, "안녕하세요 \U0001f6a2")]
    packed = Transcript.packed(segments)
    episode = source.episodes.create(identity="1", title="One")
    transcript = Transcript.objects.create(
        episode=episode, sha=Transcript.sha_of(packed), format="vtt", segments=packed, words=2
    )
    transcript.refresh_from_db()
    assert transcript.spoken() == segments
    assert transcript.sha == Transcript.sha_of(transcript.segments)


def test_the_database_refuses_a_second_episode_of_one_identity(source: Source) -> None:
    source.episodes.create(identity="1", title="One")
    with pytest.raises(IntegrityError), transaction.atomic():
        source.episodes.create(identity="1", title="One again")


# Digests ---------------------------------------------------------------------------------------------------------


def outline_of(text: str) -> Outline:
    return Outline(summary="", sections=(Section(id="a", heading="", bullets=(Point(text),)),))


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("word", 1),
        ("word " * 2300, 10),
        ("가나다라 " * 1250, 10),
        ("漢字 " * 250, 1),
        ("Plain words with 한국어 names. " * 460, 10),
    ],
)
def test_the_time_to_read_goes_by_words_or_by_syllables(text: str, minutes: int) -> None:
    assert minutes_to_read(outline_of(text)) == minutes


def test_everything_in_a_digest_takes_time_to_read(talk: Outline) -> None:
    without = (replace(talk, insights=()), replace(talk, analysis=None), replace(talk, sections=()))
    longer = replace(talk, analysis="word " * 2300)
    assert all(minutes_to_read(outline) <= minutes_to_read(talk) for outline in without)
    assert minutes_to_read(longer) > minutes_to_read(talk)


@pytest.mark.parametrize(
    ("opens", "closes", "at_noon", "changes"),
    [
        (None, None, "structural", None),
        (-HOUR, None, "all_free", None),
        (HOUR, None, "structural", HOUR),
        (None, HOUR, "all_free", HOUR),
        (None, -HOUR, "structural", None),
        (-HOUR, HOUR, "all_free", HOUR),
        (HOUR, 2 * HOUR, "structural", HOUR),
        (-2 * HOUR, -HOUR, "structural", None),
        (HOUR, -HOUR, "structural", HOUR),
        (2 * HOUR, HOUR, "all_free", HOUR),
    ],
)
def test_dates_open_a_digest_for_their_time_and_say_when_that_changes(
    opens: timedelta | None, closes: timedelta | None, at_noon: str, changes: timedelta | None
) -> None:
    digest = Digest(
        free_from=NOON + opens if opens else None,
        free_until=NOON + closes if closes else None,
    )
    assert digest.policy_at(NOON) == at_noon
    assert digest.next_access_change(NOON) == (NOON + changes if changes else None)


def test_there_is_one_digest_of_an_episode_in_a_language(talk: Outline, make_digest: Make) -> None:
    digest = make_digest(talk)
    with pytest.raises(IntegrityError), transaction.atomic():
        Digest.objects.create(episode=digest.episode, language="en")


def test_the_database_refuses_a_second_place_for_one_digest(published: Digest) -> None:
    edition = Edition.objects.create(date=date(2026, 3, 3), language="en")
    with pytest.raises(IntegrityError), transaction.atomic():
        EditionEntry.objects.create(edition=edition, digest=published, position=1, slug="again")


def test_what_is_listed_carries_no_locked_text(published: Digest) -> None:
    """The rows that pages load hold no outline: nothing can slip out that is not there."""
    loaded = Digest.objects.for_reading().get(pk=published.pk)
    assert loaded.get_deferred_fields() >= {"outline", "report"}


# Lists -----------------------------------------------------------------------------------------------------------


def test_the_pages_of_a_source_hold_every_digest_once_newest_first(
    source: Source, talk: Outline, make_digest: Make, publish: Callable[[Digest], Digest]
) -> None:
    days = [date(2026, 3, day) for day in (1, 1, 1, 2, 3)]
    expected = [publish(make_digest(talk, edition_date=day)).pk for day in days][::-1]
    make_digest(talk)
    found: list[int] = []
    key = ""
    while True:
        digests, key = source.page_of_digests("en", key, size=2)
        found += [digest.pk for digest in digests]
        if not key:
            break
    assert found == expected
    assert source.page_of_digests("ko", "", size=2) == ([], "")


@pytest.mark.parametrize(
    "key", ["", "x", "2026-13-45.1", "2026-03-02", "2026-03-02." + "9" * 18, "٢٠٢٦-03-02.1"]
)
def test_a_key_that_makes_no_sense_shows_what_there_is(source: Source, published: Digest, key: str) -> None:
    digests, following = source.page_of_digests("en", key, size=2)
    assert ([digest.pk for digest in digests], following) == ([published.pk], "")


def test_an_edition_of_withdrawn_digests_is_not_shown(published: Digest, editor: User) -> None:
    assert Edition.objects.readable("en").exists()
    editorial.withdraw(published, by=editor, why="So.")
    assert not Edition.objects.readable("en").exists()


# The log ---------------------------------------------------------------------------------------------------------


def test_a_step_and_its_line_in_the_log_are_written_together_or_not_at_all(
    talk: Outline, make_digest: Make, editor: User
) -> None:
    digest = make_digest(talk)
    with transaction.atomic():
        assert move(digest, Digest.State.REJECTED, by=editor)
        transaction.set_rollback(True)
    digest.refresh_from_db()
    assert (digest.state, Transition.objects.count()) == (Digest.State.IN_REVIEW, 0)


def test_a_row_that_somebody_moved_meanwhile_is_not_moved(
    talk: Outline, make_digest: Make, editor: User
) -> None:
    digest = make_digest(talk)
    seen = Digest.objects.get(pk=digest.pk)
    assert move(digest, Digest.State.REJECTED, by=editor)
    assert not move(seen, Digest.State.APPROVED, by=editor)
    assert Transition.objects.count() == 1
