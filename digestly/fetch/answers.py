"""Answers: what the status and the headers of an answer mean, however odd they are."""

from __future__ import annotations

import math
import re
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.client import HTTPMessage, HTTPResponse

from digestly.fetch.errors import AuthRequired, BlockedByHost, Busy, Gone, HostTrouble, Missing, Refused

DAY = 24 * 60 * 60
LONGEST_VALIDATOR = 1_024
PERMANENT_REDIRECTS = frozenset({301, 308})
REDIRECTS = PERMANENT_REDIRECTS | {302, 303, 307}

_EPOCH = datetime.fromtimestamp(0, UTC)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_MAX_AGE = re.compile(r"(?:^|,)\s*max-age\s*=\s*\"?([0-9]{1,10})", re.I)

_REFUSALS: dict[int, tuple[type[Refused], str]] = {
    401: (AuthRequired, "{host} asks for a login."),
    403: (Refused, "{host} refuses to hand this out (403)."),
    404: (Missing, "{host} has nothing at this address (404)."),
    407: (AuthRequired, "{host} asks for a login."),
    410: (Gone, "{host} says that this is gone for good (410)."),
    429: (Busy, "{host} wants fewer requests (429)."),
}


def location(answer: HTTPResponse) -> str | None:
    """Where the answer sends us, if it does. Raw UTF-8 and spaces are common there, and clear enough."""
    if answer.status not in REDIRECTS:
        return None
    there = (answer.headers.get("Location") or "").strip(" \t")
    with suppress(UnicodeDecodeError):
        there = there.encode("latin-1").decode("utf-8")
    return there.replace(" ", "%20") or None


def refusal(answer: HTTPResponse, *, host: str) -> Refused:
    """The failure that an answer other than a good one means."""
    status, wait = answer.status, retry_after(answer.headers)
    if (answer.headers.get("cf-mitigated") or "").strip().lower() == "challenge":
        return BlockedByHost(
            f"{host} lets only browsers in (bot check).", status=status, host=host, retry_after=wait
        )
    kind, saying = _REFUSALS.get(status, (Refused, f"{{host}} answered with status {status}."))
    if status >= 500:
        kind, saying = HostTrouble, f"{{host}} has a problem of its own ({status})."
    return kind(saying.format(host=host), status=status, host=host, retry_after=wait)


def retry_after(headers: HTTPMessage) -> int | None:
    """Seconds to wait, between now and a day; None where the host says nothing or nonsense."""
    value = (headers.get("Retry-After") or "").strip()
    try:
        seconds = float(value)
    except ValueError:
        moment = _moment(value)
        seconds = math.nan if moment is None else (moment - datetime.now(UTC)).total_seconds()
    return None if not math.isfinite(seconds) else round(min(max(seconds, 0), DAY))


def max_age(headers: HTTPMessage) -> int | None:
    """Seconds for which the host wants the answer kept."""
    match = _MAX_AGE.search(",".join(headers.get_all("Cache-Control", [])))
    return int(match[1]) if match else None


def expires(headers: HTTPMessage) -> datetime | None:
    """Until when the host wants the answer kept. By HTTP's rule what cannot be read, such as "0", is over."""
    value = headers.get("Expires")
    return None if value is None else _moment(value) or _EPOCH


def validator(value: str | None) -> str | None:
    """An ETag or Last-Modified fit to be stored and sent back, as it came; None for none or an unfit one."""
    if not value or len(value) > LONGEST_VALIDATOR or _CONTROL.search(value):
        return None
    return value if all(ord(letter) < 256 for letter in value) else None


def content_type(headers: HTTPMessage) -> str | None:
    return " ".join((headers.get("Content-Type") or "").split()) or None


def _moment(value: str) -> datetime | None:
    """An HTTP date, aware."""
    if len(value) > 100:
        return None
    try:
        moment = parsedate_to_datetime(value)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
