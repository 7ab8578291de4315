"""The HTML is safe, marked for tools, and cheap."""

from __future__ import annotations

import pytest
from hypothesis import given
from lxml import html as lxml_html

from digestly.outline.html import contents, render
from digestly.outline.labels import Labels
from digestly.outline.numbering import numbered
from digestly.outline.preview import preview, whole
from digestly.outline.types import Outline, Point, Section
from tests.growth import grows_linearly
from tests.outline.strategies import outlines, repair_talk

ALLOWED = {
    "section",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "p",
    "ul",
    "li",
    "span",
    "a",
    "blockquote",
    "footer",
    "div",
}


def at_youtube(seconds: float) -> str:
    return f"https://www.youtube.com/watch?v=x&t={int(seconds)}"


def tree(markup: str) -> lxml_html.HtmlElement:
    return lxml_html.fragment_fromstring(markup, create_parent="div")


@given(outlines)
def test_no_text_becomes_markup(outline: Outline) -> None:
    page = tree(render(whole(outline), moment=at_youtube))
    assert {element.tag for element in page.iter()} <= ALLOWED
    shown = page.text_content()
    for section in outline.walk():
        assert section.heading in shown
    for point in (*outline.key_points, *outline.insights, *(b for s in outline.walk() for b in s.bullets)):
        assert point.text in shown


@given(outlines)
def test_every_section_is_there_with_its_number_level_and_state(outline: Outline) -> None:
    seen = preview(outline)
    found = tree(render(seen)).xpath(".//section[@data-section]")
    expected = [
        (
            f"s-{section.id}",
            section.id,
            number,
            "locked" if section.id in seen.locked else "open",
            f"h{depth + 2}",
        )
        for number, depth, section in numbered(outline.sections)
    ]
    assert [
        (
            each.get("id"),
            each.get("data-section"),
            each[0].find("a[@class='number']").text,
            each.get("data-access"),
            each[0].tag,
        )
        for each in found
    ] == expected


def test_parts_stand_in_order_and_only_where_there_is_something() -> None:
    parts = tree(render(whole(repair_talk()))).xpath("./section/@data-part")
    assert parts == ["summary", "key-points", "details", "insights", "analysis"]
    assert tree(render(preview(repair_talk()))).xpath("./section/@data-part") == parts[:3]
    assert render(whole(Outline())) == ""


def test_a_locked_section_says_how_much_is_behind_it_and_leads_to_the_wall() -> None:
    page = tree(render(preview(repair_talk()), Labels(locked=lambda bullets: f"{bullets} <more>")))
    (link,) = page.xpath(".//section[@id='s-c4a']/p[@class='locked-line']/a")
    assert (link.get("href"), link.text) == ("#wall", "2 <more>")
    assert not page.xpath(".//section[@id='s-c4a']//li")
    assert not page.xpath(".//section[@id='s-c3m']/p")  # it has no bullets of its own


def test_a_moment_links_into_the_recording() -> None:
    outline = Outline(key_points=(Point("late", 3723.9), Point("whenever")))
    assert (
        '<li>late <a class="moment" href="https://www.youtube.com/watch?v=x&amp;t=3723" rel="noopener">'
        "1:02:03</a></li>\n"
        "<li>whenever</li>"
    ) in render(whole(outline), moment=at_youtube)


@pytest.mark.parametrize("address", [None, "", "javascript:alert(1)", "data:text/html,x", " https://x"])
def test_a_moment_without_a_web_address_is_text(address: str | None) -> None:
    markup = render(whole(Outline(key_points=(Point("k", 61.0),))), moment=lambda _: address)
    assert '<li>k <span class="moment">1:01</span></li>' in markup


def test_an_insight_names_its_speaker_and_moment() -> None:
    outline = Outline(insights=(Point("Q&A", 61.0, speaker="Ann <3"), Point("bare")))
    markup = render(whole(outline))
    assert (
        '<blockquote class="insight"><p>Q&amp;A</p>'
        '<footer>— Ann &lt;3 <span class="moment">1:01</span></footer></blockquote>\n'
        '<blockquote class="insight"><p>bare</p></blockquote>'
    ) in markup


def test_the_number_of_a_section_is_its_address() -> None:
    markup = render(whole(Outline(sections=(Section("a", "Hi"),))), Labels(link="Here <now>"))
    assert '<h3><a class="number" href="#s-a" title="Here &lt;now&gt;">1.</a> Hi</h3>' in markup


def test_an_emoji_is_hidden_from_screen_readers() -> None:
    markup = render(whole(Outline(sections=(Section("a", "Hi", "🎉"),))))
    assert '<span class="emoji" aria-hidden="true">🎉</span> Hi</h3>' in markup


def test_contents_link_to_the_top_level_headings() -> None:
    links = tree(contents(preview(repair_talk()))).xpath(".//ul[@class='contents']/li/a")
    assert [link.get("href") for link in links] == [f"#s-{each.id}" for each in repair_talk().sections]
    assert links[2].text_content() == "3. 🤔 수리가 점점 어려워지는 까닭"
    assert contents(whole(Outline())) == ""


def test_deep_headings_stop_at_h6() -> None:
    deep = Section("e", "five", sections=(Section("f", "six"),))
    for identifier in "dcba":
        deep = Section(identifier, "up", sections=(deep,))
    page = tree(render(whole(Outline(sections=(deep,)))))
    assert [each[0].tag for each in page.xpath(".//section[@data-section]")] == [
        "h3",
        "h4",
        "h5",
        "h6",
        "h6",
        "h6",
    ]


def test_time_grows_with_the_digest_and_no_faster() -> None:
    def rendered(size: int) -> str:
        bullets = tuple(Point(f"A bullet & a name {n}.", 61.0) for n in range(5))
        return render(
            whole(Outline(sections=tuple(Section(f"s{n}", "Heading", bullets=bullets) for n in range(size))))
        )

    assert grows_linearly(rendered, size=60)
