"""Routes: which act answers which request, and which of the SDK's types its parameters follow."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from ..parameters import Given
from ..refusals import Refused
from ..store import Object, Store


@dataclass(frozen=True)
class Call:
    """One request, its parameters read."""

    store: Store
    at: int
    given: Given
    key: str = ""  # that it was signed with


Act = Callable[..., Object]


@dataclass(frozen=True)
class Route:
    method: str
    path: str
    shape: type
    act: Act

    @property
    def pattern(self) -> re.Pattern[str]:
        return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", self.path))


ROUTES: list[Route] = []


def route(method: str, path: str, shape: type) -> Callable[[Act], Act]:
    def add(act: Act) -> Act:
        ROUTES.append(Route(method, path, shape, act))
        return act

    return add


def find(method: str, path: str) -> tuple[Route, dict[str, str]]:
    for one in ROUTES:
        if one.method == method and (match := one.pattern.fullmatch(path)):
            return one, match.groupdict()
    raise Refused(
        f"Unrecognized request URL ({method}: {path}). The stand-in knows what Digestly asks of Stripe, and no more.",
        status=404,
    )


def with_metadata(thing: Object, given: Given) -> dict[str, str]:
    """Metadata as Stripe merges it: new keys join, a blank value takes its key away, a blank whole empties it."""
    asked = given.get("metadata")
    if asked is None:
        return dict(thing.get("metadata") or {})
    merged = {**(thing.get("metadata") or {}), **asked} if asked else {}
    return {name: value for name, value in merged.items() if value != ""}
