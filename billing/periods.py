"""Periods: months as people count them."""

from __future__ import annotations

from datetime import datetime


def months_after(start: datetime, months: int) -> datetime:
    """The same day, so many months later; the last of the month where there is no such day."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    for day in (start.day, 30, 29, 28):
        try:
            return start.replace(year=year, month=month + 1, day=day)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")
