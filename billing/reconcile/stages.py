"""Stages: the lists that a comparison goes through, a page at a time. Each looks at one page, has those synced who
differ, and says where it goes on.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from billing import events, facts, gateway, incidents, journal, moneyback, sync
from billing.gateway import Json
from billing.models import (
    BillingCustomer,
    BillingIncident,
    PlanPrice,
    Reconciliation,
    StripeEvent,
    Subscription,
)
from billing.plus import ENDED

log = logging.getLogger(__name__)

BATCH = 100
OVERLAP = timedelta(hours=1)  # with the last comparison, since Stripe's clock is not ours
CLOCKS_DIFFER = timedelta(minutes=1)
FIRST_LOOK = timedelta(days=30)  # Stripe keeps events so long
MONEY_BACK = {
    "recent": timedelta(days=7),
    "all": timedelta(days=120),
}  # a dispute may take a season to be decided


Looks = dict[str, Callable[[], list[str] | None]]


@dataclass(frozen=True)
class Found:
    """Something that differed, and what became of it, in words."""

    who: str
    told: list[str]


@dataclass(frozen=True)
class Step:
    """One page: how many were looked at, who differed, and where it goes on; blank at the stage's end."""

    looked_at: int
    found: list[Found]
    after: str
    late_events: int = 0


def of(run: Reconciliation) -> list[str]:
    """The stages in their order. What there is comes before what we were told: an event found late would sync its
    customer as if it had come in time, and nobody would learn that it had not."""
    prices = PlanPrice.objects.of_this_mode().exclude(stripe_price_id=None).order_by("pk")
    subscriptions = [f"subscriptions {price}" for price in prices.values_list("stripe_price_id", flat=True)]
    if run.scope == Reconciliation.Scope.ALL:
        return ["customers", *subscriptions, "unlisted", "disputes", "refunds", "events"]
    return [*subscriptions, "disputes", "refunds", "events"]


def step(run: Reconciliation, stage: str, after: str) -> Step:
    """Look at one page. Raises StripeFailure."""
    name, _, argument = stage.partition(" ")
    return STEPS[name](run, argument, after)


# What there is ------------------------------------------------------------------------------------------------


def _customers(run: Reconciliation, _: str, after: str) -> Step:
    """Is everybody still there, and under the address that we know?"""
    first = BillingCustomer.objects.known().order_by("created_at").first()
    if not first:
        return Step(0, [], "")
    page = gateway.customer_page(first.created_at - timedelta(days=1), after)
    emails = {one["id"]: one.get("email") for one in page.items}
    ours = BillingCustomer.objects.known().filter(stripe_customer_id__in=emails).select_related("user")
    same: list[BillingCustomer] = []
    differ: list[BillingCustomer] = []
    for customer in ours:
        is_same = not customer.user or customer.user.email == emails[customer.stripe_customer_id or ""]
        (same if is_same else differ).append(customer)
    BillingCustomer.objects.filter(pk__in=[one.pk for one in same]).update(last_synced_at=timezone.now())
    return Step(len(same) + len(differ), list(_synced(run, differ)), page.after)


def _subscriptions(run: Reconciliation, price_id: str, after: str) -> Step:
    """Is what was sold at this price as our rows say? Of other prices we know nothing and want nothing."""
    is_all = run.scope == Reconciliation.Scope.ALL
    page = gateway.subscription_page(price_id, after, None if is_all else _last_look(run))
    customers = {one["customer"] for one in page.items}
    ours = BillingCustomer.objects.of_this_mode().filter(stripe_customer_id__in=customers)
    by_id = {one.stripe_customer_id: one for one in ours.select_related("user")}
    rows = Subscription.objects.filter(stripe_subscription_id__in=[one["id"] for one in page.items])
    kept = {row.stripe_subscription_id: row for row in rows}
    same: list[int] = []
    differ: dict[int, BillingCustomer] = {}
    found: list[Found] = []
    for subscription in page.items:
        customer, row = by_id.get(subscription["customer"]), kept.get(subscription["id"])
        if customer is None or customer.deleted_at or customer.user is None:
            found += _stray(subscription, customer)
        if customer is None:
            continue
        if row and _is_same(row, subscription):
            same.append(row.pk)
        elif customer.deleted_at is None:
            differ[customer.pk] = customer
    Subscription.objects.filter(pk__in=same).update(fetched_at=timezone.now())
    return Step(len(page.items), [*found, *_synced(run, differ.values())], page.after)


def _is_same(row: Subscription, subscription: Json) -> bool:
    return all(getattr(row, name) == value for name, value in facts.columns(subscription).items())


