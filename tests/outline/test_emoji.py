"""A heading's emoji is told from its words."""

from __future__ import annotations

import pytest

from digestly.outline.emoji import is_emoji


@pytest.mark.parametrize(
    "text", ["🎉", "👩‍💻", "🇰🇷", "1️⃣", "❤️", "❤️‍🔥", "👍🏽", "⏰", "⭐", "🏴\U000e0067\U000e0062\U000e007f", "©️"]
)
def test_one_emoji_of_any_length(text: str) -> None:
    assert is_emoji(text)


@pytest.mark.parametrize("text", ["", "a", "1", "#", "가", "©", "→", "🎉🎉", "🎉 ", "🇰", ":tada:", "\u200d"])
def test_words_signs_and_pairs_are_not(text: str) -> None:
    assert not is_emoji(text)
