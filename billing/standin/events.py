"""Events: what has happened, told once, and owed to every endpoint that listens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy

from . import objects
from .store import Object, Store

FLOW, HOLD, DROP = "flow", "hold", "drop"
DUE, HELD, DROPPED, FAILED = "due", "held", "dropped", "failed"


def happened(store: Store, at: int, kind: str, thing: Object, before: Object | None = None) -> Object:
    """Tell it. In the order of telling the events are kept, and delivered unless somebody meddles."""
    mode = store.recall("deliveries") or FLOW
    listening = [endpoint for endpoint in store.all("webhook_endpoint") if hears(endpoint, kind)]
    event = objects.event(store, at, kind, public(thing), before, len(listening))
    event["_customer"] = thing["id"] if thing["object"] == "customer" else thing.get("customer")
    store.save(event)
    if mode != DROP:
        for endpoint in listening * (store.recall("copies") or 1):
            owe(store, event["id"], endpoint["id"], held=mode == HOLD)
    return event


def owe(store: Store, event: str, endpoint: str, *, held: bool = False) -> None:
    """One more delivery, after all that are owed already."""
    store.save({
        "id": store.new_id("dlv"), "object": "delivery", "event": event, "endpoint": endpoint,
        "state": HELD if held else DUE, "attempts": 0, "next_at": 0,
    })  # fmt: skip


def hears(endpoint: Object, kind: str) -> bool:
    return endpoint["status"] == "enabled" and any(name in ("*", kind) for name in endpoint["enabled_events"])


@contextmanager
def change(store: Store, at: int, thing: Object, kind: str) -> Iterator[Object]:
    """Save what the block makes of `thing`, and tell what it was before. No change, no event."""
    before = deepcopy(thing)
    yield thing
    store.save(thing)
    changed = {
        name: before.get(name)
        for name in thing
        if not name.startswith("_") and before.get(name) != thing[name]
    }
    if changed:
        happened(store, at, kind, thing, changed)


def public(thing: Object) -> Object:
    """Without what only the stand-in remembers."""
    return {name: _public(value) for name, value in thing.items() if not name.startswith("_")}


def _public(value: object) -> object:
    if isinstance(value, dict):
        return public(value)
    return [_public(part) for part in value] if isinstance(value, list) else value
