"""Membership: what members do with their subscription by themselves. Cancel, take it back, pause, and see what another
plan would cost. Each asks Stripe for it, and what Stripe then says is what stands in the rows.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from accounts.models import User

from . import checkout, facts, gateway
from .errors import NothingToManage, NotNow, TryLater
from .gifts.redeeming import covered_until
from .models import PlanPrice, Subscription
from .periods import following

log = logging.getLogger(__name__)

PAUSES = (1, 2, 3)  # months
MOST_INVOICES = 100
# Payments go on this long before the next period begins, so that it is charged like any other.
BEFORE_THE_PERIOD = timedelta(hours=1)
RUNNING = ("active", "trialing")


def of(user: User) -> Subscription | None:
    """What the user pays for Plus with, unless it is over. One query."""
    mine = Subscription.objects.for_plus().live().filter(customer__user=user)
    return mine.select_related("customer__user").order_by("-pk").first()


def may_cancel(subscription: Subscription) -> bool:
    return not subscription.leaves_at and subscription.status not in ("canceled", "incomplete_expired")


def charging(subscription: Subscription) -> Subscription | None:
    """What its customer is still charged for: this one, or else the newest; None if it is nothing."""
    live = Subscription.objects.for_plus().live().filter(customer=subscription.customer_id)
    mine = [one for one in live.select_related("customer__user").order_by("-pk") if may_cancel(one)]
    return next((one for one in mine if one == subscription), next(iter(mine), None))


def kept_until(subscription: Subscription) -> datetime | None:
    """How long Plus stays open after cancelling; None where it ends at once, since nothing more was paid for."""
    is_paid = subscription.status in RUNNING and not subscription.is_unpaid_period
    return subscription.current_period_end if is_paid else None


def cancel(subscription: Subscription) -> None:
    """At the end of what was paid for, or now where nothing was. Asked for twice, it is done once. Whoever has come to
    pay twice over is told that nothing more is charged, so all of it ends."""
    live = Subscription.objects.for_plus().live().filter(customer=subscription.customer_id)
    for one in live.select_related("customer__user").order_by("pk"):
        if may_cancel(one):
            _cancel(one)


def _cancel(subscription: Subscription) -> None:
    one = subscription.stripe_subscription_id
    if kept_until(subscription):
        _ask(subscription, lambda: gateway.update_subscription(one, {"cancel_at_period_end": True}))
    else:
        _ask(subscription, lambda: gateway.cancel_subscription(one))


def resume(subscription: Subscription) -> None:
    """Take back what ended it or paused it. A period that nobody paid for is not read on for nothing: where one runs,
    a new one begins, and is charged."""
    if subscription.status == "paused":
        _ask(subscription, lambda: gateway.resume_subscription(subscription.stripe_subscription_id))
    elif subscription.status in RUNNING and (subscription.leaves_at or subscription.pause_behavior):
        for change in _taking_back(subscription):
            begins_anew = "billing_cycle_anchor" in change
            _ask(subscription, _anew(subscription, change) if begins_anew else _update(subscription, change))
    else:
        raise NotNow


def _update(
    subscription: Subscription, params: dict[str, Any], *, key: str = ""
) -> Callable[[], gateway.Json]:
    return lambda: gateway.update_subscription(subscription.stripe_subscription_id, params, key=key)


def _anew(subscription: Subscription, params: dict[str, Any]) -> Callable[[], gateway.Json]:
    """A period begins and is charged: once, however often it is asked for, and whatever became of the answer."""
    one = subscription.stripe_subscription_id

    def ask() -> gateway.Json:
        there = gateway.subscription(one)
        if not there.get("pause_collection"):
            return there
        try:
            return _update(
                subscription, params, key=f"{subscription.resume_key} {subscription.latest_invoice_id}"
            )()
        except gateway.Broken:  # Stripe would repeat this answer for a day, so the next try uses another key
            rows = Subscription.objects.filter(pk=subscription.pk, resume_key=subscription.resume_key)
            rows.update(resume_key=uuid.uuid4())
            raise

    return ask


def _taking_back(subscription: Subscription) -> list[dict[str, Any]]:
    """Stripe takes the two ways of cancelling one at a time."""
    user = subscription.customer.user
    covered = covered_until(user) if user else None
    changes: list[dict[str, Any]] = []
    if subscription.cancel_at_period_end:
        changes.append({"cancel_at_period_end": False})
    elif subscription.cancel_at:
        changes.append({"cancel_at": ""})
    if subscription.pause_behavior:
        is_unpaid = subscription.is_unpaid_period and not covered
        anew = {"billing_cycle_anchor": {"type": "now"}, "proration_behavior": "none"} if is_unpaid else {}
        changes.append({"pause_collection": "", **anew})
    ends = subscription.current_period_end
    if covered and ends and covered > ends:
        changes.append(facts.postponement(covered))
    return changes


def may_pause(subscription: Subscription) -> bool:
    """Only what is paid by the month: of a year, too much would be left without a date to go on."""
    price = PlanPrice.objects.filter(stripe_price_id=subscription.stripe_price_id).first()
    is_monthly = price is not None and price.interval == PlanPrice.Interval.MONTH
    is_plain = subscription.status == "active" and not subscription.leaves_at
    return is_monthly and is_plain and not subscription.pause_behavior


def pause(subscription: Subscription, months: int) -> None:
    """Charge nothing for so many months after what is paid for."""
    ends = subscription.current_period_end
    if months not in PAUSES or not ends or not may_pause(subscription):
        raise NotNow
    resumes = goes_on(subscription, ends, months) - BEFORE_THE_PERIOD
    behavior = {"behavior": "void", "resumes_at": int(resumes.timestamp())}
    _ask(subscription, _update(subscription, {"pause_collection": behavior}))


def goes_on(subscription: Subscription, ends: datetime, months: int) -> datetime:
    """When it is charged again after a pause of so many months."""
    anchor = gateway.moment(subscription.raw.get("billing_cycle_anchor"))
    return following(anchor or ends, ends, months)


def _ask(subscription: Subscription, ask: Callable[[], gateway.Json]) -> None:
    try:
        ask()
    except gateway.Unavailable as error:
        log.warning("Not done: %s", error)
        raise TryLater from error
    except gateway.Refused as error:  # what the page showed is not how it is any more
        log.warning("Not done: %s", error)
        checkout.sync_now(subscription.customer)
        raise NotNow from error
    checkout.sync_now(subscription.customer)  # so that the next page shows it


# Another plan -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """What another plan would cost: now, then, and from when."""

    price: PlanPrice
    due_now: int
    credit: int
    next_at: datetime | None

    @property
    def next_amount(self) -> int:
        """What is left to be charged then: credit pays first."""
        return max(0, self.price.amount - self.credit)


def other_price(subscription: Subscription) -> PlanPrice | None:
    """The plan of the other interval, as it is sold today; None where nothing can be changed now."""
    if subscription.status not in RUNNING or subscription.leaves_at or subscription.pause_behavior:
        return None
    mine = PlanPrice.objects.filter(stripe_price_id=subscription.stripe_price_id).first()
    if not mine:
        return None
    others = PlanPrice.objects.on_sale().exclude(interval=mine.interval).filter(currency=mine.currency)
    return others.exclude(stripe_price_id=None).order_by("amount").first()


def preview(subscription: Subscription, price: PlanPrice) -> Change:
    """Asks Stripe what the change would cost. Raises a Hindrance."""
    item = {"id": subscription.stripe_item_id, "price": price.stripe_price_id}
    details = {"items": [item], "proration_behavior": "always_invoice"}
    asked = {"subscription": subscription.stripe_subscription_id, "subscription_details": details}
    if subscription.status == "trialing":
        return Change(price, 0, 0, subscription.current_period_end)
    try:
        with gateway.hurry():
            invoice = gateway.preview(asked)
    except gateway.Unavailable as error:
        raise TryLater from error
    except gateway.Refused as error:
        raise NotNow from error
    credit = max(0, -(invoice.get("ending_balance") or 0))
    return Change(price, invoice["amount_due"], credit, _period_end(invoice, price))


def _period_end(invoice: gateway.Json, price: PlanPrice) -> datetime | None:
    """When the period ends that the new price is for; what is given back of the old one may reach further."""
    ends = [
        line["period"]["end"]
        for line in invoice["lines"]["data"]
        if ((line.get("pricing") or {}).get("price_details") or {}).get("price") == price.stripe_price_id
    ]
    return gateway.moment(max(ends, default=None))


def invoices(user: User) -> list[gateway.Json]:
    """The latest ones, as Stripe has them. Raises a Hindrance."""
    subscription_customer = (
        Subscription.objects.for_plus().filter(customer__user=user).order_by("-pk").first()
    )
    if not subscription_customer:
        raise NothingToManage
    try:
        with gateway.hurry():
            return gateway.invoices(
                subscription_customer.customer.stripe_customer_id or "", most=MOST_INVOICES
            )
    except gateway.StripeFailure as error:
        raise TryLater from error
