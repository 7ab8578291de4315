"""Pictures fit the heading, vary, and are single emoji."""

from __future__ import annotations

import itertools

from digestly.engine.extractive.emoji import emoji_for
from digestly.engine.extractive.pictures import PLAIN, TABLE
from digestly.outline.emoji import is_emoji

ROWS = [row.split() for row in TABLE.strip().splitlines()]


def test_the_table_holds_single_emoji_for_many_subjects_in_both_languages() -> None:
    pictures = {row[0] for row in ROWS}
    assert all(is_emoji(picture) for picture in [*pictures, *PLAIN])
    assert len(pictures) >= 120
    assert all(len(row) > 1 for row in ROWS)


def test_a_heading_gets_the_picture_of_its_words() -> None:
    assert emoji_for(["Privacy of wallets"], [[]]) != emoji_for(["Coffee and tea"], [[]])
    assert emoji_for(["데이터베이스 백업"], [[]]) == ["🗄️"]
    assert emoji_for(["Coffee and tea"], [[]]) == ["☕"]


def test_no_picture_stands_twice_in_a_row() -> None:
    chosen = emoji_for(["Coffee"] * 6 + ["Nothing known"] * 6, [[]] * 12)
    assert all(one != other for one, other in itertools.pairwise(chosen))
