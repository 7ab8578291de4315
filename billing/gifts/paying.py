"""Paying: what Stripe says about the pages on which gifts are paid, and what that makes of the gifts."""

from __future__ import annotations

from django.utils import timezone

from billing import gateway
from billing.gateway import Json
from billing.models import BillingCustomer, Gift

from . import sending


def sessions(customer: BillingCustomer) -> list[Json]:
    """The pages of the customer's unfinished gifts, fetched. Raises StripeFailure."""
    unfinished = Gift.objects.unfinished().filter(customer=customer).exclude(stripe_session_id=None)
    return [gateway.session(ident or "") for ident in unfinished.values_list("stripe_session_id", flat=True)]


def write(session: Json) -> list[str]:
    """Paid, or never to be paid; what changed, in words. Called in the transaction that holds the customer's fence."""
    gifts = Gift.objects.unfinished().filter(stripe_session_id=session["id"])
    if session["status"] == "expired" and gifts.update(state=Gift.State.EXPIRED, url=""):
        return ["gift: expired"]
    if session["status"] != "complete" or session.get("payment_status") == "unpaid":
        return []
    gift = gifts.first()
    paid = {"state": Gift.State.PAID, "url": "", "paid_at": timezone.now()}
    if isinstance(
        session.get("amount_total"), int
    ):  # a promotion code takes something off, and tax adds some
        paid["amount"] = session["amount_total"]
    if not gift or not gifts.update(**paid, stripe_payment_id=_payment(session)):
        return []
    gift.refresh_from_db()
    sending.thank(gift)
    sending.send_if_due(gift)
    return ["gift: paid"]


def _payment(session: Json) -> str | None:
    """None where a promotion code paid for all of it."""
    payment = session.get("payment_intent")
    return payment.get("id") if isinstance(payment, dict) else payment
