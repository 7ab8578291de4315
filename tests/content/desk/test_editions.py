"""An edition on the desk: its order, and the addresses of its digests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from digestly.content import editorial
from digestly.content.models import Digest, Edition, EditionEntry
from digestly.outline.types import Outline
from tests.conftest import DAY

from .conftest import Desk


@pytest.fixture
def edition(
    talk: Outline, make_digest: Callable[..., Digest], publish: Callable[[Digest], Digest]
) -> Edition:
    """A day with three digests: First, Second, Third."""
    for title in ("First", "Second", "Third"):
        publish(make_digest(replace(talk, title=title), edition_date=DAY))
    return Edition.objects.get()


def page_of(edition: Edition) -> str:
    return f"/admin/content/edition/{edition.pk}/change/"


def titles(edition: Edition) -> list[str]:
    return list(edition.entries.order_by("position").values_list("digest__title", flat=True))


def fields(desk: Desk, edition: Edition) -> dict[str, Any]:
    return {key: value for form in desk.get(page_of(edition)).tree.forms for key, value in form.form_values()}


def entry(title: str) -> EditionEntry:
    return EditionEntry.objects.get(digest__title=title)


def test_two_neighbours_swap_by_an_arrow(desk: Desk, edition: Edition) -> None:
    desk.post(page_of(edition), {**fields(desk, edition), "up": entry("Second").pk})
    assert titles(edition) == ["Second", "First", "Third"]
    desk.post(page_of(edition), {**fields(desk, edition), "down": entry("First").pk})
    assert titles(edition) == ["Second", "Third", "First"]


def test_numbers_put_them_in_order(desk: Desk, edition: Edition) -> None:
    sent = fields(desk, edition) | {f"position-{entry('Third').pk}": "1"}
    desk.post(page_of(edition), sent)
    assert titles(edition) == ["Third", "First", "Second"]
    sent = fields(desk, edition) | {f"position-{entry('Third').pk}": "3"}
    desk.post(page_of(edition), sent)
    assert titles(edition) == ["First", "Second", "Third"]


def test_the_same_press_twice_moves_once(desk: Desk, edition: Edition) -> None:
    sent = {**fields(desk, edition), "up": entry("Third").pk}
    for _ in range(2):
        desk.post(page_of(edition), sent)
    assert titles(edition) == ["First", "Third", "Second"]


def test_a_digest_that_joined_meanwhile_is_kept_at_the_end(
    desk: Desk,
    edition: Edition,
    talk: Outline,
    make_digest: Callable[..., Digest],
    publish: Callable[[Digest], Digest],
) -> None:
    sent = {**fields(desk, edition), "up": entry("Third").pk}
    publish(make_digest(replace(talk, title="Fourth"), edition_date=DAY))
    desk.post(page_of(edition), sent)
    assert titles(edition) == ["First", "Third", "Second", "Fourth"]
    editorial.arrange(edition, [entry("Fourth").pk, 10**9])
    assert titles(edition) == ["Fourth", "First", "Third", "Second"]


@pytest.mark.parametrize("sent", ["-1", "", "x", "9" * 40, "1e3"])
def test_an_odd_number_leaves_the_order_alone(desk: Desk, edition: Edition, sent: str) -> None:
    desk.post(page_of(edition), fields(desk, edition) | {f"position-{entry('Second').pk}": sent, "up": sent})
    assert titles(edition) == ["First", "Second", "Third"]


def test_a_new_address_is_taken_and_the_old_one_leads_there(desk: Desk, edition: Edition) -> None:
    old = entry("Second").get_absolute_url()
    after = desk.post(
        page_of(edition), fields(desk, edition) | {f"slug-{entry('Second').pk}": "Über das Licht!"}
    )
    assert entry("Second").slug == "über-das-licht"
    assert "the old address leads there" in after.messages
    moved = desk.client.get(old)
    assert (moved.status_code, moved["Location"]) == (301, entry("Second").get_absolute_url())


def test_an_address_is_not_taken_from_another_digest(desk: Desk, edition: Edition) -> None:
    sent = fields(desk, edition) | {f"slug-{entry('Second').pk}": "first"}
    after = desk.post(page_of(edition), sent)
    assert "belongs to another digest" in after.messages
    assert (entry("First").slug, entry("Second").slug) == ("first", "second")


def test_an_address_cannot_be_empty(desk: Desk, edition: Edition) -> None:
    after = desk.post(page_of(edition), fields(desk, edition) | {f"slug-{entry('Second').pk}": " "})
    assert "an empty one cannot be" in after.messages
    assert entry("Second").slug == "second"


def test_a_digest_goes_back_to_an_address_it_had(desk: Desk, edition: Edition) -> None:
    for slug in ("light", "second"):
        desk.post(page_of(edition), fields(desk, edition) | {f"slug-{entry('Second').pk}": slug})
    assert entry("Second").slug == "second"
    assert desk.client.get(entry("Second").get_absolute_url()).status_code == 200


def test_the_list_counts_what_is_published(desk: Desk, edition: Edition) -> None:
    desk.send(entry("First").digest, desk.review(entry("First").digest), act="withdraw", why="A mistake.")
    row = desk.get("/admin/content/edition/").tree.xpath('//table[@id="result_list"]/tbody/tr')[0]
    assert row.xpath('.//td[contains(@class, "field-digests")]')[0].text_content() == "2"
