"""Links in the headers of an answer (RFC 8288): what belongs to a document, whatever its dialect."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPMessage

from digestly.fetch.errors import Failure
from digestly.fetch.urls import Place, join, parse

MOST_TEXT = 8_000  # characters that anybody reads of them; the rest is not worth its time

_LINK = re.compile(r"<([^<>]*)>((?:\s*;\s*[^\s;,=<>\"]+(?:\s*=\s*(?:\"[^\"]*\"|[^\s;,<>\"]+))?)*)")
_PARAMETER = re.compile(r"([^\s;,=<>\"]+)\s*=\s*(?:\"([^\"]*)\"|([^\s;,<>\"]+))")


def named(headers: HTTPMessage, place: Place) -> tuple[tuple[str, str], ...]:
    """Relations and the absolute addresses that they lead to, in the order of the headers."""
    written = ", ".join(headers.get_all("Link", []))[:MOST_TEXT]
    return tuple(_links(written, place))


def _links(written: str, place: Place) -> Iterator[tuple[str, str]]:
    for target, parameters in _LINK.findall(written):
        told: dict[str, str] = {}
        for name, quoted, bare in _PARAMETER.findall(parameters):
            told.setdefault(name.lower(), quoted or bare)  # of two relations the first counts
        if "anchor" in told:  # it speaks of another document
            continue
        with suppress(Failure):
            address = join(place, target.strip())
            parse(address)
            for relation in told.get("rel", "").lower().split():
                yield relation, address
