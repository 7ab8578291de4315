"""Money back: refunds and disputes. Stripe leaves the subscription running after either, so we end it: whoever has
their money back has no Plus, and whoever disputes a charge is not charged again."""

from __future__ import annotations

from dataclasses import dataclass

from . import facts, gateway, incidents, sync
from .gateway import Json
from .gifts import taking_back
from .models import BillingCustomer, BillingIncident, Gift, Subscription
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
    gift: Gift | None


def look_into_refund(charge_id: str) -> list[str] | None:
    """A charge that money was given back of: told of, and Plus ends if all of the latest payment went back.

    What is news, in words; None if it is not about a customer of ours.
    """
    return refunded(gateway.charge(charge_id))


def refunded(charge: Json) -> list[str] | None:
    """The same, of a charge that was fetched already."""
    customer = _customer_of(charge)
    if not customer:
        return None
    back, paid = (money(charge[name], charge["currency"]) for name in ("amount_refunded", "amount"))
    told = f"{back} of {paid} refunded"
    if _is_known(Kind.REFUND, charge["id"], told):
        return []
    invoice_id, subscription = _paid_for(charge, customer)
    case = Case(
        Kind.REFUND, charge["id"], State.CLOSED, told, customer, subscription, taking_back.paid_by(charge)
    )
    return _settle(case, ends=charge["refunded"], invoice_id=invoice_id)


def look_into_dispute(dispute_id: str) -> list[str] | None:
    """A charge that its payer's bank takes back, or tries to: Plus is closed until it is won."""
    dispute = gateway.dispute(dispute_id)
    return disputed(dispute, gateway.charge(dispute["charge"]))


def disputed(dispute: Json, charge: Json) -> list[str] | None:
    """The same, of a dispute and its charge that were fetched already."""
    customer = _customer_of(charge)
    if not customer:
        return None
    amount, status = money(dispute["amount"], dispute["currency"]), dispute["status"]
    told = f"{amount} disputed as {dispute['reason']}: {status}"
    if _is_known(Kind.DISPUTE, dispute["id"], told):
        return []
    state = State.CLOSED if status.startswith(INQUIRY) else DISPUTE_STATES.get(status, State.OPEN)
    _, subscription = _paid_for(charge, customer)
    case = Case(Kind.DISPUTE, dispute["id"], state, told, customer, subscription, taking_back.paid_by(charge))
    return _settle(case, ends=state in (State.OPEN, State.LOST))


def _is_known(kind: BillingIncident.Kind, stripe_id: str, told: str) -> bool:
    """Was it written down as it is now? Then what a person decided about it since stays decided."""
    return BillingIncident.objects.filter(kind=kind, stripe_id=stripe_id, told__startswith=told).exists()


def _customer_of(charge: Json) -> BillingCustomer | None:
    customers = BillingCustomer.objects.of_this_mode().filter(stripe_customer_id=charge.get("customer") or "")
    return customers.first()


def _paid_for(charge: Json, customer: BillingCustomer) -> tuple[str, Subscription | None]:
    """The invoice that the charge paid, and its subscription; blank and None if it was for something else."""
    invoice = gateway.invoice_paid_by(charge["payment_intent"]) if charge.get("payment_intent") else None
    parent = (invoice or {}).get("parent") or {}
    subscription_id = (parent.get("subscription_details") or {}).get("subscription") or ""
    rows = Subscription.objects.filter(stripe_subscription_id=subscription_id)
    if subscription_id and not rows.exists():
        # Word of the money came before word of what it was for.
        sync.customer(customer.pk, sync.Reason.EVENT)
        customer.refresh_from_db()
        if not rows.exists() and not customer.deleted_at:
            raise gateway.Unavailable(f"{subscription_id} is being fetched by somebody else.")
    return (invoice or {}).get("id", ""), rows.filter(is_plus=True).first()


def _settle(case: Case, *, ends: bool, invoice_id: str = "") -> list[str]:
    """End what is to be ended, then write it down."""
    told = [case.told]
    if ends and case.subscription and _end(case.customer, case.subscription, invoice_id):
        told.append(f"{case.subscription.stripe_subscription_id} ended")
    if ends and case.gift:
        told += taking_back.revoke(case.gift, even_redeemed=case.kind == Kind.DISPUTE)
    incidents.found(case.kind, case.stripe_id, told, case.customer, case.subscription, state=case.state)
    return told


def _end(customer: BillingCustomer, subscription: Subscription, invoice_id: str) -> bool:
    """End it now, if it is not over, and if that invoice (when one is named) is the latest that it wrote; what
    Stripe says then is what is written."""
    there = gateway.subscription(subscription.stripe_subscription_id)
    latest = there.get("latest_invoice") or {}
    if not facts.blocks(there, customer) or (invoice_id and latest.get("id") != invoice_id):
        return False
    gateway.cancel_subscription(subscription.stripe_subscription_id)
    sync.customer(customer.pk, sync.Reason.EVENT)
    return True
