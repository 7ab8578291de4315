"""What stands around a digest, in one query."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from django.test import Client
from lxml import html

from accounts.models import User
from digestly.content import editorial
from digestly.content.models import Digest
from digestly.content.neighbours import neighbours
from digestly.outline.types import Outline
from tests.conftest import DAY

Make = Callable[..., Digest]
Publish = Callable[[Digest], Digest]


def test_it_knows_the_published_ones_beside_it_and_no_others(
    talk: Outline, make_digest: Make, publish: Publish, editor: User
) -> None:
    first, gone, middle, last = (
        publish(make_digest(replace(talk, title=title), edition_date=DAY))
        for title in ("First", "Gone", "Middle", "Last")
    )
    publish(make_digest(replace(talk, title="The day after"), edition_date=DAY.replace(day=3)))
    editorial.withdraw(Digest.objects.get(pk=gone.pk), by=editor, why="asked")
    around = neighbours(middle)
    assert (around.earlier.title, around.later.title) == ("First", "Last")
    assert neighbours(first).earlier is None
    assert neighbours(last).later is None
    page = html.document_fromstring(Client().get(middle.get_absolute_url()).content)
    assert page.xpath("//a[@rel='prev']/@href") == [first.get_absolute_url()]
    assert page.xpath("//a[@rel='next']/@href") == [last.get_absolute_url()]


def test_it_knows_its_published_siblings_in_one_query(
    talk: Outline, make_digest: Make, publish: Publish, django_assert_num_queries: Callable
) -> None:
    english, korean, draft, stranger = (
        make_digest(talk, language=language) for language in ("en", "ko", "fr", "ko")
    )
    Digest.objects.filter(pk__in=[korean.pk, draft.pk]).update(episode=english.episode)
    for digest in (english, korean, stranger):
        digest.refresh_from_db()
        publish(digest)
    found = Digest.objects.for_reading().get(pk=english.pk)
    with django_assert_num_queries(1):
        assert [sibling.path[:4] for sibling in neighbours(found).siblings] == ["/ko/"]


def test_the_last_of_an_edition_leads_on_to_the_first_of_the_one_before(
    talk: Outline, make_digest: Make, publish: Publish, editor: User, django_assert_num_queries: Callable
) -> None:
    def on(day: int, title: str, language: str = "en") -> Digest:
        draft = make_digest(
            replace(talk, title=title), language=language, edition_date=DAY.replace(month=4, day=day)
        )
        return publish(draft)

    on(1, "Long ago")
    on(8, "Taken back"), on(8, "First"), on(8, "Second")
    on(9, "어제", "ko")
    last = on(10, "Last")
    editorial.withdraw(Digest.objects.get(title="Taken back"), by=editor, why="asked")
    found = Digest.objects.for_reading().get(pk=last.pk)
    with django_assert_num_queries(1):
        around = neighbours(found)
    assert around.later
    assert (around.later.title, around.later.date.day) == ("First", 8)
    page = html.document_fromstring(Client().get(last.get_absolute_url()).content)
    assert page.xpath("//a[@rel='next']/@href") == [around.later.path]
    assert page.xpath("string(//nav[@class='onward']//p)") == "Next, from the edition of Apr 8, 2026"


def test_the_very_first_leads_to_its_edition(published: Digest) -> None:
    page = html.document_fromstring(Client().get(published.get_absolute_url()).content)
    assert page.xpath("//nav[@class='onward']//a/@href") == ["/en/2026/03/02/"]