def _stray(subscription: Json, customer: BillingCustomer | None) -> Iterator[Found]:
    """Paid for at our price by nobody that we know: an account that is closed, or a sale made by hand."""
    if subscription["status"] in ENDED:
        return
    told = [f"{subscription['customer']} pays for Plus at Stripe ({subscription['status']})."]
    kind = BillingIncident.Kind.STRAY
    is_known = BillingIncident.objects.filter(kind=kind, stripe_id=subscription["id"]).exists()
    incidents.found(kind, subscription["id"], told, customer)
    if not is_known:
        yield Found(subscription["id"], told)


def _unlisted(run: Reconciliation, _: str, after: str) -> Step:
    """Those that we have and no list held, and those who could not be synced on the way: asked for one by one."""
    unseen = Q(fetched_at__lt=run.started_at) & Q(is_plus=True) & ~Q(status__in=ENDED)
    gone = Subscription.objects.filter(unseen, customer=OuterRef("pk"))
    silent = Q(last_synced_at=None) | Q(last_synced_at__lt=run.started_at)
    rows = BillingCustomer.objects.known().filter(created_at__lt=run.started_at, pk__gt=int(after or 0))
    batch = list(rows.filter(silent | Exists(gone)).select_related("user").order_by("pk")[:BATCH])
    more = str(batch[-1].pk) if len(batch) == BATCH else ""
    return Step(len(batch), list(_synced(run, batch)), more)


def _synced(run: Reconciliation, customers: Iterable[BillingCustomer]) -> Iterator[Found]:
    """Sync each, and say what changed. An odd one is told of, and does not stop the others."""
    for customer in customers:
        try:
            told = sync.customer(customer.pk, sync.Reason.RECONCILE, journal.Trail(run=run))
        except gateway.Unavailable as error:
            yield Found(str(customer), [f"not synced: {error}"])
        except Exception as error:
            log.exception("Customer %s", customer.stripe_customer_id)
            yield Found(str(customer), [f"not synced: {type(error).__name__}"])
        else:
            if told:
                yield Found(str(customer), told)


# What we were told, or ought to have been ---------------------------------------------------------------------


def _disputes(run: Reconciliation, _: str, after: str) -> Step:
    page = gateway.dispute_page(timezone.now() - MONEY_BACK[run.scope], after)
    looks: Looks = {one["id"]: partial(moneyback.disputed, one, one["charge"]) for one in page.items}
    return Step(len(page.items), list(_told(run, looks)), page.after)


def _refunds(run: Reconciliation, _: str, after: str) -> Step:
    page = gateway.refund_page(timezone.now() - MONEY_BACK[run.scope], after)
    charges = [one["charge"] for one in page.items if one.get("charge")]
    looks: Looks = {charge["id"]: partial(moneyback.refunded, charge) for charge in charges}
    return Step(len(page.items), list(_told(run, looks)), page.after)


def _told(run: Reconciliation, looks: Looks) -> Iterator[Found]:
    """Look into each; one that cannot be now does not stop the others, and is seen again by the next comparison."""
    for stripe_id, look in looks.items():
        try:
            told = look()
        except gateway.StripeFailure as error:
            yield Found(stripe_id, [f"not looked into: {error}"])
            continue
        if told:
            lines = [f"{stripe_id}: {line}" for line in told]
            trail = journal.Trail(run=run)
            journal.record(journal.Kind.DRIFT, lines, occasion=sync.Reason.RECONCILE, trail=trail)
            yield Found(stripe_id, told)


def _events(run: Reconciliation, _: str, after: str) -> Step:
    """Events that never came. They are looked into like those that did, unless everything was compared since."""
    page = gateway.event_page(_last_look(run), after, events.TYPES)
    ids = [one["id"] for one in page.items]
    known = set(StripeEvent.objects.filter(stripe_event_id__in=ids).values_list("stripe_event_id", flat=True))
    is_all = run.scope == Reconciliation.Scope.ALL
    seen_until = (run.started_at - CLOCKS_DIFFER).timestamp() if is_all else 0
    late = [
        one for one in page.items
        if one["id"] not in known and events.ingest(one, is_old_news=one["created"] < seen_until)
    ]  # fmt: skip
    return Step(len(page.items), [], page.after, late_events=len(late))


def _last_look(run: Reconciliation) -> datetime:
    """When the last comparison that came to its end began; what is older was looked at then."""
    before = Reconciliation.objects.filter(livemode=run.livemode, pk__lt=run.pk).exclude(finished_at=None)
    last = before.order_by("-pk").first()
    return last.started_at - OVERLAP if last else run.started_at - FIRST_LOOK


STEPS: dict[str, Callable[[Reconciliation, str, str], Step]] = {
    "customers": _customers,
    "subscriptions": _subscriptions,
    "unlisted": _unlisted,
    "disputes": _disputes,
    "refunds": _refunds,
    "events": _events,
}
