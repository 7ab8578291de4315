"""The markup of the small print: plain structure, and never somebody's HTML."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml

from digestly.content.smallprint import markup


def test_title_headings_items_paragraphs_and_links() -> None:
    text = "# Terms\n\nOne\ntwo.\n\n## Heading\n- [here](/en/pricing/)\n- `code` & more\n\nWrite to desk@site.example."
    assert markup.title_of(text) == "Terms"
    assert markup.html(text) == (
        "<p>One<br>two.</p>\n"
        '<h2>Heading</h2>\n<ul><li><a href="/en/pricing/">here</a></li><li><code>code</code> &amp; more</li></ul>\n'
        '<p>Write to <a href="mailto:desk@site.example">desk@site.example</a>.</p>'
    )


def test_a_text_without_a_title_loses_nothing() -> None:
    assert markup.title_of("Only words") == ""
    assert markup.html("Only words") == "<p>Only words</p>"


@pytest.mark.parametrize(
    "typed",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "[x](//elsewhere.example/)",
        '[x](https://a.example/"onmouseover="alert(1))',
        "[x](data:text/html,hello)",
        "## <img src=x onerror=alert(1)>",
        "`<b>`",
        'a"b@c.example',
    ],
)
def test_what_an_editor_types_is_text(typed: str) -> None:
    assert ours(markup.html(typed))


@given(st.text(alphabet="[]()<>\"'&#-` \n@.:/ahttpsx", max_size=60))
def test_no_text_at_all_becomes_html(typed: str) -> None:
    assert ours(markup.html(typed))


def ours(written: str) -> bool:
    """Only the elements that the markup knows, and no attribute but the address of a link."""
    tree = lxml.fragment_fromstring(written, create_parent="div")
    for element in tree.iterdescendants():
        if element.tag not in ("h2", "ul", "li", "p", "br", "a", "code"):
            return False
        if set(element.keys()) - {"href"}:
            return False
        address = element.get("href") or "/"
        if not address.startswith(("https://", "http://", "mailto:", "/")) or address.startswith("//"):
            return False
    return True
