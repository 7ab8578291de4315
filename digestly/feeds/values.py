"""Small facts written in many ways: dates, durations, lengths, addresses. Nonsense becomes None."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz
from urllib.parse import urljoin, urlsplit

from digestly.fetch.text import one_line

EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)
LONGEST_SECONDS = 7 * 24 * 3_600.0
LONGEST_URL = 4_096
LONGEST_DATE = 80

# Months that publishers write in their own language, by their first letters, beside English.
MONTHS = {
    "jän": 1, "gen": 1, "ene": 1, "fév": 2, "fev": 2, "mär": 3, "mrt": 3, "avr": 4, "abr": 4, "mai": 5,
    "mei": 5, "mag": 5, "may": 5, "giu": 6, "juin": 6, "juil": 7, "lug": 7, "aoû": 8, "ago": 8, "set": 9,
    "okt": 10, "ott": 10, "out": 10, "dez": 12, "déc": 12, "dic": 12,
}  # fmt: skip
ENGLISH = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_ISO = re.compile(
    r"(\d{4})(?:-?(\d{2})(?:-?(\d{2}))?)?"
    r"(?:[T\s]+(\d{1,2}):?(\d{2})(?::?(\d{2})(?:[.,]\d{1,9})?)?\s*(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?)?",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+")
_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d{1,2})(?:[.,]\d{1,6})?")
_SECONDS = re.compile(r"\d{1,7}(?:\.\d{1,9})?")
_LENGTH = re.compile(r"\d{1,15}")


def moment(raw: str | None, *, now: datetime | None = None) -> datetime | None:
    """An RFC 822 or ISO 8601 date as aware UTC, between 1995 and tomorrow."""
    written = one_line(raw or "")
    if not written or len(written) > LONGEST_DATE:
        return None
    try:
        when = _iso(written) or _rfc822(written)
        when = when.astimezone(UTC) if when else None
    except (ValueError, OverflowError):
        return None
    latest = (now or datetime.now(UTC)) + timedelta(days=1)
    return when if when and EARLIEST <= when <= latest else None


def first_moment(written: Iterable[str | None]) -> datetime | None:
    """The first of several dates that makes sense."""
    return next(filter(None, map(moment, written)), None)


def duration(raw: str | float | None) -> float | None:
    """`h:mm:ss`, `mm:ss` or seconds, in seconds."""
    written = str(raw).strip() if raw is not None and not isinstance(raw, bool) else ""
    if clock := _CLOCK.fullmatch(written):
        hours, minutes, seconds = int(clock[1] or 0), int(clock[2]), int(clock[3])
        # Without hours, ninety minutes is an honest way to write an hour and a half.
        if seconds > 59 or (clock[1] and minutes > 59):
            return None
        total = float(hours * 3_600 + minutes * 60 + seconds)
    elif _SECONDS.fullmatch(written):
        total = float(written)
    else:
        return None
    return total if total <= LONGEST_SECONDS else None


def length(raw: str | int | None) -> int | None:
    """A file size in bytes."""
    written = str(raw).strip() if raw is not None and not isinstance(raw, bool) else ""
    return int(written) if _LENGTH.fullmatch(written) else None


def address(raw: str | None, base: str | None = None) -> str | None:
    """An absolute http(s) URL, resolved against `base`; anything else is not ours to follow."""
    written = _unbroken(raw)
    if not written or len(written) > LONGEST_URL:
        return None
    try:
        url = urljoin(base, written) if base else written
        parts = urlsplit(url)
        wanted = parts.scheme.lower() in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return None
    return one_line(url).replace(" ", "%20") if wanted else None


def file_address(raw: str | None, base: str | None) -> str | None:
    """Where a file lies. With nothing to start from, a relative address is told as it is written: read from a
    disk, a feed does not say where it belongs."""
    if base or address(raw) is not None:
        return address(raw, base)
    written = one_line(_unbroken(raw))
    try:
        is_relative = 0 < len(written) <= LONGEST_URL and not urlsplit(written).scheme
    except ValueError:
        return None
    return written.replace(" ", "%20") if is_relative else None


def _unbroken(raw: str | None) -> str:
    return "".join((raw or "").split("\n")).strip().replace("\t", "").replace("\r", "")


def _iso(written: str) -> datetime | None:
    found = _ISO.fullmatch(written)
    if not found:
        return None
    year, month, day = int(found[1]), int(found[2] or 1), int(found[3] or 1)
    hour, minute, second = int(found[4] or 0), int(found[5] or 0), int(found[6] or 0)
    # Midnight may be written as hour 24 of the day before, a leap second as second 60.
    at = timedelta(hours=hour, minutes=minute, seconds=min(second, 59))
    if at > timedelta(days=1) or minute > 59:
        return None
    return datetime(year, month, day, tzinfo=_zone(found[7])) + at


def _zone(written: str | None) -> timezone:
    digits = re.sub(r"\D", "", written or "")
    if not written or not digits:
        return UTC
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:] or 0))
    return timezone(-offset if written.startswith("-") else offset)


def _rfc822(written: str) -> datetime | None:
    found = parsedate_tz(_WORD.sub(_in_english, written))
    if not found:
        return None
    year, month, day, hour, minute, second = found[:6]
    return datetime(
        year, month, day, hour, minute, min(second, 59), tzinfo=timezone(timedelta(seconds=found[9] or 0))
    )


def _in_english(word: re.Match[str]) -> str:
    lower = word[0].lower()
    for size in (4, 3):
        if month := MONTHS.get(lower[:size]):
            return ENGLISH[month - 1]
    # "Sept" and "March" are English that the standard library does not know.
    return lower[:3] if lower[:3] in ENGLISH else word[0]
