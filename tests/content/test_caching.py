"""What a guest's page costs who has it already, and what it leaves alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

import pytest
from django.test import Client
from django.test.signals import template_rendered

from billing.models import PlanPrice
from digestly.content.caching import SessionMiddleware, spelled
from digestly.content.models import Correction, Digest, Episode, Source
from digestly.outline.types import Outline
from tests.conftest import DAY

PAGES = "/en/", "/en/2026/03/02/", "/en/sources/lanternfield-salon/"


@pytest.fixture
def rendered() -> Iterator[list[str]]:
    """The templates that were made into pages since."""
    names: list[str] = []

    def note(template: object, **_: object) -> None:
        names.append(str(getattr(template, "name", "")))

    template_rendered.connect(note)
    yield names
    template_rendered.disconnect(note)


def test_who_has_the_page_costs_no_rendering(published: Digest, rendered: list[str]) -> None:
    for address in (*PAGES, published.get_absolute_url()):
        etag = Client().get(address)["ETag"]
        assert rendered, address
        rendered.clear()
        again = Client().get(address, headers={"If-None-Match": etag})
        assert again.status_code == 304, address
        assert (again["ETag"], again["Cache-Control"], "Cookie" in again["Vary"]) == (
            etag,
            "public, max-age=60",
            True,
        )
        assert rendered == [], address


@pytest.mark.parametrize(
    "change",
    [
        lambda digest, more: Source.objects.update(title="Renamed"),
        lambda digest, more: Episode.objects.update(title="Renamed"),
        lambda digest, more: Digest.objects.update(version=2),
        lambda digest, more: Correction.objects.create(
            digest_id=digest.pk, text="Four.", on=date(2026, 3, 4)
        ),
        lambda digest, more: PlanPrice.objects.create(
            lookup_key="plus_monthly", amount=700, currency="usd", interval="month"
        ),
        lambda digest, more: more(),
    ],
    ids=["source", "episode", "digest", "correction", "price", "neighbour"],
)
def test_whatever_the_page_says_is_in_its_etag(
    change: Callable, published: Digest, talk: Outline, make_digest: Callable[..., Digest],
    publish: Callable[[Digest], Digest],
) -> None:  # fmt: skip
    address = published.get_absolute_url()
    etag = Client().get(address)["ETag"]
    assert Client().get(address)["ETag"] == etag
    change(published, lambda: publish(make_digest(replace(talk, title="Beside it"), edition_date=DAY)))
    assert Client().get(address)["ETag"] != etag


def test_what_is_no_value_is_refused_as_a_fact() -> None:
    assert spelled({"a": (1, DAY)}) == spelled({"a": [1, DAY]})
    with pytest.raises(TypeError, match="function has no spelling"):
        spelled([test_what_is_no_value_is_refused_as_a_fact])


def test_a_session_that_is_over_is_neither_renewed_nor_deleted_on_a_public_page(published: Digest) -> None:
    client = Client()
    client.cookies["sessionid"] = "long-gone"
    for address in (*PAGES, published.get_absolute_url(), "/en/pricing/", "/en/feed.rss"):
        response = client.get(address)
        assert "public" in response["Cache-Control"], address
        assert not response.cookies, address
    assert client.get("/account/login/").cookies["sessionid"].value == "", SessionMiddleware.__doc__


def test_pages_are_sent_compressed_and_kept_all_the_same(published: Digest) -> None:
    zipped = {"Accept-Encoding": "gzip"}
    address = published.get_absolute_url()
    response = Client().get(address, headers=zipped)
    assert response["Content-Encoding"] == "gzip"
    assert len(response.content) < len(Client().get(address).content) / 2
    again = Client().get(address, headers={**zipped, "If-None-Match": response["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
