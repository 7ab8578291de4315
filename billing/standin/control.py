"""Control: what a test, or someone who tries Digestly out, may make happen. JSON in, JSON out, under /_fake/."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from . import clock, deliveries, objects
from .events import DROP, FLOW, HOLD, change, happened, public
from .faults import Fault
from .life import customers, incidents, subscriptions
from .refusals import Refused
from .store import Object

if TYPE_CHECKING:
    from .server import Standin

Control = Callable[..., Any]
CONTROLS: dict[str, Control] = {}


def control(act: Control) -> Control:
    CONTROLS[act.__name__] = act
    return act


def run(standin: Standin, name: str, given: dict[str, Any]) -> Any:
    """Do it, whole or not at all, and wait until its events are delivered."""
    act = CONTROLS.get(name)
    if act is None:
        raise Refused(f"No such control: {name}. There are: {', '.join(sorted(CONTROLS))}.", status=404)
    try:
        with standin.store.transaction():
            result = act(standin, **given)
    except (TypeError, ValueError) as error:
        raise Refused(str(error)) from None
    standin.deliveries.settle()
    return result


@control
def advance(standin: Standin, customer: str, days: float = 0, hours: float = 0, seconds: float = 0) -> Object:
    """Let time pass for a customer; their dates move into the past, since now is always now."""
    standin.store.get("customer", customer)
    clock.advance(standin.store, customer, round(days * clock.DAY + hours * clock.HOUR + seconds))
    return {"subscriptions": [public(one) for one in subscriptions.of_customer(standin.store, customer)]}


@control
def decline_next(standin: Standin, times: int = 1) -> Object:
    standin.store.remember("decline_next", times)
    return {"decline_next": times}


@control
def approve_next(standin: Standin, times: int = 1) -> Object:
    """The bank asks the buyer about the next payments, whatever the card."""
    standin.store.remember("approve_next", times)
    return {"approve_next": times}


@control
def after_retries(standin: Standin, then: str = "cancel") -> Object:
    """What becomes of a subscription that nobody pays for: "cancel" or "unpaid"."""
    standin.store.remember("after_retries", then)
    return {"after_retries": then}


@control
def flow(standin: Standin) -> Object:
    standin.store.remember("deliveries", FLOW)
    standin.store.remember("copies", 1)
    return {"deliveries": FLOW}


@control
def hold(standin: Standin) -> Object:
    standin.store.remember("deliveries", HOLD)
    return {"deliveries": HOLD}


@control
def release(standin: Standin, order: str = "same") -> Object:
    """Send what was held, with `order="reverse"` last things first."""
    return {"released": deliveries.release(standin.store, backwards=order == "reverse")}


@control
def drop(standin: Standin) -> Object:
    """Events that happen from now on, and those held, never arrive, until `flow`."""
    standin.store.remember("deliveries", DROP)
    deliveries.drop_held(standin.store)
    return {"deliveries": DROP}


@control
def duplicate(standin: Standin, copies: int = 2) -> Object:
    standin.store.remember("copies", copies)
    return {"copies": copies}


@control
def resend(standin: Standin, event: str, times: int = 1) -> Object:
    deliveries.resend(standin.store, event, times=times)
    return {"resent": event}


@control
def fault(standin: Standin, **fault: Any) -> Object:
    """See `faults.Fault`: kind, times, path, method, seconds, status, keep."""
    standin.faults.order(Fault(**fault))
    return {"ordered": fault}


@control
def requests(standin: Standin) -> Object:
    return {"requests": list(standin.faults.log)}


@control
def events(standin: Standin) -> Object:
    """Oldest first."""
    return {"events": [public(event) for event in standin.store.all("event")]}


@control
def reset(standin: Standin) -> Object:
    standin.store.clear()
    standin.faults.clear()
    return {"reset": True}


@control
def refund(standin: Standin, charge: str, amount: int | None = None) -> Object:
    found = standin.store.get("charge", charge)
    return public(incidents.refund(standin.store, clock.now(), found, amount=amount))


@control
def dispute(standin: Standin, charge: str, reason: str = "fraudulent") -> Object:
    return public(
        incidents.open_dispute(standin.store, clock.now(), standin.store.get("charge", charge), reason=reason)
    )


@control
def close_dispute(standin: Standin, dispute: str, won: bool = False) -> Object:
    found = standin.store.get("dispute", dispute)
    return public(incidents.close_dispute(standin.store, clock.now(), found, won=won))


@control
def delete_customer(standin: Standin, customer: str) -> Object:
    return customers.delete(standin.store, clock.now(), standin.store.get("customer", customer))


@control
def cancel(standin: Standin, subscription: str, reason: str = "cancellation_requested") -> Object:
    """At once, as by somebody at Stripe's own desk."""
    found = standin.store.get("subscription", subscription)
    subscriptions.cancel(standin.store, clock.now(), found, reason=reason)
    return public(found)


@control
def set_status(standin: Standin, subscription: str, status: str) -> Object:
    """Any word at all: the set of Stripe's statuses is open."""
    found = standin.store.get("subscription", subscription)
    with change(standin.store, clock.now(), found, subscriptions.UPDATED):
        found["status"] = status
    return public(found)


@control
def change_price(standin: Standin, lookup_key: str, unit_amount: int) -> Object:
    """As a seller does it: a new price takes over the lookup key, the old one is no longer sold."""
    store, at = standin.store, clock.now()
    old = next((one for one in store.all("price") if one["lookup_key"] == lookup_key), None)
    if old is None:
        raise Refused(f"No price has the lookup key {lookup_key}.", status=404)
    with change(store, at, old, "price.updated"):
        old |= {"lookup_key": None, "active": False}
    kept = ("product", "currency", "recurring", "nickname", "metadata", "tax_behavior")
    new = objects.price(
        store, at, **{name: old[name] for name in kept}, unit_amount=unit_amount, lookup_key=lookup_key
    )
    happened(store, at, "price.created", store.save(new))
    return public(new)
