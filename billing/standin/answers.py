"""Answers: objects as they leave, with what was to be expanded, and lists page by page."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from . import objects
from .events import public
from .life import invoices
from .parameters import Given
from .refusals import Refused
from .store import Object, Store

DEEPEST = 4


def answer(store: Store, thing: Object, expand: Iterable[str] = ()) -> Object:
    shown = public(thing)
    for path in expand:
        steps = path.split(".")
        if len(steps) > DEEPEST:
            raise Refused(f"You cannot expand more than {DEEPEST} levels of a property. Property: {path}")
        _expand(store, shown, steps, path)
    return shown


def page(store: Store, url: str, things: list[Object], given: Given, *, newest_first: bool = True) -> Object:
    """The part of `things` (oldest first) that was asked for."""
    limit = given.get("limit", 10)
    if not 1 <= limit <= 100:
        raise Refused(
            f"Invalid integer: {limit}. Limit can range between 1 and 100.",
            code="parameter_invalid_integer", param="limit",
        )  # fmt: skip
    things = [thing for thing in things if _in_time(thing, given.get("created"))]
    if newest_first:
        things.reverse()
    if after := given.get("starting_after"):
        things = things[_place(things, after, "starting_after") + 1 :]
    if before := given.get("ending_before"):
        things = things[: _place(things, before, "ending_before")]
        part, more = things[-limit:], len(things) > limit
    else:
        part, more = things[:limit], len(things) > limit
    return answer(store, objects.listing(url, part, more=more), given.get("expand", ()))


def _place(things: list[Object], ident: str, param: str) -> int:
    for place, thing in enumerate(things):
        if thing["id"] == ident:
            return place
    raise Refused(f"No such object: '{ident}'", code="resource_missing", param=param)


def _in_time(thing: Object, limits: Any) -> bool:
    if limits is None:
        return True
    made = thing["created"]
    if isinstance(limits, int):
        return bool(made == limits)
    tests: dict[str, Callable[[int], bool]] = {
        "gt": lambda limit: made > limit,
        "gte": lambda limit: made >= limit,
        "lt": lambda limit: made < limit,
        "lte": lambda limit: made <= limit,
    }
    return all(tests[name](limit) for name, limit in limits.items())


def _expand(store: Store, thing: Any, steps: list[str], path: str) -> None:
    step, *rest = steps
    if step == "data" and thing.get("object") == "list":
        for one in thing["data"]:
            if rest:
                _expand(store, one, rest, path)
        return
    include = INCLUDED.get((thing.get("object"), step))
    if include:
        thing[step] = public(include(store, thing))
    elif step not in thing:
        raise Refused(f"This property cannot be expanded ({step}).", param="expand")
    elif isinstance(thing[step], list):
        thing[step] = [_found(store, one, step) for one in thing[step]]
    else:
        thing[step] = _found(store, thing[step], step)
    for inner in thing[step] if isinstance(thing[step], list) else [thing[step]]:
        if rest and isinstance(inner, dict):
            _expand(store, inner, rest, path)


def _found(store: Store, value: Any, step: str) -> Any:
    """The object whose id stands here; what is no id stays as it is."""
    if not isinstance(value, str):
        return value
    found = store.anything(value)
    if found is None:
        raise Refused(f"This property cannot be expanded ({step}).", param="expand")
    return public(found)


def _lines(store: Store, session: Object) -> Object:
    lines = store.get("checkout.session", session["id"])["_lines"]
    return objects.listing(f"/v1/checkout/sessions/{session['id']}/line_items", lines)


def _payments(store: Store, invoice: Object) -> Object:
    payment = invoices.payment_of(store, invoice)
    return objects.listing("/v1/invoice_payments", [payment] if payment else [])


def _refunds(store: Store, charge: Object) -> Object:
    refunds = [
        one for one in store.all("refund", customer=charge["customer"]) if one["charge"] == charge["id"]
    ]
    return objects.listing(f"/v1/charges/{charge['id']}/refunds", refunds[::-1])


def _subscriptions(store: Store, customer: Object) -> Object:
    living = [
        one for one in store.all("subscription", customer=customer["id"]) if one["status"] != "canceled"
    ]
    return objects.listing(f"/v1/customers/{customer['id']}/subscriptions", living[::-1])


INCLUDED: dict[tuple[Any, str], Callable[[Store, Object], Object]] = {
    ("checkout.session", "line_items"): _lines,
    ("invoice", "payments"): _payments,
    ("charge", "refunds"): _refunds,
    ("customer", "subscriptions"): _subscriptions,
}
