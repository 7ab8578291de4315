"""An editor is told what forbids publishing and what could be better, with its place."""

from __future__ import annotations

from dataclasses import replace

import pytest

from digestly.outline.lint import Finding, lint
from digestly.outline.types import Outline, Point, Section
from tests.outline.strategies import repair_talk

LOCALES = {"en", "ko"}


def english(*sections: Section, **changes: object) -> Outline:
    outline = Outline(
        title="A talk",
        summary="Three people talk about mending.",
        key_points=tuple(Point(f"Key sentence number {n}.", float(n)) for n in range(4)),
        sections=sections or (Section("a", "Top", bullets=(Point("A bullet.", 1.0),)),),
    )
    return replace(outline, **changes)  # type: ignore[arg-type]


def korean(*bullets: str) -> Outline:
    return english(
        Section("a", "제목", bullets=tuple(Point(text, 1.0) for text in bullets)),
        summary="세 사람이 수리를 이야기합니다.",
        key_points=tuple(Point(f"{n}번째로 중요한 문장을 씁니다.", 1.0) for n in range(4)),
    )


def found(outline: Outline, language: str = "en") -> dict[str, str]:
    return {finding.code: finding.message for finding in lint(outline, language=language, locales=LOCALES)}


def test_a_good_digest_is_passed_in_silence() -> None:
    assert lint(english(), language="en", locales=LOCALES) == []
    assert lint(repair_talk(), language="ko", locales=LOCALES) == []


@pytest.mark.parametrize(
    ("outline", "code", "words"),
    [
        (english(title=None), "no_title", "no title"),
        (english(summary=""), "no_summary", "no summary"),
        (english(sections=()), "no_sections", "no sections"),
        (english(Section("a", "Top"), Section("b", "Next")), "no_bullets", "No section has a bullet"),
        (
            english(Section("a", "Top", sections=(Section("b", "", bullets=(Point("x", 1.0),)),))),
            "empty_heading",
            "Section 1.1: the heading is empty",
        ),
    ],
)
def test_broken_structure_is_an_error(outline: Outline, code: str, words: str) -> None:
    errors = [
        finding for finding in lint(outline, language="en", locales=LOCALES) if finding.level == "error"
    ]
    assert [error.code for error in errors] == [code]
    assert words in errors[0].message


def test_too_deep_is_an_error() -> None:
    deep = Section("z", "leaf", bullets=(Point("x", 1.0),))
    for identifier in "abcdef":
        deep = Section(identifier, "up", sections=(deep,))
    assert found(english(deep))["too_deep"] == "Section 1.1.1.1.1.1.1: deeper than 6 levels. Move it up."


def test_a_language_the_site_does_not_speak_is_an_error() -> None:
    (finding,) = lint(english(), language="fr", locales=LOCALES)
    assert finding == Finding("error", "no_locale", "The site does not speak “fr”. It speaks en, ko.")
    assert lint(english(), language="en-GB", locales=LOCALES) == []


def test_errors_come_before_warnings() -> None:
    levels = [finding.level for finding in lint(Outline(), language="fr", locales=LOCALES)]
    assert levels == sorted(levels)
    assert set(levels) == {"error", "warning"}


BULLET = Point("A bullet.", 1.0)


@pytest.mark.parametrize(
    ("outline", "code", "words"),
    [
        (english(key_points=()), "key_points", "Key points: 0. 4 to 6"),
        (english(key_points=tuple(Point(f"k{n}", 1.0) for n in range(7))), "key_points", "Key points: 7."),
        (
            english(Section("a", "Top", bullets=(BULLET,)), Section("b", "Bare", start=2.0)),
            "empty_section",
            "Section 2: nothing below the heading",
        ),
        (
            english(Section("a", "T", sections=(Section("b", "S", bullets=(BULLET,)),))),
            "nothing_open",
            "No bullet is open",
        ),
        (english(title="t" * 121), "long_title", "Title: 121 characters"),
        (english(Section("a", "h" * 81, bullets=(BULLET,))), "long_heading", "Section 1: heading of 81"),
        (
            english(Section("a", "T", bullets=(Point("word " * 61, 1.0),))),
            "long_bullet",
            "Section 1, bullet 1: 61 words",
        ),
        (
            english(Section("a", "T", bullets=(BULLET, Point("a bullet", 2.0)))),
            "duplicate_bullet",
            "Section 1, bullet 2: says the same as Section 1, bullet 1",
        ),
        (
            english(summary="First. Key sentence number 2! Last."),
            "summary_repeated",
            "Key point 3: stands word for word in the summary",
        ),
        (
            english(
                Section("a", "T", "🎉", bullets=(BULLET,)),
                Section("b", "U", "🎉", bullets=(Point("Else.", 2.0),)),
            ),
            "emoji_repeated",
            "Section 2: 🎉 again",
        ),
        (
            english(
                Section("a", "T", start=65.0, bullets=(BULLET,)), Section("b", "U", start=0.0, sections=())
            ),
            "times_backwards",
            "Section 2: starts at 0:00, before Section 1 (1:05)",
        ),
        (
            english(Section("a", "T", bullets=(BULLET, Point("Else."), Point("More.")))),
            "no_times",
            "Section 1, bullet 2 and 1 more: no start time",
        ),
        (
            english(Section("a", "T", bullets=(Point("이 문장은 한국어로 적혀 있습니다.", 1.0),))),
            "other_language",
            "Section 1, bullet 1: not in the digest's language, “en”",
        ),
    ],
)
def test_what_could_be_better_is_a_warning(outline: Outline, code: str, words: str) -> None:
    findings = {f.code: f for f in lint(outline, language="en", locales=LOCALES)}
    assert findings[code].level == "warning"
    assert findings[code].message.startswith(words)


def test_a_digest_without_any_time_is_said_once() -> None:
    outline = english(
        Section("a", "T", bullets=(Point("x"),)), key_points=tuple(Point(f"k{n}") for n in range(4))
    )
    assert found(outline)["no_times"].startswith("No point has a start time")


def test_korean_bullets_are_measured_in_syllables() -> None:
    assert "211 characters" in found(korean("가" * 208 + "합니다."), "ko")["long_bullet"]


def test_english_names_do_not_make_a_korean_text_foreign() -> None:
    assert "other_language" not in found(korean("Amanda Askell과 Jan Leike가 정렬을 이야기합니다."), "ko")
    assert "other_language" in found(korean("This bullet was never translated."), "ko")


def test_mixed_korean_endings_are_named_with_their_place() -> None:
    mixed = korean(
        "먼저 재고 봅니다.", "그다음 고칩니다.", "결론에 도달한다.", "예측 가능성이 떨어짐", "사례를 설명함"
    )
    assert found(mixed, "ko") == {
        "mixed_endings": "Most bullets end in …합니다, but not all"
        " (…함: Section 1, bullet 4 and 1 more; …한다: Section 1, bullet 3). Use one ending."
    }


@pytest.mark.parametrize(
    "bullets",
    [
        ("고칩니다.", "다시 잽니다!", "“그렇게 말합니다.”"),
        ("고친다.", "다시 잰다"),
        ("고쳐야 함", "떨어짐", "있음"),
        ("고칩니다.", "새로 나온 보드게임", "모두의 책임", "Open source"),
    ],
)
def test_one_ending_throughout_is_fine(bullets: tuple[str, ...]) -> None:
    assert "mixed_endings" not in found(korean(*bullets), "ko")
