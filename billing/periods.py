"""Periods: months as people count them."""

from __future__ import annotations

from datetime import datetime


def following(anchor: datetime, end: datetime, months: int) -> datetime:
    """When the period ends that is so many months after the one that ends at `end`, in a life that began at `anchor`:
    what began on a 31st ends on the 28th of February, and on the 31st of March again."""
    passed = (end.year - anchor.year) * 12 + end.month - anchor.month
    is_regular = months_after(anchor, passed) == end
    return months_after(anchor, passed + months) if is_regular else months_after(end, months)


def months_after(start: datetime, months: int) -> datetime:
    """The same day, so many months later; the last of the month where there is no such day."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    for day in (start.day, 30, 29, 28):
        try:
            return start.replace(year=year, month=month + 1, day=day)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")
