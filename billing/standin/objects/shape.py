"""The shape of an object: which fields there are comes from the SDK's classes, so that none is ever lacking."""

from __future__ import annotations

from functools import cache
from typing import Any, get_args

from ..store import Object

NOT_SHOWN = {"deleted", "secret", "refunds", "sources", "subscriptions", "tax_ids", "line_items", "payments"}


@cache
def nullable(shape: type) -> tuple[str, ...]:
    """The fields of an SDK class that may be null; those that come only when asked for are left out."""
    hints = shape.__annotations__.items()
    return tuple(name for name, hint in hints if type(None) in get_args(hint) and name not in NOT_SHOWN)


def shown(shape: Any, **facts: Any) -> Object:
    blank = dict.fromkeys(nullable(shape))
    return {**blank, "object": shape.OBJECT_NAME, "livemode": False, **facts}


def listing(url: str, data: list[Object], *, more: bool = False) -> Object:
    return {"object": "list", "url": url, "has_more": more, "data": data}
