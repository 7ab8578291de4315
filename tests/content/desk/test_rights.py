"""Who may sit at the desk: staff, each as far as the permissions go."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User
from digestly.content.models import Digest, Source

from .conftest import Desk, address


def pages(digest: Digest) -> list[str]:
    episode = digest.episode_id
    return [
        "/admin/", "/admin/content/digest/", address(digest), f"/admin/content/episode/{episode}/change/",
        f"/admin/content/episode/{episode}/transcript/{digest.transcript_id}/",
        f"/admin/content/source/{digest.episode.source_id}/change/", "/admin/content/source/add/",
        f"/admin/content/edition/{digest.entry.edition_id}/change/", "/admin/content/transition/",
        "/admin/content/fetchattempt/",
    ]  # fmt: skip


@pytest.mark.parametrize("who", ["guest", "free", "plus"])
def test_readers_are_sent_away_from_every_page(
    request: pytest.FixtureRequest, signed_in: Callable[..., Any], published: Digest, who: str
) -> None:
    browser = signed_in(None if who == "guest" else request.getfixturevalue(who))
    for path in pages(published):
        for answer in (browser.get(path), browser.post(path, {"act": "withdraw", "why": "Mine."})):
            assert answer.status_code in (302, 403), path
            assert "Ines Calloway" not in answer.content.decode()
    published.refresh_from_db()
    assert published.state == "published"


def test_an_editor_sees_every_page(desk: Desk, published: Digest) -> None:
    for path in pages(published):
        assert desk.client.get(path).status_code == 200, path


def test_staff_without_permission_see_an_empty_desk(
    with_permissions: Callable[..., Desk], published: Digest
) -> None:
    helper = with_permissions()
    assert helper.client.get("/admin/").status_code == 200
    assert "Awaiting review" not in helper.get("/admin/").text
    for path in pages(published)[1:]:
        assert helper.client.get(path).status_code == 403, path


def test_who_may_only_look_cannot_press_anything(
    with_permissions: Callable[..., Desk], draft: Digest
) -> None:
    helper = with_permissions("view_digest", "view_episode", "view_source", "view_edition")
    page = helper.get(address(draft))
    assert page.response.status_code == 200
    assert not page.tree.xpath('//textarea | //button[@name="act"][not(contains(@class, "visually-hidden"))]')
    assert helper.client.post(address(draft), {"act": "approve"}).status_code == 403
    assert (
        helper.client.post(f"/admin/content/episode/{draft.episode_id}/change/", {"act": "skip"}).status_code
        == 403
    )
    assert (
        helper.client.post(
            f"/admin/content/source/{draft.episode.source_id}/poll/", {"act": "pause"}
        ).status_code
        == 403
    )
    draft.refresh_from_db()
    assert draft.state == "in_review"
    assert Source.objects.get().status == "active"


def test_who_may_only_look_still_sees_both_previews(
    with_permissions: Callable[..., Desk], draft: Digest
) -> None:
    helper = with_permissions("view_digest")
    assert helper.get(address(draft)).tree.xpath('//div[@class="tabs"]/a/@href') == ["?as=guest", "?as=plus"]


def test_logs_are_read_and_never_written(desk: Desk, published: Digest) -> None:
    for path in ("/admin/content/transition/add/", "/admin/content/fetchattempt/add/"):
        assert desk.client.get(path).status_code == 403
    assert "published" in desk.get("/admin/content/transition/").text


@pytest.mark.parametrize(
    "path", ["digest/999/change/", "episode/999/change/", "source/999/change/", "edition/x/change/"]
)
def test_what_is_not_there_leads_home(desk: Desk, path: str) -> None:
    answer = desk.client.get(f"/admin/content/{path}")
    assert (answer.status_code, answer["Location"]) == (302, "/admin/")


def test_a_digest_is_never_deleted_or_made_by_hand(desk: Desk, draft: Digest, editor: User) -> None:
    assert desk.client.post(f"/admin/content/digest/{draft.pk}/delete/", {"post": "yes"}).status_code == 403
    assert desk.client.get("/admin/content/digest/add/").status_code == 403
    assert Digest.objects.filter(pk=draft.pk).exists()


def test_a_form_from_elsewhere_is_refused(editor: User, draft: Digest) -> None:
    from django.test import Client

    browser = Client(enforce_csrf_checks=True)
    browser.force_login(editor)
    assert browser.post(address(draft), {"act": "approve"}).status_code == 403
    draft.refresh_from_db()
    assert draft.state == "in_review"


def test_no_page_of_the_desk_is_kept_by_a_cache(desk: Desk, published: Digest) -> None:
    for path in pages(published):
        assert "no-store" in desk.client.get(path)["Cache-Control"], path
