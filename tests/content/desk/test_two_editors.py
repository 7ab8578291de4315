"""Two editors, two clicks, and text that cannot be read: nothing typed is ever lost, and nothing happens twice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from accounts.models import User
from digestly.content import editorial
from digestly.content.models import Digest, EditionEntry, Revision, Transition

from .conftest import Desk
from .test_review import retitled


def test_the_second_of_two_editors_is_told_and_keeps_the_text(
    desk: Desk, colleagues_desk: Desk, draft: Digest
) -> None:
    mine, theirs = desk.review(draft), colleagues_desk.review(draft)
    colleagues_desk.send(draft, theirs, text=retitled(theirs, "The title Mina chose"))
    after = desk.send(draft, mine, text=retitled(mine, "The title Robin chose"))
    told = after.words("conflict")
    assert "Mina Seo saved version 2" in told
    assert "The title Robin chose" in after.fields["text"]
    gone = "".join(after.tree.xpath('//*[@id="conflict"]//del//text()'))
    came = "".join(after.tree.xpath('//*[@id="conflict"]//ins//text()'))
    assert "Mina" in gone
    assert "Robin" in came
    draft.refresh_from_db()
    assert (draft.title, draft.version) == ("The title Mina chose", 2)


def test_an_editor_can_knowingly_save_over_the_other_version(
    desk: Desk, colleagues_desk: Desk, draft: Digest, editor: User
) -> None:
    mine, theirs = desk.review(draft), colleagues_desk.review(draft)
    colleagues_desk.send(draft, theirs, text=retitled(theirs, "The title Mina chose"))
    after = desk.send(draft, mine, text=retitled(mine, "The title Robin chose"))
    over = after.tree.xpath('//button[@name="over"]')[0]
    assert "version 2" in over.text_content()
    desk.send(draft, after, over=over.get("value"))
    draft.refresh_from_db()
    assert (draft.title, draft.version) == ("The title Robin chose", 3)
    assert Revision.objects.get(digest=draft, version=2).content.title == "The title Mina chose"
    assert Revision.objects.get(digest=draft, version=3).by == editor


def test_saving_over_one_version_does_not_save_over_a_third(
    desk: Desk, colleagues_desk: Desk, draft: Digest
) -> None:
    mine, theirs = desk.review(draft), colleagues_desk.review(draft)
    colleagues_desk.send(draft, theirs, text=retitled(theirs, "Second"))
    conflict = desk.send(draft, mine, text=retitled(mine, "Mine"))
    theirs = colleagues_desk.review(draft)
    colleagues_desk.send(draft, theirs, text=retitled(theirs, "Third"))
    after = desk.send(draft, conflict, over="2")
    assert "saved version 3" in after.words("conflict")
    draft.refresh_from_db()
    assert draft.title == "Third"


def test_plain_save_after_a_conflict_still_does_not_overwrite(
    desk: Desk, colleagues_desk: Desk, draft: Digest
) -> None:
    mine, theirs = desk.review(draft), colleagues_desk.review(draft)
    colleagues_desk.send(draft, theirs, text=retitled(theirs, "Theirs"))
    conflict = desk.send(draft, mine, text=retitled(mine, "Mine"))
    previewed = desk.send(draft, conflict, act="preview")
    assert "Mina Seo" in previewed.words("conflict")
    desk.send(draft, previewed)
    draft.refresh_from_db()
    assert draft.title == "Theirs"


def test_two_policies_at_once_are_a_conflict_too(desk: Desk, colleagues_desk: Desk, draft: Digest) -> None:
    mine, theirs = desk.review(draft), colleagues_desk.review(draft)
    colleagues_desk.send(draft, theirs, policy="all_free")
    after = desk.send(draft, mine, policy="all_locked")
    assert "everything is open" in after.words("conflict")
    draft.refresh_from_db()
    assert draft.policy == "all_free"


def test_nobody_approves_a_version_they_have_not_seen(
    desk: Desk, colleagues_desk: Desk, draft: Digest
) -> None:
    mine, theirs = desk.review(draft), colleagues_desk.review(draft)
    colleagues_desk.send(draft, theirs, text=retitled(theirs, "A title Robin never saw"))
    after = desk.send(draft, mine, act="approve")
    draft.refresh_from_db()
    assert draft.state == "in_review"
    assert "Mina Seo saved version 2" in after.words("conflict")


def test_approving_a_digest_that_changed_in_memory_only_is_stale(
    draft: Digest, editor: User, colleague: User
) -> None:
    seen = Digest.objects.get(pk=draft.pk)
    editorial.save(draft, replace(draft.content, title="Another"), by=colleague, version=1)
    with pytest.raises(editorial.Stale):
        editorial.approve(seen, by=editor)
    draft.refresh_from_db()
    assert draft.state == "in_review"


@pytest.mark.parametrize("act", ["approve", "reject", "withdraw", "back", "again", "publish", "schedule"])
def test_a_second_press_of_any_button_does_no_harm(desk: Desk, draft: Digest, act: str) -> None:
    if act in ("withdraw", "back"):
        desk.send(draft, desk.review(draft), act="approve")
    if act == "back":
        desk.send(draft, desk.review(draft), act="withdraw", why="A mistake.")
    typed = {"why": "Because.", "publish_at": "2099-01-01T10:00"}
    if act == "publish":
        desk.send(draft, desk.review(draft), act="schedule", **typed)
    page = desk.review(draft)
    desk.send(draft, page, act=act, **typed)
    draft.refresh_from_db()
    state, steps = draft.state, Transition.objects.count()
    again = desk.send(draft, page, act=act, **typed)
    draft.refresh_from_db()
    assert again.response.status_code == 200
    assert "Nothing was done: it is" in again.messages
    assert "Robin Vale" in again.messages
    assert (draft.state, Transition.objects.count()) == (state, steps)
    assert EditionEntry.objects.count() <= 1


def test_a_second_press_of_save_makes_no_second_version(desk: Desk, draft: Digest) -> None:
    page = desk.review(draft)
    for _ in range(2):
        after = desk.send(draft, page, text=retitled(page, "Once"))
    assert "Nothing has changed" in after.messages
    assert Revision.objects.filter(digest=draft).count() == 2


def test_text_typed_into_a_digest_that_was_rejected_meanwhile_comes_back(
    desk: Desk, colleagues_desk: Desk, draft: Digest
) -> None:
    mine = desk.review(draft)
    colleagues_desk.send(draft, colleagues_desk.review(draft), act="reject", why="Not for us.")
    after = desk.send(draft, mine, text=retitled(mine, "An hour of work"))
    assert "An hour of work" in after.fields["text"]
    assert "rejected" in after.messages
    assert "Mina Seo" in after.messages


def test_a_decision_and_its_text_are_kept_together_or_not_at_all(
    desk: Desk, colleagues_desk: Desk, draft: Digest
) -> None:
    mine = desk.review(draft)
    colleagues_desk.send(draft, colleagues_desk.review(draft), act="approve")
    after = desk.send(draft, mine, act="reject", why="No.", text=retitled(mine, "Mine"))
    draft.refresh_from_db()
    assert (draft.state, draft.version) == ("published", 1)
    assert "Mine" in after.fields["text"]


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("# A title\n\n## Details\n### 1. Heading\nno bullet here", 5),
        ("# A title\n> summary\n\n## Surprises\n- one", 4),
        ("# A title\n> summary\n\n## Details\n### One {#a}\n- x\n### Two {#a}\n- y", 7),
        ("# A title\n> summary\n## Details\n### One\n- a bullet [99:99:99]", 5),
    ],
)
def test_text_that_cannot_be_read_names_the_line_and_is_kept(
    desk: Desk, draft: Digest, typed: str, line: int
) -> None:
    after = desk.send(draft, desk.review(draft), text=typed)
    assert f"Line {line}:" in after.words("text-error")
    assert typed.split("\n")[line - 1] in after.words("text-error")
    assert after.fields["text"].strip().replace("\r\n", "\n") == typed
    draft.refresh_from_db()
    assert (draft.version, Revision.objects.filter(digest=draft).count()) == (1, 1)


@pytest.mark.parametrize("act", ["approve", "reject", "again", "schedule", "preview"])
def test_no_decision_is_taken_on_text_that_cannot_be_read(desk: Desk, draft: Digest, act: str) -> None:
    after = desk.send(
        draft,
        desk.review(draft),
        act=act,
        text="What is this?",
        why="Because.",
        publish_at="2099-01-01T10:00",
    )
    assert "What is this?" in after.fields["text"]
    draft.refresh_from_db()
    assert (draft.state, draft.version) == ("in_review", 1)


def test_hostile_text_is_shown_as_text(desk: Desk, draft: Digest) -> None:
    page = desk.review(draft)
    hostile = retitled(page, "</textarea><script>alert(1)</script>")
    after = desk.send(draft, page, text=hostile)
    assert "<script>alert" not in after.text
    draft.refresh_from_db()
    assert draft.title == "</textarea><script>alert(1)</script>"


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"version": "x"},
        {"version": ""},
        {"version": "9" * 30},
        {"over": "x"},
        {"policy": "?"},
        {"act": "explode"},
    ],
)
def test_a_form_that_was_tampered_with_changes_nothing(
    desk: Desk, draft: Digest, sent: dict[str, str]
) -> None:
    page = desk.review(draft)
    fields = {**page.fields, "text": retitled(page, "Mine"), **sent} if sent.get("act") != "explode" else sent
    response = desk.client.post(f"/admin/content/digest/{draft.pk}/change/", fields, follow=True)
    assert response.status_code == 200
    draft.refresh_from_db()
    assert draft.state == "in_review"
