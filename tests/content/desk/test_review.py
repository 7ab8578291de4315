"""The review page: what an editor sees of a digest, and what each button does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from digestly.content.models import Digest, Edition, Revision, Transition
from digestly.outline.markdown import write
from digestly.outline.preview import preview
from digestly.outline.types import Outline

from .conftest import Desk, address

MakeDigest = Callable[..., Digest]


def test_the_text_box_holds_the_outline_as_markdown(desk: Desk, draft: Digest) -> None:
    assert desk.review(draft).fields["text"].strip() == write(draft.content).strip()


def test_a_guests_preview_holds_no_locked_text(desk: Desk, draft: Digest) -> None:
    locked = [
        bullet.text
        for section in draft.content.walk()
        if section.id in preview(draft.content).locked
        for bullet in section.bullets
    ]
    locked += [insight.text for insight in draft.content.insights] + [draft.content.analysis or "?"]
    seen = desk.review(draft).words("preview")
    assert len(locked) > 10
    assert not [text for text in locked if text[:40] in seen]
    assert draft.content.summary[:60] in seen


def test_a_members_preview_holds_everything(desk: Desk, draft: Digest) -> None:
    seen = desk.review(draft, "?as=plus").words("preview")
    texts = [bullet.text for section in draft.content.walk() for bullet in section.bullets]
    assert all(" ".join(text.split()) in seen for text in texts)


def test_a_guests_preview_says_what_is_locked(desk: Desk, draft: Digest) -> None:
    page = desk.review(draft)
    assert page.tree.xpath('//*[@id="preview"]//*[@data-part="wall"]')
    assert not desk.review(draft, "?as=plus").tree.xpath('//*[@id="preview"]//*[@data-part="wall"]')


def test_preview_renders_what_is_typed_and_saves_nothing(desk: Desk, draft: Digest) -> None:
    page = desk.review(draft)
    typed = page.fields["text"].replace("> ", "> A sentence only typed. ", 1)
    shown = desk.send(draft, page, act="preview", text=typed)
    assert "A sentence only typed." in shown.words("preview")
    assert "A sentence only typed." in shown.fields["text"]
    draft.refresh_from_db()
    assert draft.version == 1
    assert "only typed" not in draft.summary


def test_preview_follows_the_policy_that_is_chosen(desk: Desk, draft: Digest) -> None:
    shown = desk.send(draft, desk.review(draft), act="preview", policy="all_locked")
    first = draft.content.sections[0].bullets[0].text
    assert first[:40] not in shown.words("preview")
    draft.refresh_from_db()
    assert draft.policy == "structural"


def test_switching_the_reader_keeps_what_is_typed(desk: Desk, draft: Digest) -> None:
    page = desk.review(draft)
    typed = retitled(page, "Typed, not saved")
    shown = desk.send(draft, page, act="preview", query="?as=plus", text=typed)
    assert "Typed, not saved" in shown.fields["text"]
    assert shown.tree.get_element_by_id("preview").get("data-as") == "plus"


def test_save_keeps_a_version_with_the_editors_name(desk: Desk, draft: Digest, editor: User) -> None:
    page = desk.review(draft)
    after = desk.send(draft, page, text=retitled(page, "A better title"))
    draft.refresh_from_db()
    assert (draft.title, draft.version, draft.state) == ("A better title", 2, "in_review")
    assert Revision.objects.get(digest=draft, version=2).by == editor
    assert "Saved as version 2" in after.messages
    assert "Robin Vale" in after.text


def test_saving_keeps_evidence_and_ids_that_the_text_does_not_show(desk: Desk, draft: Digest) -> None:
    page = desk.review(draft)
    desk.send(draft, page, text=retitled(page, "A better title"))
    before = draft.content
    draft.refresh_from_db()
    assert draft.content == replace(before, title="A better title")


def test_saving_what_has_not_changed_makes_no_version(desk: Desk, draft: Digest) -> None:
    after = desk.send(draft, desk.review(draft))
    assert "Nothing has changed" in after.messages
    assert Revision.objects.filter(digest=draft).count() == 1


def test_policy_dates_and_edition_are_edited_on_the_same_form(desk: Desk, draft: Digest) -> None:
    desk.send(
        draft, desk.review(draft), policy="all_locked", free_from="2026-12-01T09:30",
        free_until="2026-12-24T00:00", edition_date="2026-12-02",
    )  # fmt: skip
    draft.refresh_from_db()
    assert draft.policy == "all_locked"
    assert draft.free_from == datetime(2026, 12, 1, 9, 30, tzinfo=UTC)
    assert draft.free_until == datetime(2026, 12, 24, tzinfo=UTC)
    assert draft.edition_date == date(2026, 12, 2)
    assert draft.version == 2


def test_times_are_those_of_the_site(desk: Desk, draft: Digest, settings: Any) -> None:
    settings.TIME_ZONE = "Asia/Seoul"
    page = desk.review(draft)
    assert "Asia/Seoul" in page.words("decide")
    desk.send(draft, page, free_from="2026-12-01T09:30")
    draft.refresh_from_db()
    assert draft.free_from == datetime(2026, 12, 1, 0, 30, tzinfo=UTC)
    assert desk.review(draft).fields["free_from"] == "2026-12-01T09:30"


def test_approval_publishes_and_shows_who_reviewed(desk: Desk, draft: Digest, editor: User) -> None:
    after = desk.send(draft, desk.review(draft), act="approve")
    draft.refresh_from_db()
    assert draft.state == "published"
    assert draft.reviewed_by == editor
    assert draft.entry.edition.language == "en"
    assert "reviewed by Robin Vale" in " ".join(after.text.split())
    assert {line.by for line in Transition.objects.filter(kind="digest", row=draft.pk)} == {editor}


def test_approval_takes_the_typed_text_with_it(desk: Desk, draft: Digest) -> None:
    page = desk.review(draft)
    desk.send(draft, page, act="approve", text=retitled(page, "As it goes out"))
    draft.refresh_from_db()
    assert (draft.state, draft.title, draft.version) == ("published", "As it goes out", 2)


def test_approval_for_a_time_waits_for_it(desk: Desk, draft: Digest, editor: User) -> None:
    at = (timezone.now() + timedelta(days=2)).replace(second=0, microsecond=0)
    after = desk.send(draft, desk.review(draft), act="schedule", publish_at=f"{at:%Y-%m-%dT%H:%M}")
    draft.refresh_from_db()
    assert (draft.state, draft.publish_at, draft.reviewed_by) == ("approved", at, editor)
    assert "It will be published at" in after.text
    assert "UTC" in after.text


@pytest.mark.parametrize("typed", ["", "2020-01-01T10:00", "soon"])
def test_a_time_that_cannot_be_is_refused_at_the_field(desk: Desk, draft: Digest, typed: str) -> None:
    page = desk.review(draft)
    after = desk.send(draft, page, act="schedule", publish_at=typed, text=retitled(page, "Not lost"))
    draft.refresh_from_db()
    assert (draft.state, draft.version) == ("in_review", 1)
    assert "Not lost" in after.fields["text"]
    assert after.tree.get_element_by_id("decide").find_class("errorlist")


def test_a_scheduled_digest_can_go_out_at_once(
    desk: Desk, draft: Digest, colleagues_desk: Desk, colleague: User
) -> None:
    at = timezone.now() + timedelta(days=2)
    desk.send(draft, desk.review(draft), act="schedule", publish_at=f"{at:%Y-%m-%dT%H:%M}")
    colleagues_desk.send(draft, colleagues_desk.review(draft), act="publish")
    draft.refresh_from_db()
    assert draft.state == "published"
    assert Transition.objects.filter(kind="digest", row=draft.pk).last().by == colleague


def test_errors_are_listed_first_and_forbid_approval(
    desk: Desk, make_digest: MakeDigest, talk: Outline
) -> None:
    digest = make_digest(replace(talk, summary="", key_points=talk.key_points[:1]))
    page = desk.review(digest)
    levels = [node.get("class") for node in page.tree.xpath('//*[@id="findings"]//li')]
    assert levels[0] == "error"
    assert "warning" in levels
    assert levels == sorted(levels)
    assert page.button("approve").get("disabled") is not None
    after = desk.send(digest, page, act="approve")
    digest.refresh_from_db()
    assert digest.state == "in_review"
    assert "There is no summary." in after.messages


def test_a_published_digest_cannot_be_saved_into_something_unpublishable(
    desk: Desk, published: Digest
) -> None:
    page = desk.review(published)
    after = desk.send(published, page, text=retitled(page, ""))
    published.refresh_from_db()
    assert published.version == 1
    assert "There is no title." in after.messages


def test_rejection_needs_a_reason_and_keeps_it(desk: Desk, draft: Digest, editor: User) -> None:
    page = desk.review(draft)
    assert "Say why" in desk.send(draft, page, act="reject").messages
    draft.refresh_from_db()
    assert draft.state == "in_review"
    after = desk.send(draft, page, act="reject", why="It repeats last week's.")
    draft.refresh_from_db()
    assert draft.state == "rejected"
    assert "It repeats last week's." in after.words("content-main")
    assert Transition.objects.filter(became="rejected", by=editor, why="It repeats last week's.").exists()


def test_withdrawal_takes_the_page_away_with_its_reason(desk: Desk, published: Digest) -> None:
    desk.send(published, desk.review(published), act="withdraw", why="A quotation was wrong.")
    published.refresh_from_db()
    assert (published.state, published.withdrawn_because) == ("withdrawn", "A quotation was wrong.")
    assert desk.client.get(published.get_absolute_url()).status_code == 410


def test_what_was_withdrawn_can_come_back_to_its_place(desk: Desk, published: Digest) -> None:
    path = published.get_absolute_url()
    desk.send(published, desk.review(published), act="withdraw", why="A quotation was wrong.")
    desk.send(published, desk.review(published), act="back")
    desk.send(published, desk.review(published), act="approve")
    published.refresh_from_db()
    assert published.state == "published"
    assert published.get_absolute_url() == path


def test_writing_again_wakes_the_engine_and_keeps_the_versions(
    desk: Desk, draft: Digest, woken: list[tuple[str, int]], django_capture_on_commit_callbacks: Any
) -> None:
    page = desk.review(draft)
    with django_capture_on_commit_callbacks(execute=True):
        desk.send(draft, page, act="again", text=retitled(page, "Kept as a version"))
    draft.refresh_from_db()
    assert draft.state == "pending"
    assert woken == [("draft_digest", draft.pk)]
    assert Revision.objects.get(digest=draft, version=2).content.title == "Kept as a version"


def test_a_failed_digest_says_why_and_can_be_written_again(
    desk: Desk, make_digest: MakeDigest, woken: list[tuple[str, int]]
) -> None:
    digest = make_digest(
        Outline(), state=Digest.State.FAILED, error_code="too_short", error_text="Only 12 words."
    )
    Digest.objects.filter(pk=digest.pk).update(outline={}, version=0)
    page = desk.review(digest)
    assert "Only 12 words." in page.words("content-main")
    desk.send(digest, page, act="again")
    digest.refresh_from_db()
    assert (digest.state, digest.error_text) == ("pending", "")


def test_a_language_without_a_locale_waits_and_says_why(
    desk: Desk, make_digest: MakeDigest, talk: Outline
) -> None:
    digest = make_digest(talk, language="fr")
    page = desk.review(digest)
    assert "The site does not speak “fr”" in page.words("findings")
    assert page.button("approve").get("disabled") is not None
    desk.send(digest, page, act="approve")
    digest.refresh_from_db()
    assert digest.state == "in_review"


def test_the_facts_stand_beside_the_text(desk: Desk, draft: Digest) -> None:
    Digest.objects.filter(pk=draft.pk).update(report={"warnings": ["Two sections are short."]})
    text = desk.review(draft).text
    assert "Lanternfield Salon" in text
    assert 'href="https://lanternfield.example/talks/1"' in text
    assert "extractive" in text
    assert "Two sections are short." in text
    assert f"/admin/content/episode/{draft.episode_id}/transcript/{draft.transcript_id}/" in text


def test_a_recording_with_a_dangerous_address_is_not_linked(desk: Desk, draft: Digest) -> None:
    draft.episode.link, draft.episode.media_url = "javascript:alert(1)", ""
    draft.episode.save()
    assert "javascript:" not in desk.review(draft).text


def test_a_version_can_be_compared_and_brought_back(desk: Desk, draft: Digest) -> None:
    page = desk.review(draft)
    old = draft.title
    desk.send(draft, page, text=retitled(page, "A worse title"))
    compared = desk.review(draft, "?diff=1")
    assert "A worse" in "".join(compared.tree.xpath('//*[@id="diff"]//ins//text()'))
    restored = desk.review(draft, "?restore=1")
    assert f"# {old}" in restored.fields["text"]
    desk.send(draft, restored)
    draft.refresh_from_db()
    assert (draft.title, draft.version) == (old, 3)


@pytest.mark.parametrize(
    "query", ["?diff=99", "?diff=x", "?diff=99999999999999999999", "?restore=-1", "?as=admin"]
)
def test_an_odd_address_shows_the_page_as_it_is(desk: Desk, draft: Digest, query: str) -> None:
    assert desk.review(draft, query).response.status_code == 200


def test_the_edition_of_a_published_digest_is_not_to_be_changed(desk: Desk, published: Digest) -> None:
    desk.send(published, desk.review(published), edition_date="2030-01-01", policy="all_free")
    published.refresh_from_db()
    assert (published.policy, str(published.edition_date)) == ("all_free", "2026-03-02")
    assert Edition.objects.count() == 1


def test_the_next_in_review_is_offered(desk: Desk, make_digest: MakeDigest, talk: Outline) -> None:
    first, second = make_digest(talk), make_digest(replace(talk, title="The one after"))
    after = desk.send(first, desk.review(first), act="approve")
    assert "The one after" in after.messages
    assert address(second) in after.text


def test_a_text_of_ten_thousand_lines_is_answered(desk: Desk, draft: Digest) -> None:
    page = desk.review(draft)
    after = desk.send(draft, page, text="\n".join(f"### {number}" for number in range(10_001)))
    assert after.response.status_code == 200
    draft.refresh_from_db()
    assert draft.version == 1


def test_no_page_loads_anything_inline(desk: Desk, draft: Digest) -> None:
    tree = desk.review(draft).tree
    assert not tree.xpath("//style | //*[@style] | //script[not(@src)] | //*[starts-with(name(@*), 'on')]")


def test_two_dates_in_order_open_what_lies_between_them(draft: Digest) -> None:
    now = timezone.now()
    draft.free_from, draft.free_until = now - timedelta(hours=1), now + timedelta(hours=1)
    assert draft.policy_at(now) == "all_free"
    assert draft.policy_at(now - timedelta(hours=2)) == "structural"
    assert draft.policy_at(now + timedelta(hours=2)) == "structural"


def retitled(page: Any, title: str) -> str:
    """The text of the page under another title."""
    first, _, rest = page.fields["text"].strip().partition("\n")
    assert first.startswith("# ")
    return f"# {title}\n{rest}"
