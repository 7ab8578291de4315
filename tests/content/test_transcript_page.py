"""What was said, word for word, is for those who pay, and only where the source allows it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from digestly.content import editorial
from digestly.content.models import Digest, Source
from digestly.outline.types import Outline
from digestly.transcripts.types import Segment
from tests.conftest import DAY
from tests.content.desk.conftest import Desk

SECRET = "The lighthouse keeper whispered a word nobody else was to hear"
SAID = (Segment(61.0, 64.0, "Ada <b>", SECRET), Segment(None, None, None, "<script>alert(1)</script>"))


@pytest.fixture
def spoken(talk: Outline, make_digest: Callable[..., Digest], publish: Callable[[Digest], Digest]) -> Digest:
    return publish(make_digest(talk, segments=SAID, edition_date=DAY))


def allowed(source: Source) -> None:
    Source.objects.filter(pk=source.pk).update(shows_transcript=True)


def surfaces(digest: Digest) -> list[str]:
    page = digest.get_absolute_url()
    bare = page.rstrip("/")
    return [
        page, f"{page}transcript/", f"{bare}.md", f"{bare}.json", "/en/", "/en/feed.rss", "/en/feed.json",
        digest.episode.source.url_in("en"), "/en/search/?q=whispered",
    ]  # fmt: skip


@pytest.mark.parametrize("role", ["guest", "free", "lapsed", "plus"])
def test_unless_its_source_allows_it_nobody_reads_it_anywhere(
    spoken: Digest, role: str, signed_in: Callable[[User | None], Client], request: pytest.FixtureRequest
) -> None:
    browser = signed_in(None if role == "guest" else request.getfixturevalue(role))
    for path in surfaces(spoken):
        assert SECRET not in browser.get(path).content.decode(), path
    assert browser.get(f"{spoken.get_absolute_url()}transcript/").status_code == 404


@pytest.mark.parametrize("role", ["guest", "free", "lapsed"])
def test_allowed_it_stays_closed_to_who_does_not_pay(
    spoken: Digest, source: Source, role: str, signed_in: Callable[[User | None], Client],
    request: pytest.FixtureRequest,
) -> None:  # fmt: skip
    allowed(source)
    browser = signed_in(None if role == "guest" else request.getfixturevalue(role))
    for path in surfaces(spoken):
        assert SECRET not in browser.get(path).content.decode(), path
    assert "transcript/" not in browser.get(spoken.get_absolute_url()).content.decode()


def test_allowed_a_member_reads_it_and_no_cache_keeps_it(
    spoken: Digest, source: Source, plus: User, signed_in: Callable[[User | None], Client]
) -> None:
    allowed(source)
    browser = signed_in(plus)
    page = browser.get(f"{spoken.get_absolute_url()}transcript/")
    text = page.content.decode()
    assert SECRET in text
    assert "#t=61" in text
    assert "<script>alert" not in text
    assert "Ada &lt;b&gt;" in text
    assert page["Cache-Control"] == "private, no-store"
    assert (
        f"{spoken.get_absolute_url()}transcript/" in browser.get(spoken.get_absolute_url()).content.decode()
    )


def test_withdrawn_it_is_gone(
    spoken: Digest, source: Source, plus: User, editor: User, signed_in: Callable[[User | None], Client]
) -> None:
    allowed(source)
    editorial.withdraw(spoken, by=editor, why="A mistake.")
    answer = signed_in(plus).get(f"{spoken.get_absolute_url()}transcript/")
    assert answer.status_code == 410
    assert SECRET not in answer.content.decode()


def test_an_editor_says_whether_it_may_be_shown(source: Source, editor: User) -> None:
    desk, path = Desk(editor), f"/admin/content/source/{source.pk}/change/"
    fields: dict[str, Any] = dict(desk.get(path).tree.get_element_by_id("source_form").form_values())
    assert "shows_transcript" not in fields
    desk.post(path, {**fields, "shows_transcript": "on"})
    source.refresh_from_db()
    assert source.shows_transcript
