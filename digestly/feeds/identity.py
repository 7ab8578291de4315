"""Which item is which: an identity that stays the same from one fetch to the next.

A guid is believed, unless the same document gives it twice. Then, and where there is none, what the item
points at tells it apart; last of all its words. The address of a show's home page, the same on every item,
tells nothing.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from digestly.feeds.types import ParsedItem

LONGEST = 500


def identified(items: Iterable[ParsedItem]) -> tuple[ParsedItem, ...]:
    """The same items, each with its identity in `guid`. Items alike in everything share one."""
    items = tuple(items)
    guids = Counter(item.guid for item in items)
    links = Counter(item.link for item in items)
    return tuple(
        replace(
            item, guid=_identity(item, guid_is_own=guids[item.guid] == 1, link_is_own=links[item.link] == 1)
        )
        for item in items
    )


def traceable(item: ParsedItem) -> bool:
    """Whether anything but its words tells this item apart."""
    return bool(item.guid or item.link or item.enclosures)


def _identity(item: ParsedItem, *, guid_is_own: bool, link_is_own: bool) -> str:
    if item.guid and guid_is_own:
        return _short(item.guid)
    media = item.enclosures[0].url or None if item.enclosures else None
    if item.guid:
        return _short(f"{item.guid} {media or item.link or _digest(item)}")
    return _short((item.link if link_is_own else None) or media or _digest(item))


def _short(identity: str) -> str:
    return identity if len(identity) <= LONGEST else _sha256(identity)


def _digest(item: ParsedItem) -> str:
    return _sha256("\n".join((item.title, item.link or "", item.summary or "")))


def _sha256(text: str) -> str:
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()
