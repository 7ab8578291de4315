"""Moments of a recording as people write them: 754 seconds are "12:34", 3723 are "1:02:03"."""

from __future__ import annotations

import re

# Eleven days. No recording is longer, and every such moment fits the written form.
MAX_SECONDS = 1_000_000.0

_WRITTEN = re.compile(r"(?:([0-9]{1,3}):(?=[0-9]{2}:))?([0-9]{1,5}):([0-9]{2})")


def clock(seconds: float) -> str:
    """The moment as "m:ss" or "h:mm:ss", fractions cut off."""
    minutes, second = divmod(int(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"


def seconds(written: str) -> float | None:
    """The moment that "m:ss" or "h:mm:ss" names, or None for no moment. "90:00" is an hour and a half."""
    match = _WRITTEN.fullmatch(written)
    if not match:
        return None
    hours, minutes, second = (int(part or 0) for part in match.groups())
    if second > 59 or (match[1] and minutes > 59):
        return None
    moment = float(hours * 3600 + minutes * 60 + second)
    return moment if moment <= MAX_SECONDS else None
