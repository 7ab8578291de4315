"""Subscriptions: begun, renewed, cancelled, resumed, lapsed."""

from __future__ import annotations

from dataclasses import dataclass, field

from .. import objects
from ..events import change, happened
from ..refusals import Refused
from ..store import Object, Store
from . import invoices
from .discounts import begin as begin_discount
from .periods import end_of

ENDED = ("canceled", "incomplete_expired")
UPDATED = "customer.subscription.updated"


@dataclass(frozen=True)
class Order:
    """What is to be subscribed to, and how."""

    customer: str
    items: list[tuple[Object, int]]
    method: str | None = None
    metadata: dict[str, str] = field(default_factory=dict)
    trial_end: int | None = None
    trial_settings: Object | None = None
    billing_mode: str = "flexible"
    description: str | None = None
    discounts: list[Object] = field(default_factory=list)  # pairs of coupon and promotion code
    taxed: bool = False


def begin(store: Store, at: int, order: Order) -> Object:
    """A subscription and its first invoice; incomplete until that is paid, unless it begins with a trial."""
    trial = order.trial_end
    anchor = trial or at
    subscription = objects.subscription(
        store, at,
        billing_mode=order.billing_mode,
        customer=order.customer,
        currency=order.items[0][0]["currency"],
        status="trialing" if trial else "incomplete",
        billing_cycle_anchor=anchor,
        default_payment_method=order.method,
        description=order.description,
        metadata=order.metadata,
        trial_start=at if trial else None,
        trial_end=trial,
        trial_settings=order.trial_settings or {"end_behavior": {"missing_payment_method": "create_invoice"}},
    )  # fmt: skip
    ident = subscription["id"]
    items = [
        objects.subscription_item(store, at, ident, price, count, at, trial or end_of(at, price, anchor))
        for price, count in order.items
    ]
    subscription["items"] = objects.listing(f"/v1/subscription_items?subscription={ident}", items)
    subscription["automatic_tax"]["enabled"] = order.taxed
    subscription["discounts"] = [
        begin_discount(store, at, pair, customer=order.customer, subscription=ident)["id"]
        for pair in order.discounts
    ]
    store.save(subscription)
    invoice = invoices.issue(store, at, subscription, reason="subscription_create", free=bool(trial))
    subscription["latest_invoice"] = invoice["id"]
    if not trial and invoice["status"] == "paid":  # a discount took all of it
        subscription["status"] = "active"
    happened(store, at, "customer.subscription.created", store.save(subscription))
    return subscription


def renew(store: Store, at: int, subscription: Object) -> None:
    """The next period begins, and with it the next invoice, which is collected."""
    invoice = roll(store, at, subscription)
    if pause := subscription["pause_collection"]:
        _set_aside(store, at, invoice, pause["behavior"])
    elif subscription["status"] == "unpaid":
        _set_aside(store, at, invoice, "keep_as_draft")
    else:
        invoices.collect(store, at, invoice, method_of(store, subscription), present=False)


def roll(store: Store, at: int, subscription: Object) -> Object:
    """The period rolls even when nobody pays; its invoice."""
    with change(store, at, subscription, UPDATED):
        for item in subscription["items"]["data"]:
            item["current_period_start"] = item["current_period_end"]
            item["current_period_end"] = end_of(
                item["current_period_end"], item["price"], subscription["billing_cycle_anchor"]
            )
        if subscription["status"] == "trialing":
            subscription["status"] = "active"
        invoice = invoices.issue(store, at, subscription, reason="subscription_cycle")
        subscription["latest_invoice"] = invoice["id"]
    return invoice


def _set_aside(store: Store, at: int, invoice: Object, behavior: str) -> None:
    if behavior == "void":
        invoices.void(store, at, invoice)
    else:
        with change(store, at, invoice, "invoice.updated"):
            invoice["status"] = "draft" if behavior == "keep_as_draft" else "uncollectible"


