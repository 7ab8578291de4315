"""Whatever arrives, the answer is a feed or a Failure, in time that grows with the size and no faster."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from digestly.feeds.parse import parse
from digestly.feeds.report import as_dict
from digestly.fetch.errors import Failure
from tests.growth import grows_linearly

PIECES = [
    b"<rss>", b"</rss>", b"<channel>", b"<item>", b"</item>", b"<title>", b"<guid>", b"<feed>", b"<entry>",
    b"<link ", b"href='", b'url="', b"<![CDATA[", b"]]>", b"<!--", b"-->", b"&amp;", b"&#0;", b"&#xD800;", b"&x;",
    b"\x00", b"\xff\xfe", b"\xed\xa0\x80", b"<?xml version='1.0' encoding='utf-16'?>", b"<!DOCTYPE r [",
    b"<!ENTITY x '", b"<p:x>", b"<enclosure url='http://a/'/>", b"<pubDate>", b"{", b'"items":[', b"http://a/",
    b"9" * 40, b"caf\xe9",
]  # fmt: skip


def understood(body: bytes) -> None:
    try:
        report = as_dict(parse(body))
    except Failure as failure:
        report = as_dict(failure)
    printed = json.dumps(report, ensure_ascii=False, allow_nan=False)
    printed.encode()
    for item in report["items"]:
        for text in (item["guid"], item["title"]):
            assert text == unicodedata.normalize("NFC", text)
            assert not any(unicodedata.category(letter) in {"Cc", "Cs"} for letter in text)


@given(st.binary(max_size=400))
@example(b"<rss><channel><title>&#55296;</title></channel></rss>")
@example(b'{"version":"","title":"\\ud800","items":[{"id":1e999,"title":"\\u0000x"}]}')
def test_any_bytes_are_a_feed_or_a_failure(body: bytes) -> None:
    understood(body)


@settings(max_examples=300)
@given(st.lists(st.sampled_from(PIECES), max_size=30))
def test_any_mixture_of_feed_parts_is_a_feed_or_a_failure(pieces: list[bytes]) -> None:
    understood(b"".join(pieces))
    understood(b"<rss><channel><item>" + b"".join(pieces))


def many_attributes(size: int) -> bytes:
    return b"<rss><channel><item %s/></channel></rss>" % b" ".join(b"a%d='1'" % n for n in range(size))


def ampersands(size: int) -> bytes:
    return b"<rss><channel><title>" + b"&" * size + b"</title></channel></rss>"


def open_sections(size: int) -> bytes:
    return b"<rss><channel>&" + b"<![CDATA[" * size


def open_tags(size: int) -> bytes:
    return (
        b"<rss><channel><item><title><![CDATA["
        + b"<script </style <!-- " * size
        + b"]]></title></item></channel></rss>"
    )


def stray_ends(size: int) -> bytes:
    return b"<rss><channel>" + b"</x>" * size


@pytest.mark.parametrize("hostile", [many_attributes, ampersands, open_sections, open_tags, stray_ends])
def test_time_grows_with_size_and_no_faster(hostile: object) -> None:
    assert grows_linearly(lambda size: understood(hostile(size)))  # type: ignore[operator]


@pytest.mark.parametrize(
    "body", [b"<rss>" + b"<a>" * 200_000, b'{"items":' + b"[" * 200_000, b'{"a":' * 200_000]
)
def test_depth_is_refused(body: bytes) -> None:
    with pytest.raises(Failure):
        parse(body)
