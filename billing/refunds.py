"""Refunds: money that staff give back. Asked for twice, or by a process that died in between, it goes back once."""

from __future__ import annotations

import logging
import uuid
from datetime import timedelta

from django.db import IntegrityError, transaction

from accounts.models import User
from digestly.work import lease

from . import gateway, journal, moneyback
from .gateway import Json
from .models import BillingCustomer, Refund, Subscription
from .money import money

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=3)
MARK = "digestly_refund"  # in the metadata, by which a refund is known again when its key is forgotten

State = Refund.State


class NotRefundable(Exception):
    """There is no such payment of theirs, or not so much of it is left."""


class StillAsking(NotRefundable):
    """An earlier refund of this payment has no answer yet; until it has, nobody knows how much is left."""


def ask(
    customer: BillingCustomer, charge: Json, amount: int | None, *, form: uuid.UUID, by: User, why: str
) -> Refund:
    """The refund that this form asks for: a new one, or the one that it asked for already. Nothing has been said to
    Stripe yet."""
    if known := Refund.objects.filter(uuid=form).first():
        return known
    left = charge["amount"] - charge["amount_refunded"]
    amount = left if amount is None else amount
    if charge["customer"] != customer.stripe_customer_id or not charge["paid"] or not 0 < amount <= left:
        raise NotRefundable
    if Refund.objects.unanswered().filter(charge_id=charge["id"]).exists():
        raise StillAsking
    try:
        with transaction.atomic():
            return Refund.objects.create(
                uuid=form, key=form, customer=customer, charge_id=charge["id"], amount=amount,
                currency=charge["currency"], by=by, why=why,
            )  # fmt: skip
    except IntegrityError:  # pressed twice at once
        if known := Refund.objects.filter(uuid=form).first():
            return known
        raise StillAsking from None


def is_for_plus(charge: Json) -> bool:
    """Is it ours to give back? The same Stripe account may sell the same customer something else."""
    invoice = gateway.invoice_paid_by(charge["payment_intent"]) if charge.get("payment_intent") else None
    parent = (invoice or {}).get("parent") or {}
    ident = (parent.get("subscription_details") or {}).get("subscription")
    return not ident or Subscription.objects.filter(stripe_subscription_id=ident, is_plus=True).exists()


def give(pk: int) -> Refund:
    """Have Stripe give it back, or find that it did. Raises StripeFailure; then the sweeper asks again."""
    rows = Refund.objects.filter(pk=pk)
    token = lease.claim(rows.unanswered(), lasting=LEASE)
    refund = rows.select_related("customer__user", "by").get()
    if not token:
        return refund
    try:
        made = _made_before(refund) or _create(refund)
    except (
        gateway.Broken
    ) as error:  # Stripe would repeat this answer for a day, so the next try uses another key
        lease.finish(rows, token, last_error=str(error)[:300], key=uuid.uuid4())
        raise
    except gateway.Refused as error:
        lease.finish(rows, token, state=State.REFUSED, last_error=str(error)[:300])
        log.warning("Refund %s refused: %s", refund.uuid, error)
    except gateway.StripeFailure as error:
        lease.finish(rows, token, last_error=str(error)[:300])
        raise
    else:
        _given(refund, token, str(made["id"]))
    return rows.get()


def _made_before(refund: Refund) -> Json | None:
    """What an earlier try made, if it came so far."""
    if refund.attempts <= 1:
        return None
    made = gateway.refunds_of(refund.charge_id)
    return next((one for one in made if (one.get("metadata") or {}).get(MARK) == str(refund.uuid)), None)


def _create(refund: Refund) -> Json:
    params = {
        "charge": refund.charge_id,
        "amount": refund.amount,
        "reason": "requested_by_customer",
        "metadata": {MARK: str(refund.uuid)},
    }
    return gateway.create_refund(params, key=str(refund.key))


def _given(refund: Refund, token: uuid.UUID, stripe_id: str) -> None:
    told = f"{money(refund.amount, refund.currency)} of {refund.charge_id} ({stripe_id})"
    with transaction.atomic():
        rows = Refund.objects.filter(pk=refund.pk)
        if not lease.finish(rows, token, state=State.DONE, stripe_refund_id=stripe_id, last_error=""):
            return
        trail = journal.Trail(by=refund.by, why=refund.why)
        journal.record(journal.Kind.REFUND, [told], customer=refund.customer, trail=trail)
    try:
        moneyback.look_into_refund(refund.charge_id)
    except gateway.StripeFailure as error:  # the event of it will tell
        log.warning("Refund %s not looked into yet: %s", refund.uuid, error)
