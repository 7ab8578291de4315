"""Nobody reads without Plus what the rule locks, and everybody reads all that it opens."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from itertools import count

import pytest
from hypothesis import given

from digestly.outline import document, html, markdown, plaintext
from digestly.outline.preview import Policy, no_bullet_open, preview, whole
from digestly.outline.types import Access, Outline, Point, Section
from tests.outline.strategies import outlines, policies, repair_talk


def section(identifier: str, bullets: int = 0, *below: Section, access: Access = "inherit") -> Section:
    words = tuple(Point(f"{identifier} bullet {number}") for number in range(bullets))
    return Section(identifier, f"Heading {identifier}", access=access, bullets=words, sections=below)


def locked(*sections: Section, policy: Policy = "structural") -> list[str]:
    return list(preview(Outline(sections=sections), policy).locked)


def naively_open(outline: Outline, path: list[Section], policy: Policy) -> bool:
    """The rule once more, as the design's sentences say it: may everyone read the bullets of path[-1]?"""
    marks = [step.access for step in path if step.access != "inherit"]
    if marks:
        return marks[-1] == "free"
    if policy != "structural":
        return policy == "all_free"
    if len(path) > 1:
        return False
    is_flat = len(outline.sections) >= 2 and not any(top.sections for top in outline.sections)
    return not (is_flat and path[0].id in naively_closed_tail(outline))


def naively_closed_tail(outline: Outline) -> list[str]:
    third = Fraction(sum(len(top.bullets) for top in outline.sections), 3)
    unmarked = [top for top in outline.sections[1:] if top.access == "inherit"]
    for number in range(len(unmarked) + 1):
        last = unmarked[len(unmarked) - number :]
        if sum(len(top.bullets) for top in last) >= third:
            return [top.id for top in last]
    return [top.id for top in unmarked]


def paths(sections: tuple[Section, ...], above: tuple[Section, ...] = ()) -> list[list[Section]]:
    found = []
    for each in sections:
        found.append([*above, each])
        found.extend(paths(each.sections, (*above, each)))
    return found


def unmistakable(outline: Outline) -> Outline:
    """The same tree, every bullet and insight a word that occurs nowhere else."""
    words = (f"word{number}end" for number in count())

    def renamed(points: tuple[Point, ...]) -> tuple[Point, ...]:
        return tuple(replace(point, text=next(words), speaker=next(words)) for point in points)

    def rewritten(each: Section) -> Section:
        return replace(each, bullets=renamed(each.bullets), sections=tuple(map(rewritten, each.sections)))

    return replace(
        outline,
        sections=tuple(map(rewritten, outline.sections)),
        insights=renamed(outline.insights),
        analysis=next(words) if outline.analysis else None,
    )


@given(outlines, policies)
def test_exactly_what_the_rule_opens_is_in_the_preview_in_order(outline: Outline, policy: Policy) -> None:
    seen = preview(outline, policy)
    expected, gone = [], {}
    for path in paths(outline.sections):
        is_open = naively_open(outline, path, policy)
        expected.append((path[-1].id, path[-1].heading, path[-1].emoji, path[-1].bullets if is_open else ()))
        if path[-1].bullets and not is_open:
            gone[path[-1].id] = len(path[-1].bullets)
    shown = [(each.id, each.heading, each.emoji, each.bullets) for each in seen.outline.walk()]
    assert shown == expected
    assert seen.locked == gone
    assert (seen.sections, seen.bullets) == (len(gone), sum(gone.values()))
    kept = (seen.outline.title, seen.outline.summary, seen.outline.key_points)
    assert kept == (outline.title, outline.summary, outline.key_points)


@given(outlines, policies)
def test_no_form_of_the_preview_holds_a_locked_word(outline: Outline, policy: Policy) -> None:
    outline = unmistakable(outline)
    seen = preview(outline, policy)
    secret = [
        word
        for path in paths(outline.sections)
        if not naively_open(outline, path, policy)
        for bullet in path[-1].bullets
        for word in (bullet.text, bullet.speaker)
    ]
    if policy != "all_free":
        secret += [word for insight in outline.insights for word in (insight.text, insight.speaker)]
        secret += [outline.analysis] if outline.analysis else []
    forms = [
        json.dumps(document.dump(seen.outline)),
        markdown.write(seen.outline),
        plaintext.render(seen),
        html.render(seen),
        repr(seen),
    ]
    assert not [word for word in secret for form in forms if word and word in form]


