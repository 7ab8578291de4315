"""Clean text is the same for everyone, and cheap to make from anything."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digestly.outline.text import MAX_MARKS, clean_line, clean_paragraphs, fresh_id
from tests.growth import grows_linearly
from tests.outline.strategies import raw_texts

anything = st.text(st.characters()) | raw_texts


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("  two \t words\r\n", "two words"),
        ("e\u0301", "é"),
        ("nul\x00 bell\x07 \x85next", "nul bell next"),
        ("half \ud800 a pair", "half a pair"),
        ("\ufeffbyte order", "byte order"),
        ("no\ufffe \ufdd0character\U0001ffff", "no character"),
        ("👩‍💻 stays", "👩‍💻 stays"),
        ("\x00", ""),
    ],
)
def test_a_line_is_nfc_without_what_cannot_be_printed(raw: str, clean: str) -> None:
    assert clean_line(raw) == clean


def test_paragraphs_keep_one_blank_line_between_them() -> None:
    assert clean_paragraphs("\n one\nline \r\n\r\n\n \t\ntwo\n\n\x00\n") == "one line\n\ntwo"


@given(anything)
def test_clean_text_stays_as_it_is(text: str) -> None:
    line, paragraphs = clean_line(text), clean_paragraphs(text)
    assert clean_line(line) == line
    assert clean_paragraphs(paragraphs) == paragraphs
    assert unicodedata.is_normalized("NFC", line)
    assert not any(unicodedata.category(character) in {"Cc", "Cs"} for character in line)
    line.encode()


@pytest.mark.parametrize("mark", ["\u0301", "\u0344", "\u0327\u0301", "\u05b0"])
def test_a_tower_of_accents_is_cut_and_takes_no_time(mark: str) -> None:
    assert grows_linearly(lambda size: clean_line("a" + mark * size))
    line = clean_line("a" + mark * 200_000)
    assert len(line) <= 1 + MAX_MARKS
    assert clean_line(line) == line


@given(st.text(), st.integers(0, 40))
def test_a_fresh_id_is_short_new_and_the_same_each_time(seed: str, used: int) -> None:
    taken: set[str] = set()
    for _ in range(used):
        taken.add(fresh_id(seed, taken))
    assert len(taken) == used
    assert all(re.fullmatch("[a-z][a-z0-9]{2,4}", identifier) for identifier in taken)
    assert fresh_id(seed, taken) == fresh_id(seed, set(taken))
