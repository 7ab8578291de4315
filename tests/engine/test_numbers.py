"""Numbers by their value, however they are written or said."""

from __future__ import annotations

import pytest

from digestly.engine.numbers import claimed, heard


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("35,000 users", 35_000),
        ("35k users", 35_000),
        ("35 thousand users", 35_000),
        ("12.5 percent", 12.5),
        ("2.5 million", 2_500_000),
        ("in 1984", 1984),
        ("35만 명", 350_000),
        ("3만 5천 원", 35_000),
        ("2억 5000만 원", 250_000_000),
        ("1.5조 원", 1.5e12),
        ("30万", 300_000),
        ("twenty-five years", 25),
    ],
)
def test_a_number_is_read_as_it_is_meant(text: str, number: float) -> None:
    assert claimed(text) == {number}
    assert number in heard(text)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("three hundred and twenty thousand", 320_000),
        ("nineteen eighty four", 1984),
        ("two thousand and twenty four", 2024),
        ("thirty-five million", 35_000_000),
        ("the nineties", 1990),
        ("삼백이십 명", 320),
        ("삼만 오천 원", 35_000),
        ("三万五千", 35_000),
    ],
)
def test_a_number_that_was_said_is_heard(text: str, number: float) -> None:
    assert number in heard(text)


@pytest.mark.parametrize(
    "text", ["만들다", "조사 결과", "만일 그렇다면", "천천히", "two of them", "10 or so", ""]
)
def test_a_word_that_only_looks_like_a_number_claims_none(text: str) -> None:
    assert claimed(text) == set()


@pytest.mark.parametrize("text", ["9" * 5000, "1,1" * 5000, "만" * 5000, "twenty " * 5000, "5." * 5000])
def test_endless_numbers_end(text: str) -> None:
    claimed(text)
    heard(text)
