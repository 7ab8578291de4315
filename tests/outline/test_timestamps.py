"""Moments read as they were written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digestly.outline.timestamps import MAX_SECONDS, clock, seconds


@pytest.mark.parametrize(
    ("moment", "written"),
    [
        (0.0, "0:00"),
        (59.999, "0:59"),
        (754.0, "12:34"),
        (3599.0, "59:59"),
        (3723.5, "1:02:03"),
        (360_000.0, "100:00:00"),
    ],
)
def test_seconds_are_shown_as_people_write_them(moment: float, written: str) -> None:
    assert clock(moment) == written


@given(st.floats(0, MAX_SECONDS))
def test_every_shown_moment_is_read_as_its_whole_second(moment: float) -> None:
    assert seconds(clock(moment)) == int(moment)


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("90:00", 5400.0),
        ("00:07", 7.0),
        ("1:60", None),
        ("1:60:00", None),
        ("1:5", None),
        ("12", None),
        ("1:2:3", None),
        ("999:00:00", None),
        ("\u0661:\u0660\u0662", None),
        ("", None),
    ],
)
def test_what_names_no_moment_is_none(written: str, moment: float | None) -> None:
    assert seconds(written) == moment
