"""The first page of the desk and its lists: what needs a person comes first, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from digestly.content.models import Digest, Edition, Episode, Source
from digestly.outline.types import Outline
from tests.conftest import DAY

from .conftest import Desk

MakeDigest = Callable[..., Digest]
LIST = "/admin/content/digest/"


def titles(desk: Desk, path: str) -> list[str]:
    return [
        link.text_content() for link in desk.get(path).tree.xpath('//th[contains(@class, "field-name")]//a')
    ]


@pytest.fixture
def busy(make_digest: MakeDigest, talk: Outline, source: Source) -> Callable[[int], None]:
    """So many of everything."""

    def fill(count: int) -> None:
        for number in range(count):
            make_digest(replace(talk, title=f"Waiting {number}"))
            make_digest(talk, state=Digest.State.FAILED, error_text=f"Too short, {number}.")
            make_digest(talk, state=Digest.State.APPROVED, publish_at=timezone.now() + timedelta(days=1))
            for state in ("waiting_transcript", "possible_duplicate"):
                Episode.objects.create(
                    source=source,
                    identity=f"{state}{number}{Episode.objects.count()}",
                    title=f"{state} {number}",
                    state=state,
                )
            made = Source.objects.count()
            Source.objects.create(
                slug=f"s{made}", title=f"Silent {made}", status="failing", url_norm=f"https://s{made}.example/",
                error_code="dns_error",
                error_text="There is no such host.",
            )  # fmt: skip

    return fill


def test_what_awaits_review_comes_first_with_its_number_and_the_oldest(
    desk: Desk, make_digest: MakeDigest, talk: Outline
) -> None:
    for title in ("The oldest", "A younger one"):
        make_digest(replace(talk, title=title))
    Digest.objects.filter(title="The oldest").update(made_at=timezone.now() - timedelta(days=3))
    tree = desk.get("/admin/").tree
    first = tree.xpath('//main//h2 | //main//*[contains(@class, "first-pile")]')[0].text_content()
    assert "Awaiting review" in first
    pile = tree.find_class("first-pile")[0]
    assert pile.find_class("count")[0].text_content() == "2"
    assert "the oldest has waited 3" in pile.text_content().replace("\xa0", " ")
    assert [link.text_content() for link in pile.xpath(".//li/a")] == ["The oldest", "A younger one"]


def test_everything_that_needs_a_person_is_there_with_its_reason(
    desk: Desk, busy: Callable[[int], None]
) -> None:
    busy(1)
    tree = desk.get("/admin/").tree
    piles = {node.get("data-pile"): node for node in tree.find_class("pile")}
    assert list(piles) == ["failed", "waiting_transcript", "possible_duplicate", "failing", "approved"]
    assert "Too short, 0." in piles["failed"].text_content()
    assert "There is no such host." in piles["failing"].text_content()


def test_every_link_of_the_first_page_leads_somewhere(desk: Desk, busy: Callable[[int], None]) -> None:
    busy(6)
    tree = desk.get("/admin/").tree
    links = {link for link in tree.xpath("//div[@id='content-main']//a/@href") if link.startswith("/admin/")}
    assert len(links) > 20
    for link in links:
        assert desk.client.get(link).status_code == 200, link


def test_the_numbers_of_the_first_page_are_those_of_the_lists(
    desk: Desk, busy: Callable[[int], None]
) -> None:
    busy(6)
    for pile in desk.get("/admin/").tree.find_class("pile"):
        count = pile.find_class("count")[0]
        rows = desk.get(count.get("href")).tree.xpath('//table[@id="result_list"]/tbody/tr')
        assert len(rows) == int(count.text_content()), pile.get("data-pile")


def test_an_empty_desk_says_so(desk: Desk) -> None:
    text = desk.get("/admin/").text
    assert "Nothing waits for review." in text
    assert "All sources answer." in text


@pytest.mark.parametrize(
    "path", ["/admin/", LIST, "/admin/content/source/", "/admin/content/episode/", "/admin/content/edition/"]
)
def test_queries_do_not_grow_with_the_rows(desk: Desk, busy: Callable[[int], None], path: str) -> None:
    busy(1)
    desk.get(path)
    with CaptureQueriesContext(
        connection,
    ) as few:
        desk.get(path)
    busy(12)
    with CaptureQueriesContext(connection) as many:
        desk.get(path)
    assert len(many) == len(few)


def test_the_first_page_asks_nine_questions_of_the_desk(
    desk: Desk, busy: Callable[[int], None], django_assert_num_queries: Any
) -> None:
    busy(3)
    desk.get("/admin/")
    with django_assert_num_queries(QUERIES_OF_THE_FIRST_PAGE):
        desk.get("/admin/")


# Session, user and their language; three piles of digests, two of episodes, one of sources, and a count for each kind.
QUERIES_OF_THE_FIRST_PAGE = 3 + (3 + 1) + (2 + 1) + (1 + 1)


def test_the_list_shows_what_is_in_review_unless_asked_otherwise(
    desk: Desk, make_digest: MakeDigest, talk: Outline
) -> None:
    make_digest(replace(talk, title="In review"))
    make_digest(replace(talk, title="Failed"), state=Digest.State.FAILED)
    assert titles(desk, LIST) == ["In review"]
    assert titles(desk, LIST + "?state=failed") == ["Failed"]
    assert sorted(titles(desk, LIST + "?state=all")) == ["Failed", "In review"]


def test_the_list_is_filtered_by_source_language_and_edition(
    desk: Desk, make_digest: MakeDigest, talk: Outline, publish: Callable[[Digest], Digest]
) -> None:
    korean = make_digest(replace(talk, title="한국어"), language="ko")
    listed = publish(make_digest(replace(talk, title="Listed"), edition_date=DAY))
    other = Source.objects.create(slug="other", title="Other", url_norm="https://other.example/")
    Episode.objects.filter(pk=korean.episode_id).update(source=other)
    assert titles(desk, LIST + f"?state=all&source={other.pk}") == ["한국어"]
    assert titles(desk, LIST + "?state=all&language=ko") == ["한국어"]
    assert titles(desk, LIST + f"?state=all&edition={Edition.objects.get().pk}") == [listed.title]


def test_the_list_is_searched_by_title(desk: Desk, make_digest: MakeDigest, talk: Outline) -> None:
    make_digest(replace(talk, title="Lighthouses"))
    make_digest(replace(talk, title="Trains"))
    assert titles(desk, LIST + "?q=lighthouse") == ["Lighthouses"]


@pytest.mark.parametrize(
    "query", ["?source=x", "?source=" + "9" * 30, "?edition=-1", "?state=nonsense", "?language=xx"]
)
def test_an_odd_filter_is_answered(desk: Desk, draft: Digest, query: str) -> None:
    assert desk.get(LIST + query).response.status_code in (200, 302)


def test_lists_never_load_the_outlines(desk: Desk, draft: Digest) -> None:
    with CaptureQueriesContext(connection) as queries:
        desk.get(LIST)
        desk.get("/admin/")
    assert not [query["sql"] for query in queries if '"outline"' in query["sql"]]
