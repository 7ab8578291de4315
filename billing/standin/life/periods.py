"""Periods: when the next one ends. A month after 31 January is 28 February, and then 31 March."""

from __future__ import annotations

import calendar
from datetime import UTC, datetime, timedelta

from ..store import Object


def end_of(start: int, price: Object, anchor: int) -> int:
    """The end of the period that begins at `start`, counted from the anchor when `start` lies on its grid."""
    interval, count = price["recurring"]["interval"], price["recurring"]["interval_count"]
    if interval in ("day", "week"):
        return start + timedelta(**{f"{interval}s": count}) // timedelta(seconds=1)
    step = count * (12 if interval == "year" else 1)
    months = _months_between(anchor, start)
    on_grid = months >= 0 and months % step == 0 and later(anchor, months) == start
    return later(anchor, months + step) if on_grid else later(start, step)


def _months_between(first: int, second: int) -> int:
    a, b = datetime.fromtimestamp(first, UTC), datetime.fromtimestamp(second, UTC)
    return (b.year - a.year) * 12 + b.month - a.month


def later(moment: int, months: int) -> int:
    day = datetime.fromtimestamp(moment, UTC)
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return int(day.replace(year=year, month=month + 1, day=min(day.day, last)).timestamp())
