"""Clock: now is always now. To let time pass, a customer's dates move into the past, and Stripe catches up."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

from .events import happened
from .life import checkout, invoices, payments, subscriptions
from .store import Object, Store

HOUR, DAY = 3_600, 86_400
PATIENCE = 23 * HOUR  # for the first payment
NOTICE = 3 * DAY  # before a trial ends
LIVING = ("active", "trialing", "past_due", "unpaid")

DATES = frozenset(
    "created updated start_date billing_cycle_anchor current_period_start current_period_end cancel_at canceled_at "
    "ended_at trial_start trial_end expires_at period_start period_end start end finalized_at paid_at voided_at "
    "marked_uncollectible_at effective_at next_payment_attempt due_date due_by resumes_at transitioned_at "
    "redeem_by subscription_proration_date".split()
)
Deed = tuple[int, Callable[[int], object]]


def now() -> int:
    return int(time.time())


def advance(store: Store, customer: str, seconds: int) -> None:
    """Let `seconds` pass for one customer: what would have happened by now happens, each at its own moment."""
    for thing in store.everything_of(customer):
        store.save(moved(thing, -seconds))
    catch_up(store, customer)


def moved(value: Any, seconds: int, name: str = "") -> Any:
    if isinstance(value, dict):
        return {key: moved(part, seconds, key) for key, part in value.items()}
    if isinstance(value, list):
        return [moved(part, seconds) for part in value]
    return value + seconds if name in DATES and type(value) is int else value


def catch_up(store: Store, customer: str | None = None) -> None:
    """Do what is due, earliest first, until nothing is; of one customer, or of all."""
    while True:
        due = [deed for deed in _deeds(store, customer) if deed[0] <= now()]
        if not due:
            break
        moment, act = min(due, key=lambda deed: deed[0])
        act(moment)


def _deeds(store: Store, customer: str | None) -> Iterator[Deed]:
    for session in store.all("checkout.session", customer=customer):
        if session["status"] == "open":
            yield session["expires_at"], _on(checkout.expire, store, session)
    for subscription in store.all("subscription", customer=customer):
        yield from _deeds_of(store, subscription)


def _deeds_of(store: Store, subscription: Object) -> Iterator[Deed]:
    if subscription["status"] == "incomplete":
        yield subscription["created"] + PATIENCE, _on(subscriptions.expire, store, subscription)
    if subscription["status"] not in LIVING:
        return
    ends = subscriptions.period_end(subscription)
    if (subscription["pause_collection"] or {}).get("resumes_at"):
        resumes = subscription["pause_collection"]["resumes_at"]
        yield resumes, _on(subscriptions.collect_again, store, subscription)
    if subscription["cancel_at"] is not None:
        yield subscription["cancel_at"], _on(subscriptions.cancel, store, subscription)
    if subscription["cancel_at_period_end"]:
        yield ends, _on(subscriptions.cancel, store, subscription)
    if subscription["status"] == "trialing":
        yield subscription["trial_end"], _on(subscriptions.end_trial, store, subscription)
        if not subscription.get("_warned"):
            notice = max(subscription["trial_end"] - NOTICE, subscription["trial_start"])
            yield notice, _on(_warn, store, subscription)
    else:
        yield ends, _on(subscriptions.renew, store, subscription)
        yield from _retries(store, subscription)


def _retries(store: Store, subscription: Object) -> Iterator[Deed]:
    for invoice in invoices.of_subscription(store, subscription):
        if invoice["status"] == "open" and invoice["next_payment_attempt"] is not None:
            yield invoice["next_payment_attempt"], _on(_retry, store, invoice)


def _on(act: Callable[[Store, int, Object], object], store: Store, thing: Object) -> Callable[[int], object]:
    return lambda moment: act(store, moment, thing)


def _warn(store: Store, at: int, subscription: Object) -> None:
    subscription["_warned"] = True
    happened(store, at, "customer.subscription.trial_will_end", store.save(subscription))


def _retry(store: Store, at: int, invoice: Object) -> None:
    """Once more; after the last try the subscription is cancelled, or left unpaid if that was chosen."""
    subscription = store.get("subscription", invoices.subscription_id(invoice))
    outcome = invoices.collect(
        store, at, invoice, subscriptions.method_of(store, subscription), present=False
    )
    if outcome == payments.PAID or invoice["next_payment_attempt"] is not None:
        return
    subscription = store.get("subscription", subscription["id"])
    if store.recall("after_retries") == "unpaid":
        subscriptions.leave_unpaid(store, at, subscription)
    else:
        subscriptions.cancel(store, at, subscription, reason="payment_failed")
