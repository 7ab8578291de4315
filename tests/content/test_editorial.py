"""Station 6: from a draft to its place in an edition, with a name under every step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from digestly.content import editorial, tasks, transcribe
from digestly.content.models import Digest, Edition, EditionEntry, Episode, RetiredSlug, Transition
from digestly.outline.types import Outline
from digestly.work.sweep import sweep_all
from tests.content.world import ENGLISH, at_once
from tests.content.world import past as a_moment_ago

State = Digest.State
Make = Callable[..., Digest]
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def draft(talk: Outline, make_digest: Make) -> Digest:
    return make_digest(talk)


def story(digest: Digest) -> list[tuple[str, str, str | None, str]]:
    steps = Transition.objects.filter(kind="digest", row=digest.pk)
    return list(steps.values_list("was", "became", "by__email", "why"))


# Approving -------------------------------------------------------------------------------------------------------


def test_approval_names_the_editor_and_publishes(draft: Digest, editor: User) -> None:
    editorial.approve(draft, by=editor)
    draft.refresh_from_db()
    assert (draft.state, draft.reviewed_by) == (State.PUBLISHED, editor)
    assert draft.reviewed_at
    assert draft.published_at
    assert draft.entry.edition.date == timezone.localdate()
    assert story(draft) == [
        (State.IN_REVIEW, State.APPROVED, editor.email, ""),
        (State.APPROVED, State.PUBLISHED, editor.email, ""),
    ]


@pytest.mark.parametrize("missing", [{"title": None}, {"summary": ""}, {"sections": ()}])
def test_what_lint_calls_an_error_forbids_approval(
    talk: Outline, make_digest: Make, editor: User, missing: dict[str, object]
) -> None:
    digest = make_digest(replace(talk, **missing))
    with pytest.raises(editorial.Unpublishable) as refused:
        editorial.approve(digest, by=editor)
    assert [finding.level for finding in refused.value.findings] == ["error"]
    digest.refresh_from_db()
    assert (digest.state, digest.reviewed_by, story(digest)) == (State.IN_REVIEW, None, [])


def test_a_warning_does_not_forbid_it(talk: Outline, make_digest: Make, editor: User) -> None:
    digest = make_digest(replace(talk, key_points=()))
    editorial.approve(digest, by=editor)
    assert digest.state == State.PUBLISHED


def test_a_language_without_a_locale_cannot_be_published(
    talk: Outline, make_digest: Make, editor: User
) -> None:
    with pytest.raises(editorial.Unpublishable, match="fr"):
        editorial.approve(make_digest(talk, language="fr"), by=editor)


def test_approval_is_of_the_version_that_was_seen(draft: Digest, talk: Outline, editor: User) -> None:
    seen = Digest.objects.get(pk=draft.pk)
    editorial.save(draft, replace(talk, title=None), by=editor, version=1)
    with pytest.raises(editorial.Stale):
        editorial.approve(seen, by=editor)
    draft.refresh_from_db()
    assert draft.state == State.IN_REVIEW


@pytest.mark.django_db(transaction=True)
def test_a_digest_that_two_approve_at_once_is_published_once(draft: Digest, editor: User) -> None:
    given = at_once(lambda: editorial.approve(Digest.objects.get(pk=draft.pk), by=editor), times=3)
    assert given.count(None) == 1
    assert [type(result) for result in given if result] == [editorial.Stale] * 2
    assert EditionEntry.objects.filter(digest=draft).count() == 1
    assert [became for _, became, _, _ in story(draft)] == [State.APPROVED, State.PUBLISHED]


# When ------------------------------------------------------------------------------------------------------------


def test_a_time_is_waited_for_and_kept_by_the_sweeper(draft: Digest, editor: User) -> None:
    editorial.approve(draft, by=editor, publish_at=timezone.now() + timedelta(hours=1))
    sweep_all()
    draft.refresh_from_db()
    assert (draft.state, hasattr(draft, "entry")) == (State.APPROVED, False)
    Digest.objects.filter(pk=draft.pk).update(publish_at=a_moment_ago())
    assert sweep_all()["digests published at their time"] == 1
    draft.refresh_from_db()
    assert (draft.state, draft.reviewed_by) == (State.PUBLISHED, editor)
    assert story(draft)[-1][2] == editor.email


def test_a_worker_that_dies_between_approval_and_publication_costs_nothing(
    draft: Digest, editor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(editorial, "publish", lambda digest: None)
        editorial.approve(draft, by=editor)
    draft.refresh_from_db()
    assert draft.state == State.APPROVED
    sweep_all()
    draft.refresh_from_db()
    assert draft.state == State.PUBLISHED


@pytest.mark.django_db(transaction=True)
def test_sweeps_at_once_publish_each_digest_once_and_in_its_own_place(
    talk: Outline, make_digest: Make, editor: User
) -> None:
    digests = [make_digest(talk, state=State.APPROVED, reviewed_by=editor) for _ in range(6)]
    published = at_once(editorial.publish_due, times=3)
    assert sum(published) == len(digests)
    entries = EditionEntry.objects.order_by("position")
    assert [entry.position for entry in entries] == [1, 2, 3, 4, 5, 6]
    assert len({entry.slug for entry in entries}) == 6
    assert Edition.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_digests_published_at_once_share_an_edition_and_no_place(
    talk: Outline, make_digest: Make, editor: User
) -> None:
    waiting = iter([make_digest(talk, state=State.APPROVED, reviewed_by=editor) for _ in range(6)])
    given = at_once(lambda: editorial.publish(next(waiting)), times=6)
    assert given == [True] * 6
    entries = EditionEntry.objects.order_by("position")
    assert [entry.position for entry in entries] == [1, 2, 3, 4, 5, 6]
    assert len({entry.slug for entry in entries}) == 6
    assert Edition.objects.count() == 1


def test_publishing_what_is_due_costs_one_query_to_find_it(
    draft: Digest, editor: User, django_assert_max_num_queries: Callable[..., object]
) -> None:
    editorial.approve(draft, by=editor)
    with django_assert_max_num_queries(1):
        assert editorial.publish_due() == 0


# Where -----------------------------------------------------------------------------------------------------------


def test_an_explicit_day_is_kept_whatever_the_editions_state(draft: Digest, editor: User) -> None:
    day = date(2024, 2, 29)
    Edition.objects.create(date=day, language="en", state=Edition.State.SENT)
    Digest.objects.filter(pk=draft.pk).update(edition_date=day)
    draft.refresh_from_db()
    editorial.approve(draft, by=editor)
    assert draft.entry.edition.date == day
    assert draft.entry.edition.state == Edition.State.SENT
    assert draft.get_absolute_url().startswith("/en/2024/02/29/")


@pytest.mark.parametrize(
    ("zone", "closes", "now", "day"),
    [
        ("UTC", 24, datetime(2026, 3, 2, 23, 59, tzinfo=UTC), date(2026, 3, 2)),
        ("UTC", 6, datetime(2026, 3, 2, 5, 59, tzinfo=UTC), date(2026, 3, 2)),
        ("UTC", 6, datetime(2026, 3, 2, 6, 0, tzinfo=UTC), date(2026, 3, 3)),
        ("Asia/Seoul", 24, datetime(2026, 3, 2, 15, 0, tzinfo=UTC), date(2026, 3, 3)),
        ("Asia/Seoul", 18, datetime(2026, 3, 2, 9, 0, tzinfo=UTC), date(2026, 3, 3)),
        ("America/New_York", 24, datetime(2026, 3, 3, 4, 59, tzinfo=UTC), date(2026, 3, 2)),
    ],
)
def test_an_edition_closes_at_its_hour_where_the_site_is(
    settings: Settings, zone: str, closes: int, now: datetime, day: date
) -> None:
    settings.TIME_ZONE, settings.EDITION_CLOSE_HOUR = zone, closes
    assert editorial.edition_day(now) == day


def test_what_is_published_after_closing_joins_the_next_edition(
    talk: Outline, make_digest: Make, editor: User, settings: Settings
) -> None:
    settings.EDITION_CLOSE_HOUR = 18
    early, late = (make_digest(talk, state=State.APPROVED, reviewed_by=editor) for _ in range(2))
    editorial.publish(early, now=NOON)
    assert editorial.close_editions(NOON) == 0
    assert editorial.close_editions(NOON + timedelta(hours=6)) == 1
    editorial.publish(late, now=NOON + timedelta(hours=6))
    assert (early.entry.edition.date, late.entry.edition.date) == (date(2026, 3, 2), date(2026, 3, 3))


def test_an_edition_that_was_closed_early_takes_nothing_more(
    talk: Outline, make_digest: Make, editor: User
) -> None:
    for day in (2, 3):
        Edition.objects.create(date=date(2026, 3, day), language="en", state=Edition.State.CLOSED)
    digest = make_digest(talk, state=State.APPROVED, reviewed_by=editor)
    editorial.publish(digest, now=NOON)
    assert digest.entry.edition.date == date(2026, 3, 4)


def test_each_language_has_its_own_edition_of_a_day(talk: Outline, make_digest: Make, editor: User) -> None:
    english, korean = (make_digest(talk, language=language) for language in ("en", "ko"))
    for digest in (english, korean):
        editorial.approve(digest, by=editor)
    assert (english.entry.edition.language, korean.entry.edition.language) == ("en", "ko")
    assert (english.entry.position, korean.entry.position) == (1, 1)


# Addresses -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("The Tide, & what it takes", "the-tide-what-it-takes"),
        ("항구의 하루: 조수와 사람", "항구의-하루-조수와-사람"),
        ("v1.2.md", "v12md"),
        ("???", "digest"),
        ("x" * 300, "x" * 100),
    ],
)
def test_an_address_is_made_of_the_title_in_any_script(
    talk: Outline, make_digest: Make, publish: Callable[[Digest], Digest], signed_in: Callable[[None], Browser],
    title: str, slug: str,
) -> None:  # fmt: skip
    digest = publish(make_digest(replace(talk, title=title)))
    assert digest.entry.slug == slug
    assert signed_in(None).get(digest.get_absolute_url()).status_code == 200


def test_digests_of_one_title_have_different_addresses(
    talk: Outline, make_digest: Make, publish: Callable[[Digest], Digest]
) -> None:
    slugs = [publish(make_digest(replace(talk, title="The tide"))).entry.slug for _ in range(3)]
    assert slugs == ["the-tide", "the-tide-2", "the-tide-3"]


def test_an_old_address_leads_to_the_new_one_for_good(
    published: Digest, signed_in: Callable[[None], Browser]
) -> None:
    guest = signed_in(None)
    old = published.get_absolute_url()
    editorial.rename(published.entry, "A Better Name.")
    new = published.get_absolute_url()
    assert new.endswith("/a-better-name/")
    answer = guest.get(old)
    assert (answer.status_code, answer["Location"]) == (301, new)
    editorial.rename(published.entry, "third")
    assert guest.get(old)["Location"] == guest.get(new)["Location"] == published.get_absolute_url()


def test_a_digest_may_have_its_old_address_back(published: Digest) -> None:
    first = published.entry.slug
    editorial.rename(published.entry, "other")
    editorial.rename(published.entry, first)
    assert published.entry.slug == first
    assert list(RetiredSlug.objects.values_list("slug", flat=True)) == ["other"]


def test_renaming_to_the_same_address_changes_nothing(published: Digest) -> None:
    slug = published.entry.slug
    editorial.rename(published.entry, slug)
    assert (published.entry.slug, RetiredSlug.objects.exists()) == (slug, False)


def test_no_other_digest_takes_an_address_that_redirects(
    published: Digest, talk: Outline, make_digest: Make, publish: Callable[[Digest], Digest]
) -> None:
    taken = published.entry.slug
    editorial.rename(published.entry, "other")
    other = publish(make_digest(talk, edition_date=published.entry.edition.date))
    assert other.entry.slug == f"{taken}-2"


# Saving ----------------------------------------------------------------------------------------------------------


def test_each_save_is_a_version_with_a_name(draft: Digest, talk: Outline, editor: User) -> None:
    better = replace(talk, title="A better title", summary="A better summary.")
    editorial.save(draft, better, by=editor, version=1, note="title")
    assert (draft.version, draft.title, draft.summary) == (2, "A better title", "A better summary.")
    assert draft.content == better
    versions = draft.revisions.order_by("version")
    assert [(revision.version, revision.by, revision.note) for revision in versions] == [
        (1, None, "extractive"),
        (2, editor, "title"),
    ]
    assert [revision.content for revision in versions] == [talk, better]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_at_once_one_is_told_and_nothing_is_lost(
    draft: Digest, talk: Outline, editor: User
) -> None:
    titles = iter(["Mine", "Yours"])
    given = at_once(lambda: editorial.save(draft, replace(talk, title=next(titles)), by=editor, version=1))
    assert [type(result) for result in given if result] == [editorial.Stale]
    draft.refresh_from_db()
    assert draft.version == 2
    assert draft.revisions.get(version=2).content.title == draft.title


@pytest.mark.parametrize(
    "state", [State.PENDING, State.RUNNING, State.FAILED, State.REJECTED, State.WITHDRAWN]
)
def test_what_is_not_open_for_changes_is_not_changed(
    talk: Outline, make_digest: Make, editor: User, state: str
) -> None:
    digest = make_digest(talk, state=state)
    with pytest.raises(editorial.Stale):
        editorial.save(digest, replace(talk, title="Changed"), by=editor, version=1)
    digest.refresh_from_db()
    assert (digest.title, digest.revisions.count()) == (talk.title, 1)


def test_readers_never_get_a_version_with_errors(published: Digest, talk: Outline, editor: User) -> None:
    digest = Digest.objects.get(pk=published.pk)
    with pytest.raises(editorial.Unpublishable):
        editorial.save(digest, replace(talk, title=None), by=editor, version=1)
    digest.refresh_from_db()
    assert (digest.title, digest.version) == (talk.title, 1)


# Other ways out --------------------------------------------------------------------------------------------------


def test_a_withdrawn_digest_is_gone_with_its_reason_and_comes_back_to_its_place(
    published: Digest, editor: User, signed_in: Callable[[None], Browser]
) -> None:
    guest, path = signed_in(None), published.get_absolute_url()
    editorial.withdraw(published, by=editor, why="The speaker asked for it.")
    answer = guest.get(path)
    assert answer.status_code == 410
    assert "The speaker asked for it." in answer.content.decode()

    editorial.back_to_review(published, by=editor, why="They changed their mind.")
    digest = Digest.objects.get(pk=published.pk)
    assert (digest.state, digest.withdrawn_because) == (State.IN_REVIEW, "")
    editorial.approve(digest, by=editor)
    assert guest.get(path).status_code == 200
    assert EditionEntry.objects.count() == 1
    assert [(became, why) for _, became, by, why in story(published) if by][2:4] == [
        (State.WITHDRAWN, "The speaker asked for it."),
        (State.IN_REVIEW, "They changed their mind."),
    ]


def test_an_approval_can_be_taken_back_before_its_time(draft: Digest, editor: User) -> None:
    editorial.approve(draft, by=editor, publish_at=timezone.now() + timedelta(hours=1))
    editorial.back_to_review(draft, by=editor)
    Digest.objects.update(publish_at=None)
    assert editorial.publish_due() == 0


def test_a_rejected_digest_does_not_appear_and_can_be_reviewed_again(draft: Digest, editor: User) -> None:
    editorial.reject(draft, by=editor, why="An advertisement.")
    assert story(draft)[-1] == (State.IN_REVIEW, State.REJECTED, editor.email, "An advertisement.")
    with pytest.raises(editorial.Stale):
        editorial.approve(draft, by=editor)
    editorial.back_to_review(draft, by=editor)
    assert draft.state == State.IN_REVIEW


def test_writing_it_again_keeps_the_versions_so_far(draft: Digest, talk: Outline, editor: User) -> None:
    Episode.objects.filter(pk=draft.episode_id).update(state=Episode.State.TRANSCRIPT_READY)
    transcribe.accept(draft.episode, ENGLISH, name="talk.vtt", by=editor)
    editorial.write_again(draft, by=editor)
    assert story(draft)[-1] == (State.IN_REVIEW, State.PENDING, editor.email, "written again")
    tasks.draft_digest(draft.pk)
    draft.refresh_from_db()
    assert (draft.state, draft.version) == (State.IN_REVIEW, 2)
    assert draft.revisions.get(version=1).content == talk
    assert draft.content != talk


def test_when_writing_it_again_fails_what_stood_before_can_be_gone_on_with(
    draft: Digest, talk: Outline, editor: User
) -> None:
    """Its transcript holds no words: see how it was made."""
    editorial.write_again(draft, by=editor)
    tasks.draft_digest(draft.pk)
    draft.refresh_from_db()
    assert (draft.state, draft.error_code) == (State.FAILED, "too_short")
    editorial.back_to_review(draft, by=editor)
    assert (draft.content, draft.error_code) == (talk, "")
    editorial.approve(draft, by=editor)
    assert draft.state == State.PUBLISHED


@pytest.mark.parametrize("act", ["reject", "withdraw", "back_to_review", "write_again"])
def test_no_step_is_taken_twice_or_out_of_turn(draft: Digest, editor: User, act: str) -> None:
    why = {} if act in ("write_again", "back_to_review") else {"why": "so"}
    early = Digest.objects.get(pk=draft.pk)
    editorial.approve(draft, by=editor, publish_at=timezone.now() + timedelta(hours=1))
    with pytest.raises(editorial.Stale):
        getattr(editorial, act)(early, by=editor, **why)
    draft.refresh_from_db()
    assert draft.state == State.APPROVED
