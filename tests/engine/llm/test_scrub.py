"""A model's words as plain text."""

from __future__ import annotations

import pytest

from digestly.engine.llm import scrub


@pytest.mark.parametrize(
    ("given", "plain"),
    [
        ("A plain sentence.", "A plain sentence."),
        ("- A bullet", "A bullet"),
        ("**Bold** and `code`", "Bold and code"),
        ("## A heading", "A heading"),
        ("See [the shop](https://evil.example/x) now", "See the shop now"),
        ("Go to https://evil.example/x now", "Go to now"),
        ("<b>Bold</b> claim", "Bold claim"),
        ("<script>alert(1)</script>", "alert(1)"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("It holds (s12, s13).", "It holds."),
        ("It is 3. It is not 4.", "It is 3. It is not 4."),
        ("2026 was a good year", "2026 was a good year"),
        ("Hidden\u200b\u202e text", "Hidden text"),
        ("e\u0301", "é"),
        (None, ""),
        (12, ""),
        (["a"], ""),
    ],
)
def test_what_is_no_text_goes_and_text_stays(given: object, plain: str) -> None:
    assert scrub.plain(given) == plain


def test_a_long_text_ends_with_a_sentence_where_it_can() -> None:
    assert scrub.plain("One sentence. " * 100, 50) == "One sentence. One sentence. One sentence."
    assert scrub.plain("word " * 100, 50).endswith("…")
    assert len(scrub.plain("x" * 10_000, 50)) <= 50


def test_one_emoji_or_none() -> None:
    assert scrub.emoji(" 🌱 ") == "🌱"
    assert scrub.emoji("🌱🌱") is None
    assert scrub.emoji("seed") is None
    assert scrub.emoji(3) is None


@pytest.mark.parametrize("text", ["<" * 50_000, "[" * 50_000, "(s1" * 20_000, "**" * 50_000, "- " * 50_000])
def test_endless_marks_end(text: str) -> None:
    assert len(scrub.plain(text)) <= scrub.BULLET
