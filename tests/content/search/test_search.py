"""Search finds what everybody may read, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from lxml import html
from lxml.html import HtmlElement

from accounts.models import User
from digestly.content import editorial
from digestly.content.models import Digest, SearchText, SearchWord
from digestly.content.search import index
from digestly.content.sweeps import index_for_search
from digestly.outline.types import Outline, Point, Section
from tests.conftest import DAY

Make = Callable[..., Digest]
Publish = Callable[[Digest], Digest]

TALK = Outline(
    title="On honest machines",
    summary="A panel about models <and> their makers.",
    key_points=(Point("Calibration beats confidence."),),
    sections=(
        Section("a", "Openings", bullets=(Point("The orangutan opened the evening."),)),
        Section(
            "b",
            "Depths",
            sections=(Section("c", "The flamingo heading", bullets=(Point("A locked pangolin."),)),),
        ),
    ),
    insights=(Point("A locked axolotl."),),
    analysis="A locked capybara.",
)


@pytest.fixture
def found_in(publish: Publish, make_digest: Make) -> Callable[..., Digest]:
    """Publishes an outline, and has it written down as the worker does."""

    def add(outline: Outline = TALK, **facts: object) -> Digest:
        digest = publish(make_digest(outline, **{"edition_date": DAY, **facts}))
        index.write_down(digest.pk)
        return digest

    return add


def results(question: str, language: str = "en", client: Client | None = None, more: str = "") -> HtmlElement:
    response = (client or Client()).get(f"/{language}/search/?q={quote(question)}{more}")
    assert response.status_code == 200
    return html.document_fromstring(response.content.decode())


def titles(page: HtmlElement) -> list[str]:
    return [
        " ".join(title.text_content().split()) for title in page.find_class("headline") if title.tag == "h2"
    ]


@pytest.mark.parametrize(
    "question", ["honest", "MACHINE", "calibration confidence", "orangutans", "flamingo", "Lanternfield"]
)
def test_open_words_are_found(question: str, found_in: Callable[..., Digest]) -> None:
    found_in()
    assert titles(results(question)) == ["On honest machines"]


@pytest.mark.parametrize("question", ["pangolin", "axolotl", "capybara"])
def test_locked_words_are_found_by_nobody_and_stand_nowhere(
    question: str, found_in: Callable[..., Digest], plus: User
) -> None:
    found_in()
    member = Client()
    member.force_login(plus)
    for client in (Client(), member):
        assert titles(results(question, client=client)) == []
    assert not SearchWord.objects.filter(word=question)
    assert not SearchText.objects.filter(folded__contains=question)


def test_what_is_open_until_a_date_is_not_found_after_it(found_in: Callable[..., Digest]) -> None:
    ends = timezone.now() + timedelta(days=1)
    found_in(free_until=ends)
    assert titles(results("pangolin"))
    with time_machine.travel(ends + timedelta(seconds=1), tick=False):
        assert titles(results("pangolin")) == titles(results("orangutan")) == []
        assert index_for_search() == 1
        assert titles(results("pangolin")) == []
        assert titles(results("orangutan"))


def test_what_an_editor_locks_or_takes_out_is_not_found_even_before_it_is_written_down_anew(
    found_in: Callable[..., Digest], editor: User
) -> None:
    digest = Digest.objects.get(pk=found_in().pk)
    closed = replace(TALK, sections=(replace(TALK.sections[0], access="plus"), TALK.sections[1]))
    editorial.save(digest, closed, by=editor, version=digest.version)
    assert titles(results("orangutan")) == []
    index_for_search()
    assert titles(results("orangutan")) == []
    assert titles(results("honest"))
    assert index_for_search() == 0


def test_a_withdrawn_digest_is_not_found_and_nothing_of_it_is_kept(
    found_in: Callable[..., Digest], editor: User
) -> None:
    digest = Digest.objects.get(pk=found_in().pk)
    Digest.objects.filter(pk=digest.pk).update(state=Digest.State.WITHDRAWN)
    assert titles(results("honest")) == []
    Digest.objects.filter(pk=digest.pk).update(state=Digest.State.PUBLISHED)
    editorial.withdraw(digest, by=editor, why="asked")
    assert not SearchText.objects.exists()
    assert not SearchWord.objects.exists()


def test_what_an_older_digestly_wrote_down_is_written_down_anew(found_in: Callable[..., Digest]) -> None:
    found_in()
    SearchText.objects.update(scheme="0.0")
    assert titles(results("honest")) == []
    assert index_for_search() == 1
    assert titles(results("honest"))


def test_korean_is_found_within_its_words_and_by_whole_words_only_together(
    found_in: Callable[..., Digest],
) -> None:
    plain = (Section("a", "머리말", bullets=(Point("시작한다."),)),)
    found_in(Outline(title="인공지능의 정직", summary="인공지능은 정직한가.", sections=plain), language="ko")
    found_in(Outline(title="공지", summary="인공 호수에 공지와 지능.", sections=plain), language="ko")
    assert titles(results("지능", "ko")) == ["공지", "인공지능의 정직"]
    assert titles(results("인공지능", "ko")) == ["인공지능의 정직"]
    assert titles(results("정직", "en")) == []


def test_finds_are_marked_and_nothing_else_is_markup(found_in: Callable[..., Digest]) -> None:
    found_in()
    (snippet,) = results("models makers").find_class("standfirst")
    assert snippet.text_content() == "A panel about models <and> their makers."
    assert [mark.text for mark in snippet.findall("mark")] == ["models", "makers"]


def test_a_long_line_is_cut_between_words(found_in: Callable[..., Digest]) -> None:
    found_in(replace(TALK, summary="word " * 200 + "needle " + "word " * 200))
    (snippet,) = results("needle").find_class("standfirst")
    said = snippet.text_content()
    assert said.startswith("…word ")
    assert said.endswith(" word…")
    assert "needle" in said
    assert len(said) < 400


def test_it_pages_by_key_through_all_of_them_in_two_queries_a_page(
    found_in: Callable[..., Digest], django_assert_num_queries: Callable
) -> None:
    made = [
        found_in(replace(TALK, title=f"Talk {n}"), edition_date=DAY - timedelta(days=n % 4))
        for n in range(23)
    ]
    seen, more = [], ""
    for _ in range(2):
        with django_assert_num_queries(2):
            page = results("panel models", more=more)
        seen += titles(page)
        (next_page,) = page.xpath("//a[@rel='next']/@href") or [""]
        more = "&before=" + next_page.partition("before=")[2]
    assert not next_page
    newest_first = sorted(made, key=lambda digest: (digest.edition_date, digest.pk), reverse=True)
    assert seen == [digest.title for digest in newest_first]


def test_nothing_asked_and_nothing_found_are_said(found_in: Callable[..., Digest]) -> None:
    found_in()
    assert not results("").find_class("empty")
    assert "Nothing found for “<zebra>”." in results("<zebra>").text_content()
    for odd in (
        "%00",
        "%",
        "'",
        '"',
        "a" * 5000,
        "?!",
        "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
    ):
        results(odd)
    assert Client().get("/en/search/?q=panel&before=2026-99-99.x").status_code == 200


def test_a_guests_search_may_be_kept_and_is_not_indexed_by_others(found_in: Callable[..., Digest]) -> None:
    found_in()
    response = Client().get("/en/search/?q=panel")
    assert "public" in response["Cache-Control"]
    assert not response.cookies
    again = Client().get("/en/search/?q=panel", headers={"If-None-Match": response["ETag"]})
    assert again.status_code == 304
    assert results("panel").xpath("//meta[@name='robots']/@content") == ["noindex, follow"]


def test_every_page_has_a_place_to_ask(published: Digest) -> None:
    with time_machine.travel(datetime(2026, 3, 2, 12, tzinfo=UTC), tick=False):
        for address in ("/ko/", published.get_absolute_url(), "/en/nowhere/"):
            page = html.document_fromstring(Client().get(address).content)
            (form,) = page.xpath("//header//form[@role='search']")
            assert form.get("action") == ("/ko/search/" if address == "/ko/" else "/en/search/")
            assert form.xpath(".//input/@name") == ["q"]
