"""Patterns built to be passed by quickly find what a plain alternation finds."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from digestly.engine.extractive.tongues.patterns import any_of, lowered, phrase_pattern

LETTERS = st.sampled_from(["a", "b", "ab", "an", "ban", "가", "나"])
PIECES = st.one_of(
    LETTERS,
    st.sampled_from(
        ["a+", "b?a", "[ab]", r"\w", "a{2}", r"\.", "[^b]a", "(?<!a)b", "(?=b)b", "(?:a|b(?:a|n))"]
    ),
    st.lists(LETTERS, min_size=1, max_size=3).map(lambda parts: f"(?:{'|'.join(parts)})"),
    st.lists(LETTERS, min_size=1, max_size=2).map(lambda parts: f"(?:{'|'.join(parts)})?"),
)
SEQUENCES = st.lists(PIECES, min_size=1, max_size=3).map("".join)
PHRASES = st.builds(
    lambda begin, alternatives: begin + "|".join(alternatives),
    st.sampled_from(["", "", r"\b"]),
    st.lists(SEQUENCES, min_size=1, max_size=2),
)


def begins(pattern: str, text: str, flags: int) -> list[int]:
    compiled = re.compile(pattern, flags)
    return [at for at in range(len(text) + 1) if compiled.match(text, at)]


@given(
    st.lists(PHRASES, min_size=1, max_size=5),
    st.text("abnABN 가나.", max_size=12),
    st.sampled_from([0, re.IGNORECASE]),
)
def test_any_of_begins_where_one_of_the_phrases_does(phrases: list[str], text: str, flags: int) -> None:
    plain = [f"(?:{phrase})" for phrase in phrases]
    # As everybody does: letters that share their beginning are written in one case and the text is lowered, or folded.
    said = text if flags else text.lower()
    assert begins(any_of(*phrases), said, flags) == begins("|".join(plain), said, flags)


@given(
    st.lists(st.tuples(st.sampled_from(["", "^"]), SEQUENCES), min_size=1, max_size=4),
    st.text('abnABN가나 "(', max_size=12),
)
def test_a_phrase_is_found_where_it_begins_after_a_space(phrases: list[tuple[str, str]], text: str) -> None:
    plain = "|".join(f"(?:{begin} (?:{phrase}))" for begin, phrase in phrases)
    found = phrase_pattern(*(f"{begin}(?:{phrase})" for begin, phrase in phrases)).search(lowered(text))
    wanted = re.search(plain, lowered(text))
    assert (found and found.start()) == (wanted and wanted.start())