def method_of(store: Store, subscription: Object) -> Object | None:
    """The card that pays: the subscription's own, else the customer's."""
    customer = store.get("customer", subscription["customer"])
    settings = customer.get("invoice_settings") or {}
    ident = subscription["default_payment_method"] or settings.get("default_payment_method")
    return store.find("payment_method", ident) if ident else None


def end_trial(store: Store, at: int, subscription: Object) -> None:
    behavior = subscription["trial_settings"]["end_behavior"]["missing_payment_method"]
    if method_of(store, subscription) or behavior == "create_invoice":
        renew(store, at, subscription)
    elif behavior == "pause":
        with change(store, at, subscription, "customer.subscription.paused"):
            subscription["status"] = "paused"
            why = {"type": "trial_end_without_payment_method"}
            subscription["status_details"] = {
                "paused": {"subscription": why, "transitioned_at": at, "type": "subscription"}
            }
    else:
        cancel(store, at, subscription, reason=None)


def cancel(
    store: Store, at: int, subscription: Object, *, reason: str | None = "cancellation_requested"
) -> None:
    """At once."""
    subscription |= {"status": "canceled", "ended_at": at, "canceled_at": subscription["canceled_at"] or at}
    details = subscription["cancellation_details"]
    subscription["cancellation_details"] = details | {"reason": details["reason"] or reason}
    happened(store, at, "customer.subscription.deleted", store.save(subscription))
    invoices.stop_collecting(store, at, subscription)


def cancel_later(store: Store, at: int, subscription: Object, feedback: str | None = None) -> None:
    """At the period's end, as the portal does it: what is flexible gets a date, and the older flag stays down."""
    flexible = subscription["billing_mode"]["type"] == "flexible"
    with change(store, at, subscription, UPDATED):
        subscription |= {
            "cancel_at": period_end(subscription),
            "cancel_at_period_end": not flexible,
            "canceled_at": at,
        }
        subscription["cancellation_details"] = subscription["cancellation_details"] | {
            "reason": "cancellation_requested", "feedback": feedback,
        }  # fmt: skip


def keep(store: Store, at: int, subscription: Object) -> None:
    """Take a cancellation back."""
    with change(store, at, subscription, UPDATED):
        subscription |= {"cancel_at": None, "cancel_at_period_end": False, "canceled_at": None}
        subscription["cancellation_details"] = dict.fromkeys(subscription["cancellation_details"])


def resume(store: Store, at: int, subscription: Object) -> None:
    """Go on after a pause, with a new period from now."""
    if subscription["status"] != "paused":
        raise Refused("This subscription cannot be resumed because it is not paused.", param="id")
    for item in subscription["items"]["data"]:
        item["current_period_end"] = at
    subscription |= {"billing_cycle_anchor": at, "status": "active", "status_details": None}
    renew(store, at, subscription)
    happened(store, at, "customer.subscription.resumed", store.get("subscription", subscription["id"]))


def expire(store: Store, at: int, subscription: Object) -> None:
    """Never paid for, and now too late."""
    for invoice in invoices.of_subscription(store, subscription):
        if invoice["status"] == "open":
            invoices.void(store, at, invoice)
    with change(store, at, subscription, UPDATED):
        subscription |= {"status": "incomplete_expired", "ended_at": at}


def collect_again(store: Store, at: int, subscription: Object) -> None:
    """A pause of payments is over, at the date that it was given."""
    with change(store, at, subscription, UPDATED):
        subscription["pause_collection"] = None


def leave_unpaid(store: Store, at: int, subscription: Object) -> None:
    """Every try failed; the subscription goes on without being paid for."""
    with change(store, at, subscription, UPDATED):
        subscription["status"] = "unpaid"


def period_end(subscription: Object) -> int:
    return int(min(item["current_period_end"] for item in subscription["items"]["data"]))


def has_ended(subscription: Object) -> bool:
    return subscription["status"] in ENDED


def is_leaving(subscription: Object) -> bool:
    return subscription["cancel_at"] is not None or bool(subscription["cancel_at_period_end"])


def of_customer(store: Store, customer: str) -> list[Object]:
    return store.all("subscription", customer=customer)
