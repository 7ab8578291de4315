"""Links that an answer's headers name, as hosts write them and as nobody should."""

from __future__ import annotations

import time

import pytest

from digestly.fetch.client import Client
from digestly.fetch.links import MOST_TEXT
from tests.fetch.loopback import Site, redirect, reply


def told(client: Client, site: Site, link: str) -> dict[str, str | None]:
    site.answers["/feed"] = reply(body=b"<rss/>", Link=link)
    fetched = client.fetch(site.url("/feed"))
    return {name: fetched.link(name) for name in ("hub", "self")}


@pytest.mark.parametrize(
    "written",
    [
        '<https://hub.example/>; rel="hub", <https://show.example/feed>; rel="self"',
        "<https://hub.example/>;rel=hub,<https://show.example/feed>;rel=self",
        '<https://show.example/feed> ; title="a, b; <c>" ; REL = "Self",\t< https://hub.example/ >; rel="preload HUB"',
        "<https://hub.example/>; rel=hub\r\nLink: <https://show.example/feed>; rel=self"
        "\r\nLink: <https://no.example/>; rel=hub",
    ],
)  # fmt: skip
def test_relations_are_found_however_they_are_written(client: Client, site: Site, written: str) -> None:
    assert told(client, site, written) == {"hub": "https://hub.example/", "self": "https://show.example/feed"}


def test_an_address_is_read_from_where_the_answer_came(client: Client, site: Site) -> None:
    site.answers["/old"] = redirect("/new/feed")
    site.answers["/new/feed"] = reply(body=b"<rss/>", Link='<hub?a=1>; rel=hub, </feed>; rel="self"')
    fetched = client.fetch(site.url("/old"))
    assert fetched.link("hub") == site.url("/new/hub?a=1")
    assert fetched.link("self") == site.url("/feed")


@pytest.mark.parametrize(
    "written",
    [
        "", ">", "<", '<>; rel="', "<javascript:alert(1)>; rel=hub", "<file:///etc/passwd>; rel=hub",
        "<https://hub.example/>", "<https://hub.example/>; rev=hub", "<http://[>; rel=hub",
        '<https://hub.example/>; rel="hub"; anchor="https://other.example/"', "<https://a b/>; rel=hub",
        "<https://hub.example/>; rel=self; rel=hub".replace("self", "next"),
    ],
)  # fmt: skip
def test_what_names_no_hub_of_this_document_names_none(client: Client, site: Site, written: str) -> None:
    assert told(client, site, written)["hub"] is None


@pytest.mark.parametrize("part", ["<", "<>;", "<a>;a=", ";", ' ;="', '<a>;a="', "<a> ", "<a>; a "])
def test_no_header_takes_time(client: Client, site: Site, part: str) -> None:
    began = time.process_time()
    assert told(client, site, (part * MOST_TEXT)[: 4 * MOST_TEXT])["hub"] is None
    assert time.process_time() - began < 2
