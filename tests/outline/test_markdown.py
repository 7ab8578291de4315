"""What is printed is read back as it was, and what an editor types is read as it was meant."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from digestly.outline.document import MAX_POINTS, MAX_SECTIONS
from digestly.outline.markdown import MarkdownError, parse, write
from digestly.outline.types import Outline, Point, Section
from tests.growth import grows_linearly
from tests.outline.strategies import MARKS, outlines, repair_talk

NASTY = Outline(
    title="C:\\new {#a} [1:02]",
    summary="> # \\> - \\",
    key_points=(
        Point("- [1:02]", 3599.99, (1, 4), "Ann"),
        Point("\\[1:02]"),
        Point("#", 1.0),
        Point("# x {free}"),
    ),
    sections=(
        Section("a", "🎉 words, not an emoji", start=0.25),
        Section(
            "b", "\\🎉", access="plus", bullets=(Point("same", 1.25, (1, 1)), Point("same", 1.75, (2, 2)))
        ),
        Section("c", "", "1️⃣", sections=(Section("d", "2. {#x plus}"), Section("e", "[7:00]", start=7.5))),
        Section("f", "", bullets=(Point("same", 1.5, (3, 3)),)),
    ),
    insights=(Point('"a" - b "', 2.5, (5, 6), 'Bo "X" - [1:02]'), Point('"a" - b'), Point("“c” — d")),
    analysis="# one\n\n- two\n\n> three [1:02]",
)


@given(outlines)
@example(NASTY)
@example(repair_talk())
@settings(max_examples=300)
def test_reading_over_its_base_gives_the_same_outline(outline: Outline) -> None:
    assert parse(write(outline), base=outline) == outline


@given(outlines)
@example(NASTY)
@example(repair_talk())
@settings(max_examples=300)
def test_printing_what_was_read_changes_nothing(outline: Outline) -> None:
    printed = write(outline)
    assert write(parse(printed)) == printed


@given(
    st.lists(
        st.sampled_from([*MARKS, "\n", "\n", "\n## Details\n", "\n### ", "\n- ", "\n## Analysis\n"])
    ).map("".join)
)
@settings(max_examples=300)
def test_whatever_is_typed_is_kept_or_refused_by_line(text: str) -> None:
    typed = parsed_or_refused(text)
    if isinstance(typed, MarkdownError):
        assert typed.code == "bad_markdown"
        assert 1 <= typed.line <= text.count("\n") + 1
    else:
        assert parse(write(typed), base=typed) == typed
        assert letters(write(typed)) >= letters(text)


def parsed_or_refused(text: str) -> Outline | MarkdownError:
    try:
        return parse(text)
    except MarkdownError as refusal:
        return refusal


def letters(text: str) -> Counter[str]:
    """How often some letters stand there that no mark, id or part name holds."""
    return Counter(re.findall("[가각A]", unicodedata.normalize("NFC", text.replace("## Analysis", ""))))


def test_the_printed_form() -> None:
    outline = Outline(
        title="Title",
        summary="summary paragraph",
        key_points=(Point("text", 754.9),),
        sections=(
            Section("k3f", "Heading", "🎉", bullets=(Point("bullet", 3723.0),)),
            Section(
                "p9a", "Heading", "🤔", "plus", 65.0, sections=(Section("q1d", "Sub", bullets=(Point("b"),)),)
            ),
        ),
        insights=(Point("quotable", 306.0, speaker="Speaker"), Point("anonymous")),
        analysis="first\n\nsecond",
    )
    assert write(outline) == (
        "# Title\n> summary paragraph\n\n"
        "## Key Points\n- text [12:34]\n\n"
        "## Details\n### 1. 🎉 Heading {#k3f}\n- bullet [1:02:03]\n"
        "### 2. 🤔 Heading [1:05] {#p9a plus}\n#### 2.1. Sub {#q1d}\n- b\n\n"
        '## Insights\n- "quotable" - Speaker [5:06]\n- "anonymous"\n\n'
        "## Analysis\nfirst\n\nsecond\n"
    )
    assert write(Outline()) == ""
    assert parse("") == Outline()


def test_an_editors_way_of_typing_is_understood() -> None:
    outline = parse(
        "\ufeff#  A title \r\n\r\n> first line\r\n> second line\r\n"
        "##  KEY POINTS: \n* star\n+ plus [0:07]\n• dot\n•tight\n-\n"
        "  - indented, and\n    wrapped over\n    three lines [90:00]\n\n"
        "## details\n\n### 🎉Party {#p1 free} [1:00]\n\n- x\n"
        "### No number\n#### 12.3. wrong number {plus}\n- y\n"
        "## 인사이트\n- “curly” — Ann [0:05]\n- unquoted - not a speaker\n"
        "## 분석\none\nparagraph\n\n- two\n"
    )
    assert (outline.title, outline.summary) == ("A title", "first line second line")
    assert outline.key_points == (
        Point("star"),
        Point("plus", 7.0),
        Point("dot"),
        Point("tight"),
        Point("indented, and wrapped over three lines", 5400.0),
    )
    party, plain = outline.sections
    assert party == Section("p1", "Party", "🎉", "free", 60.0, (Point("x"),))
    assert (plain.heading, plain.emoji, plain.access) == ("No number", None, "inherit")
    assert (plain.sections[0].heading, plain.sections[0].access) == ("wrong number", "plus")
    assert plain.id
    assert plain.sections[0].id not in {"", "p1", plain.id}
    assert outline.insights == (Point("curly", 5.0, speaker="Ann"), Point("unquoted - not a speaker"))
    assert outline.analysis == "one paragraph\n\n- two"


@pytest.mark.parametrize(
    "name", ["Key Points", "key-points", "KEY POINTS", "핵심 포인트", "핵심포인트", "Key points:"]
)
def test_parts_are_known_by_name_in_both_languages(name: str) -> None:
    assert parse(f"## {name}\n- k").key_points == (Point("k"),)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("# T\nstray words", 2, "“stray words” needs a mark. A title begins with “# ”"),
        ("# T\n# U", 2, "there is a title already"),
        ("##Details", 1, "“##Details” needs a space after the last #"),
        ("## Detials", 1, "“Detials” is no part of a digest (Key Points, Details, Insights, Analysis)"),
        ("## Details\n## Key Points\n## details", 3, "“details” began on line 1 already"),
        ("- x", 1, "“- x” stands under no heading"),
        ("## Details\n- x", 2, "“- x” stands under no heading"),
        ("## Key Points\n- x\nwords", 3, "“words” is no bullet and no heading. Begin it with “- ”"),
        ("## Key Points\n-words", 2, "“-words” is no bullet"),
        ("## Key Points\n1. words", 2, "“1. words” is no bullet"),
        ("## Key Points\n### x", 2, "“### x” stands outside “## Details”"),
        ("## Analysis\nx\n### y", 3, "“### y” stands outside “## Details”"),
        ("## Key Points\n> late", 2, "stands before the first “##”"),
        ("## Details\n#### x", 2, "“#### x” skips a level. Use at most ### here"),
        ("## Details\n### x\n##### y", 3, "skips a level. Use at most #### here"),
        ("## Details\n### x {#a b}", 2, "“{#a b}” should be {#id}, {#id free} or {#id plus}"),
        ("## Details\n### x {#}", 2, "“{#}” should be"),
        ("## Details\n### x {#ä}", 2, "“{#ä}” should be"),
        ("## Details\n### x {#a}\n\n### y {#a}", 4, "the id “a” belongs to the section on line 2"),
        ("## Key Points\n- x [1:75]", 2, "[1:75] is no time. Write [m:ss]"),
        ("## Key Points\n- x [1:5]", 2, "[1:5] is no time"),
        ("## Key Points\n- [1:05]", 2, "there is no text here"),
        ('## Insights\n\n- "" - Ann', 3, "there is no text here"),
        ("## Key Points\n" + "- x\n" * (MAX_POINTS + 1), MAX_POINTS + 2, "at most 10,000 points"),
        ("## Details\n" + "### x\n" * (MAX_SECTIONS + 1), MAX_SECTIONS + 2, "at most 999 sections"),
        ("## Details" + "".join(f"\n{'#' * n} x" for n in range(3, 10)), 8, "6 levels deep, not more"),
        ("# " + "x" * 100_001, 1, "longer than 100,000 characters"),
    ],
)
def test_a_mistake_is_named_by_its_line(text: str, line: int, words: str) -> None:
    with pytest.raises(MarkdownError) as refusal:
        parse(text)
    assert refusal.value.message.startswith(f"Line {line}: ")
    assert words in refusal.value.message


TALK = Outline(
    key_points=(Point("The key.", 9.5, (7, 8), "Cy"),),
    sections=(
        Section(
            "a",
            "First",
            start=1.25,
            bullets=(
                Point("Drills belong in a library.", 1.5, (1, 2), "Ann"),
                Point("Glue is a lock.", 5.75, (3, 4), "Bo"),
            ),
        ),
        Section("b", "Second", bullets=(Point("Screws last eleven years.", 61.125, (9, 9), "Ann"),)),
    ),
    insights=(Point("Mend it.", 3.5, (5, 5), "Bo"),),
)


def edited(old: str, new: str) -> Outline:
    printed = write(TALK)
    assert old in printed
    return parse(printed.replace(old, new), base=TALK)


def test_rewording_a_bullet_keeps_its_source() -> None:
    outline = edited("Drills belong in a library.", "Drills belong in a public library!")
    assert outline.sections[0].bullets[0] == Point("Drills belong in a public library!", 1.5, (1, 2), "Ann")


def test_a_new_bullet_borrows_nothing() -> None:
    outline = edited("- Glue is a lock. [0:05]", "- Something else entirely.\n- Glue is a lock. [0:05]")
    assert outline.sections[0].bullets[1:] == (Point("Something else entirely."), TALK.sections[0].bullets[1])


def test_a_replaced_bullet_borrows_nothing() -> None:
    assert edited("Glue is a lock.", "Nobody reads manuals.").sections[0].bullets[1] == Point(
        "Nobody reads manuals.", 5.0
    )


def test_a_typed_time_holds_and_a_deleted_one_is_gone() -> None:
    assert edited("[0:05]", "[0:06]").sections[0].bullets[1] == Point("Glue is a lock.", 6.0, (3, 4), "Bo")
    assert edited(" [0:05]", "").sections[0].bullets[1] == Point("Glue is a lock.", None, (3, 4), "Bo")
    assert edited("First [0:01]", "First").sections[0].start is None


def test_a_moved_bullet_keeps_its_source() -> None:
    printed = write(TALK).replace("- Glue is a lock. [0:05]\n", "")
    moved = printed.replace("{#b}\n", "{#b}\n- Glue is a lock. [0:05]\n")
    assert parse(moved, base=TALK).sections[1].bullets[0] == TALK.sections[0].bullets[1]


def test_moved_sections_keep_their_ids_and_times() -> None:
    first, second = TALK.sections
    swapped = write(replace(TALK, sections=(second, first)))
    assert parse(swapped, base=TALK).sections == (second, first)


def test_a_section_that_lost_its_id_is_known_by_its_heading() -> None:
    assert edited(" {#a}", "") == TALK
    renamed = edited("First [0:01] {#a}", "Premier [0:01]").sections[0]
    assert renamed.id not in {"", "a", "b"}
    assert renamed.bullets == TALK.sections[0].bullets


def test_the_speaker_of_an_insight_is_as_typed() -> None:
    assert edited('" - Bo', '" - Di').insights == (Point("Mend it.", 3.5, (5, 5), "Di"),)
    assert edited('" - Bo', '"').insights == (Point("Mend it.", 3.5, (5, 5)),)


def test_a_backslash_before_a_letter_is_a_backslash() -> None:
    assert parse("## Key Points\n- C:\\new \\[1:02]").key_points == (Point("C:\\new [1:02]"),)


@pytest.mark.parametrize(
    "typed",
    [
        lambda size: (
            "## Key Points\n" + "- a bullet of the usual length, as people write them [1:02]\n" * (size // 8)
        ),
        lambda size: "## Key Points\n- " + "[1:" * size,
        lambda size: '## Insights\n- "' + '" - ' * size,
        lambda size: "## Details\n### " + "{#" * size,
        lambda size: "## Details\n### " + "1." * size,
        lambda size: "## Analysis\n" + "\n \n" * size,
        lambda size: "> " + "\\" * size + "\n" * size,
        lambda size: "## Details\n### x\n" + "".join(f"- bullet {'x' * 90} {n}\n" for n in range(size // 8)),
    ],
    ids=["bullets", "brackets", "quotes", "braces", "numbers", "blanks", "backslashes", "full"],
)
def test_time_grows_with_the_text_and_no_faster(typed: Callable[[int], str]) -> None:
    def reworded(size: int) -> None:
        outline = parse(typed(size))
        parse(write(outline).replace("bullet", "pullet"), base=outline)

    assert grows_linearly(reworded, size=1_500)
