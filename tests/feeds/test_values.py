"""Dates, durations, lengths and addresses: read when they make sense, unknown when they do not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digestly.feeds import values

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Mon, 02 Feb 2026 06:30:00 +0100", datetime(2026, 2, 2, 5, 30, tzinfo=UTC)),
        ("Mon, 02 Feb 2026 06:30 GMT", datetime(2026, 2, 2, 6, 30, tzinfo=UTC)),
        ("2 February 2026 06:30:00 EST", datetime(2026, 2, 2, 11, 30, tzinfo=UTC)),
        ("Thu Jan 1 19:48:21 2026", datetime(2026, 1, 1, 19, 48, 21, tzinfo=UTC)),
        ("mer, 04 fév 2026 06:30:00 +0100", datetime(2026, 2, 4, 5, 30, tzinfo=UTC)),
        ("2026-02-02T06:30:00.123Z", datetime(2026, 2, 2, 6, 30, tzinfo=UTC)),
        ("2026-02-02 06:30:00 +01:00", datetime(2026, 2, 2, 5, 30, tzinfo=UTC)),
        ("20260202", datetime(2026, 2, 2, tzinfo=UTC)),
        ("2026-02", datetime(2026, 2, 1, tzinfo=UTC)),
        ("2026-02-02T24:00:00Z", datetime(2026, 2, 3, tzinfo=UTC)),
        ("Sat, 31 Feb 2026 25:61:00 GMT", None),
        ("0001-01-01T00:00:00Z", None),
        ("1994-12-31T23:59:59Z", None),
        ("9999-12-31T23:59:59Z", None),
        ("2026-03-03T00:00:00Z", None),
        ("1700000000", None),
        ("2026년 5월 1일", None),
        ("", None),
        ("soon", None),
    ],
)
def test_moments(written: str, read: datetime | None) -> None:
    assert values.moment(written, now=NOW) == read


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("1:02:03", 3723),
        ("07:00", 420),
        ("90:30", 5430),
        ("4385", 4385),
        ("61.5", 61.5),
        (60, 60),
        ("00:04:49.0", 289),
    ],
)
def test_durations(written: str | int, seconds: float) -> None:
    assert values.duration(written) == seconds


@pytest.mark.parametrize(
    "written", ["abc", "-5", "99:99:99", "1e300", "NaN", "inf", "", None, "1:2:3:4", True, "9999999"]
)
def test_odd_durations_are_unknown(written: str | None) -> None:
    assert values.duration(written) is None


@pytest.mark.parametrize(
    ("written", "size"), [("100", 100), ("0", 0), (7, 7), ("", None), ("-1", None), (str(2**70), None)]
)
def test_lengths(written: str | int, size: int | None) -> None:
    assert values.length(written) == size


@pytest.mark.parametrize(
    "written",
    [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "data:text/html,x",
        "//",
        "http://",
        "x" * 5_000,
        "http://[",
        "",
        None,
    ],
)
def test_addresses_that_are_not_ours_to_follow(written: str | None) -> None:
    assert values.address(written) is None


def test_addresses_are_made_whole() -> None:
    assert values.address(" a b.mp3\n", "https://a.example/x/") == "https://a.example/x/a%20b.mp3"
    assert values.address("//b.example/c", "https://a.example/") == "https://b.example/c"


@given(st.text())
def test_no_text_breaks_them(written: str) -> None:
    for read in (values.moment, values.duration, values.length, values.address):
        read(written)
