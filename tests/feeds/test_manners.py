"""How a feed wants to be asked, in every dialect that can say so."""

from __future__ import annotations

import pytest

from digestly.feeds.parse import parse
from digestly.feeds.types import Manners

ATOM = "http://www.w3.org/2005/Atom"


def said(channel: str) -> Manners:
    return parse(
        f"<rss xmlns:atom='{ATOM}'><channel><title>T</title>{channel}</channel></rss>".encode()
    ).manners


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("60", 3600),
        (" 5 ", 300),
        ("99999", 86_400),
        ("-5", None),
        ("soon", None),
        ("9" * 5_000, None),
        ("", None),
    ],
)
def test_how_long_it_is_good_for(written: str, seconds: int | None) -> None:
    assert said(f"<ttl>{written}</ttl>").ttl == seconds


def test_hours_in_which_it_sleeps() -> None:
    hours = "<hour>0</hour><hour>07</hour><hour>24</hour><hour>25</hour><hour>-1</hour><hour>x</hour>"
    assert said(f"<skipHours>{hours}</skipHours>").quiet_hours == (0, 7)
    always = "".join(f"<hour>{hour}</hour>" for hour in range(24))
    assert said(f"<skipHours>{always}</skipHours>").quiet_hours == ()


def test_where_its_hub_is() -> None:
    told = Manners(hub="https://hub.example/", topic="https://harbour.example/feed")
    links = "<{0}link rel='hub' href='{1}'/><{0}link rel='self' href='{2}'/>"
    assert said(links.format("atom:", told.hub, told.topic)) == told
    atom = f"<feed xmlns='{ATOM}'><title>T</title>{links.format('', told.hub, told.topic)}</feed>"
    assert parse(atom.encode()).manners == told
    hubs = f'[{{"type": "rssCloud", "url": "https://a.example/"}}, {{"type": "WebSub", "url": "{told.hub}"}}]'
    json = f'{{"version": "", "title": "T", "feed_url": "{told.topic}", "hubs": {hubs}, "items": []}}'
    assert parse(json.encode()).manners == told


def test_a_hub_is_a_web_address() -> None:
    assert said("<atom:link rel='hub' href='file:///etc/passwd'/>").hub is None
