"""Identity: the same episode is the same tomorrow, and two episodes are never one."""

from __future__ import annotations

from pathlib import Path

from digestly.feeds.parse import parse

DATA = Path(__file__).parent.parent / "data" / "feeds"


def guids(name: str) -> list[str]:
    return [item.guid for item in parse((DATA / name).read_bytes()).items]


def test_without_guid_the_page_the_sound_or_the_words_tell() -> None:
    page, sound, words = guids("without_guid.xml")
    assert page == "https://home.example/a"
    assert sound == "https://home.example/b.mp3"
    assert words.startswith("sha256:")


def test_guid_given_to_all_does_not_merge_them() -> None:
    assert guids("one_guid_for_all.xml") == [
        "x https://idea.example/2.mp3",
        "x https://idea.example/1.mp3",
        "y",
    ]


def test_identity_does_not_depend_on_the_order_of_items() -> None:
    body = (DATA / "one_guid_for_all.xml").read_text()
    start, end = body.index("<item>"), body.rindex("</item>") + len("</item>")
    reversed_items = "".join(f"{item}</item>" for item in reversed(body[start:end].split("</item>")[:-1]))
    turned = parse((body[:start] + reversed_items + body[end:]).encode())
    assert sorted(item.guid for item in turned.items) == sorted(guids("one_guid_for_all.xml"))


def test_guid_of_a_megabyte_becomes_a_short_one() -> None:
    body = b"<rss><channel><item><guid>" + b"x" * 1_000_000 + b"</guid></item></channel></rss>"
    (item,) = parse(body).items
    assert item.guid.startswith("sha256:")
    assert len(item.guid) < 100
