"""OPML: what one program writes another reads, and a hostile list is refused by name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digestly.feeds import opml
from digestly.feeds.errors import Empty, NotAFeed, XmlLimits
from digestly.feeds.opml import Subscription
from digestly.fetch.errors import Failure, TooLarge
from digestly.fetch.text import one_line
from tests.growth import grows_linearly

NESTED = """<?xml version="1.0"?><OPML version="1.0"><head><title>My &eacute;tudes</title></head><body>
<outline text="Talks"><outline text="Sea">
  <outline title="Harbour" XMLURL=" https://harbour.example/feed.xml " type="RSS"/>
  <outline type="include" text="More" url="http://10.0.0.1/more.opml"/>
</outline>
<outline text="First" title="Second" xmlUrl="file:///etc/passwd"/></outline>
<outline text="Harbour again" xmlUrl="https://harbour.example/feed.xml"/>
<outline text="Nothing" xmlUrl=""/>
</body></OPML>"""

words = st.text(st.characters(codec="utf-8"), max_size=40).map(one_line)
subscriptions = st.builds(
    Subscription,
    url=words.filter(bool),
    title=words,
    folders=st.lists(words.filter(bool), max_size=4).map(tuple),
)


def test_folders_nest_and_every_line_is_told() -> None:
    read = opml.parse(NESTED.encode())
    assert read.title == "My études"
    assert read.subscriptions == (
        Subscription("https://harbour.example/feed.xml", "Harbour", ("Talks", "Sea")),
        Subscription("file:///etc/passwd", "First", ("Talks",)),
        Subscription("https://harbour.example/feed.xml", "Harbour again", ()),
    )


@given(st.lists(subscriptions, max_size=8), words)
def test_what_was_written_is_read_again(listed: list[Subscription], title: str) -> None:
    read = opml.parse(opml.write(listed, title=title))
    assert list(read.subscriptions) == listed
    assert read.title == (title or None)


def test_a_list_is_cut_and_says_so() -> None:
    body = b"<opml><body>" + b'<outline xmlUrl="https://a.example/f"/>' * 2_005 + b"</body></opml>"
    read = opml.parse(body)
    assert (len(read.subscriptions), read.left_out) == (opml.MOST, 5)


@pytest.mark.parametrize(
    ("body", "failure"),
    [
        (b"", Empty),
        (b"<rss><channel><title>A feed</title></channel></rss>", NotAFeed),
        (b"<html><body>No list</body></html>", NotAFeed),
        (b"nothing of the kind", NotAFeed),
        (b"<opml><body>" + b"<outline text='a'>" * 10_000, XmlLimits),
        (b" " * (opml.MAX_BYTES + 1), TooLarge),
    ],
)
def test_what_is_no_list_is_refused_by_name(body: bytes, failure: type[Failure]) -> None:
    with pytest.raises(failure):
        opml.parse(body)


def test_entities_that_unfold_without_end_are_refused() -> None:
    folds = b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 12))
    bomb = b'<!DOCTYPE opml [<!ENTITY a0 "lol">' + folds + b"]><opml><body>&a11;</body></opml>"
    with pytest.raises(XmlLimits):
        opml.parse(bomb)


def test_long_lists_take_linear_time() -> None:
    line = b'<outline text="a"><outline text="b" xmlUrl="https://a.example/f"/></outline>'
    assert grows_linearly(
        lambda size: opml.parse(b"<opml><body>" + line * size + b"</body></opml>"), size=500
    )
