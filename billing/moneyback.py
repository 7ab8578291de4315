"""Money back: refunds and disputes. Stripe leaves the subscription running after either, so we end it: whoever has
their money back has no Plus, and whoever disputes a charge is not charged again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from . import facts, gateway, incidents, sync
from .gateway import Json
from .models import BillingCustomer, BillingIncident, Subscription
from .money import money

Kind, State = BillingIncident.Kind, BillingIncident.State

# Anything else is still open. An inquiry takes no money, so it is told of and closes nothing.
DISPUTE_STATES = {"won": State.WON, "lost": State.LOST, "prevented": State.CLOSED}
INQUIRY = "warning_"


@dataclass(frozen=True)
class Case:
    """Money that went back, or may."""

    kind: BillingIncident.Kind
    stripe_id: str
    state: BillingIncident.State
    told: str
    customer: BillingCustomer
    subscription: Subscription | None


def look_into_refund(charge_id: str) -> list[str] | None:
    """A charge that money was given back of: told of, and Plus ends if all of the latest payment went back.

    What is news, in words; None if it is not about a customer of ours.
    """
    charge = gateway.charge(charge_id)
    customer = _customer_of(charge)
    if not customer:
        return None
    back, paid = (money(charge[name], charge["currency"]) for name in ("amount_refunded", "amount"))
    invoice_id, subscription = _paid_for(charge)
    is_all = charge["refunded"] and subscription and subscription.latest_invoice_id == invoice_id
    case = Case(Kind.REFUND, charge_id, State.CLOSED, f"{back} of {paid} refunded", customer, subscription)
    return _settle(case, ends=bool(is_all))


def look_into_dispute(dispute_id: str) -> list[str] | None:
    """A charge that its payer's bank takes back, or tries to: Plus is closed until it is won."""
    dispute = gateway.dispute(dispute_id)
    charge = gateway.charge(dispute["charge"])
    customer = _customer_of(charge)
    if not customer:
        return None
    amount, status = money(dispute["amount"], dispute["currency"]), dispute["status"]
    state = State.CLOSED if status.startswith(INQUIRY) else DISPUTE_STATES.get(status, State.OPEN)
    _, subscription = _paid_for(charge)
    told = f"{amount} disputed as {dispute['reason']}: {status}"
    case = Case(Kind.DISPUTE, dispute_id, state, told, customer, subscription)
    return _settle(case, ends=state in (State.OPEN, State.LOST))


def since(earliest: datetime) -> Iterator[tuple[str, list[str]]]:
    """Refunds and disputes whose events never came; for each that was news, its id and what was told."""
    for dispute in gateway.disputes_since(earliest):
        if changes := look_into_dispute(dispute["id"]):
            yield dispute["id"], changes
    for charge_id in {refund["charge"] for refund in gateway.refunds_since(earliest) if refund.get("charge")}:
        if changes := look_into_refund(charge_id):
            yield charge_id, changes


def _customer_of(charge: Json) -> BillingCustomer | None:
    customers = BillingCustomer.objects.of_this_mode().filter(stripe_customer_id=charge.get("customer") or "")
    return customers.first()


def _paid_for(charge: Json) -> tuple[str, Subscription | None]:
    """The invoice that the charge paid, and its subscription; blank and None if it was for something else."""
    invoice = gateway.invoice_paid_by(charge["payment_intent"]) if charge.get("payment_intent") else None
    parent = (invoice or {}).get("parent") or {}
    subscription_id = (parent.get("subscription_details") or {}).get("subscription") or ""
    subscription = Subscription.objects.filter(stripe_subscription_id=subscription_id, is_plus=True).first()
    return (invoice or {}).get("id", ""), subscription


def _settle(case: Case, *, ends: bool) -> list[str]:
    """End what is to be ended, then write it down, once: what a person decided about it since stays decided."""
    if BillingIncident.objects.filter(
        kind=case.kind, stripe_id=case.stripe_id, told__startswith=case.told
    ).exists():
        return []
    told = [case.told]
    if ends and case.subscription and _end(case.customer, case.subscription):
        told.append(f"{case.subscription.stripe_subscription_id} ended")
    incidents.found(case.kind, case.stripe_id, told, case.customer, case.subscription, state=case.state)
    return told


def _end(customer: BillingCustomer, subscription: Subscription) -> bool:
    """End it now, if it is not over; what Stripe says then is what is written."""
    there = gateway.subscription(subscription.stripe_subscription_id)
    if not facts.blocks(there, customer):
        return False
    gateway.cancel_subscription(subscription.stripe_subscription_id)
    sync.customer(customer.pk, sync.Reason.EVENT)
    return True
