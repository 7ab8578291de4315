"""`inspect_feed`: the JSON of the contract on stdout, an honest exit code, never a traceback."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

DATA = Path(__file__).parent.parent / "data" / "feeds"
KEYS = {
    "kind", "title", "language", "link", "image", "new_feed_url", "podcast_guid", "partial", "error", "items",
}  # fmt: skip


Inspect = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def inspect(capsys: pytest.CaptureFixture[str]) -> Inspect:
    def inspected(*arguments: str, leaving_with: int = 0) -> list[dict[str, Any]]:
        code: object = 0
        try:
            call_command("inspect_feed", *arguments)
        except SystemExit as left:
            code = left.code
        assert code == leaving_with
        return [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    return inspected


def test_feed_is_printed_in_the_shape_of_the_contract(inspect: Inspect) -> None:
    (report,) = inspect(str(DATA / "podcast.xml"))
    assert report.keys() >= KEYS
    assert report["error"] is None
    assert report["items"][0] == {
        "guid": "lantern-2",
        "title": "The harbour book & its keeper",
        "link": "https://lanterns.example/episodes/2",
        "published": "2026-03-02T05:30:00+00:00",
        "duration": 3723.0,
        "enclosures": [
            {"url": "https://media.lanterns.example/2.mp3", "type": "audio/mpeg", "length": 61234567},
        ],
        "transcripts": [
            {
                "url": "https://media.lanterns.example/2.vtt",
                "type": "text/vtt",
                "language": "en",
                "rel": "captions",
            },
            {
                "url": "https://lanterns.example/2.srt",
                "type": "application/x-subrip",
                "language": None,
                "rel": None,
            },
        ],
        "chapters": "https://media.lanterns.example/2.chapters.json",
        "marks": [],
        "persons": [],
    }


def test_several_are_printed_one_a_line_in_order(inspect: Inspect) -> None:
    reports = inspect(str(DATA / "atom.xml"), str(DATA / "jsonfeed.json"))
    assert [report["kind"] for report in reports] == ["atom", "json"]


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("/no/such/file.xml", "bad_url"),
        ("gopher://a.example/feed", "bad_scheme"),
        ("http://127.0.0.1/feed", "blocked_address"),
        (str(DATA.parent / "transcripts" / "cited.html"), "not_a_feed"),
    ],
)
def test_what_cannot_be_understood_says_why_and_exits_with_one(
    inspect: Inspect, source: str, code: str
) -> None:
    refused, fine = inspect(source, str(DATA / "rdf.xml"), leaving_with=1)
    assert refused.keys() >= KEYS
    assert (refused["error"]["code"], refused["kind"], refused["items"]) == (code, None, [])
    assert fine["title"] == "Weekly"


def test_given_media_type_is_believed(inspect: Inspect, tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    path.write_bytes("<rss><channel><title>Ночь</title></channel></rss>".encode("koi8-r"))
    (report,) = inspect(str(path), "--content-type", "application/rss+xml; charset=koi8-r")
    assert report["title"] == "Ночь"