@given(outlines, policies)
def test_insights_and_analysis_are_open_only_when_all_is_free(outline: Outline, policy: Policy) -> None:
    seen = preview(outline, policy)
    if policy == "all_free":
        assert (seen.outline.insights, seen.outline.analysis) == (outline.insights, outline.analysis)
        assert (seen.insights, seen.analysis) == (0, False)
    else:
        assert (seen.outline.insights, seen.outline.analysis) == ((), None)
        assert (seen.insights, seen.analysis) == (len(outline.insights), outline.analysis is not None)


@given(outlines, policies)
def test_a_preview_is_whole_exactly_when_it_is_the_outline(outline: Outline, policy: Policy) -> None:
    seen = preview(outline, policy)
    assert seen.is_whole == (seen.outline == outline)
    assert whole(outline).is_whole
    assert whole(outline).outline is outline
    assert no_bullet_open(outline, policy) == (not any(each.bullets for each in seen.outline.walk()))


@pytest.mark.parametrize(
    ("why", "sections", "expected"),
    [
        ("sub-sections are locked", [section("a", 2), section("b", 0, section("b1", 3))], ["b1"]),
        ("at any depth", [section("a", 1, section("b", 1, section("c", 1)))], ["b", "c"]),
        (
            "a heading without bullets is not locked",
            [section("a", 0, section("b", 0, section("c", 1)))],
            ["c"],
        ),
        ("free opens", [section("a", 1, section("b", 1, access="free"))], []),
        ("plus locks the top", [section("a", 1, section("b", 0), access="plus")], ["a"]),
        ("a mark holds below", [section("a", 1, section("b", 1, section("c", 1)), access="free")], []),
        ("the nearest mark decides", [section("a", 1, section("b", 1, access="plus"), access="free")], ["b"]),
        (
            "the nearest mark decides again",
            [section("a", 1, section("b", 1, section("c", 1, access="free"), access="plus"), access="free")],
            ["b"],
        ),
        ("one flat section stays open", [section("a", 9)], []),
        ("flat: the last that hold a third", [section("a", 2), section("b", 2), section("c", 2)], ["c"]),
        ("flat: as few as will do", [section("a", 1), section("b", 1), section("c", 4)], ["c"]),
        ("flat: as many as needed", [section("a", 4), section("b", 2), section("c", 1)], ["b", "c"]),
        ("flat: never the first", [section("a", 9), section("b", 1)], ["b"]),
        (
            "flat: marked ones are passed over",
            [section("a", 1), section("b", 1), section("c", 1, access="free")],
            ["b"],
        ),
        (
            "flat: what is marked plus does not count for the third",
            [section("a", 1), section("b", 1), section("c", 3, access="plus")],
            ["b", "c"],
        ),
        ("flat: empty sections are not locked", [section("a", 3), section("b", 3), section("c", 0)], ["b"]),
        ("flat: without bullets nothing is", [section("a"), section("b")], []),
    ],
)
def test_the_structural_rule_sentence_by_sentence(
    why: str, sections: list[Section], expected: list[str]
) -> None:
    assert locked(*sections) == expected, why


@pytest.mark.parametrize(
    ("policy", "sections", "expected"),
    [
        ("all_free", [section("a", 1, section("b", 1))], []),
        ("all_free", [section("a", 1), section("b", 1)], []),
        ("all_free", [section("a", 1, section("b", 1, access="plus"))], ["b"]),
        ("all_locked", [section("a", 1, section("b", 1))], ["a", "b"]),
        ("all_locked", [section("a", 1), section("b", 1)], ["a", "b"]),
        ("all_locked", [section("a", 1, section("b", 1), access="free")], []),
        ("a policy nobody knows", [section("a", 1, section("b", 1))], ["a", "b"]),
    ],
)
def test_other_policies_swap_what_is_unmarked(
    policy: Policy, sections: list[Section], expected: list[str]
) -> None:
    assert locked(*sections, policy=policy) == expected


def test_a_locked_section_keeps_all_but_its_bullets() -> None:
    secret = Section("b1", "Sub", "🔒", start=7.0, bullets=(Point("x", 8.0, (1, 2), "Ann"),))
    seen = preview(Outline(sections=(section("a", 0, secret),)))
    assert seen.outline.sections[0].sections == (replace(secret, bullets=()),)


def test_our_talk_opens_the_five_sections_that_have_no_sub_sections() -> None:
    seen = preview(repair_talk())
    assert [each.id for each in seen.outline.walk() if each.bullets] == ["a1w", "b2k", "d9f", "g2t", "h3u"]
    assert (seen.sections, seen.bullets, seen.insights, seen.analysis) == (13, 22, 3, True)
