"""Buying: from the form to Stripe's page and back. Sent twice, the form leads to the same page, and buys one gift."""

from __future__ import annotations

import logging
import uuid
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from accounts.models import User
from billing import checkout, customers, gateway
from billing.errors import JustPaid, NotOnSale, TryLater
from billing.models import BillingCustomer, Gift, PlanPrice
from billing.money import tax_behavior

log = logging.getLogger(__name__)

LIFETIME = timedelta(hours=6)  # of Stripe's page
MONTHS = {PlanPrice.Interval.MONTH: 1, PlanPrice.Interval.YEAR: 12}


@dataclass(frozen=True)
class Wish:
    """What somebody wants to give."""

    key: uuid.UUID
    price: PlanPrice
    recipient: str
    sender: str
    message: str = ""
    send_on: date | None = None
    language: str = ""


def start(buyer: User, wish: Wish) -> str:
    """The address of the page where the buyer pays. Raises a Hindrance that says what to do instead."""
    checkout.ensure_verified(buyer)
    try:
        gift = _row(buyer, wish)
        if gift.state == Gift.State.CREATING:
            _create(gift)
        return _page(gift)
    except gateway.Unavailable as error:
        log.warning("Gift not begun: %s", error)
        raise TryLater from error
    except gateway.Refused as error:
        log.error("Gift refused: %s", error)
        raise NotOnSale from error


def finish(buyer: User, session_id: str) -> Gift | None:
    """The buyer's own gift after Stripe's page, synced if it can be; None if there is none of theirs."""
    gift = Gift.objects.select_related("customer").filter(buyer=buyer, stripe_session_id=session_id).first()
    if gift and gift.state in Gift.UNFINISHED:
        checkout.sync_now(gift.customer)
        gift.refresh_from_db()
    return gift


def _row(buyer: User, wish: Wish) -> Gift:
    """The gift that this form asked for before, or a new one. It is committed before Stripe hears of it."""
    rows = Gift.objects.filter(uuid=wish.key)
    if gift := rows.first():
        return _own(gift, buyer)
    gift = _unsaved(buyer, customers.ensure(buyer), wish)
    try:
        with transaction.atomic():
            gift.save()
    except IntegrityError:  # the same form, sent twice at once
        return _own(rows.get(), buyer)
    return gift


def _own(gift: Gift, buyer: User) -> Gift:
    if gift.buyer_id != buyer.pk:
        raise NotOnSale
    return gift


def _unsaved(buyer: User, customer: BillingCustomer, wish: Wish) -> Gift:
    gift = Gift(
        uuid=wish.key, buyer=buyer, customer=customer, livemode=customer.livemode, sender=wish.sender,
        recipient=wish.recipient, message=wish.message, send_on=wish.send_on,
        language=wish.language or settings.LANGUAGE_CODE, months=MONTHS[PlanPrice.Interval(wish.price.interval)],
        amount=wish.price.amount, currency=wish.price.currency, expires_at=timezone.now() + LIFETIME,
    )  # fmt: skip
    gift.params = _params(gift, wish.price)
    return gift


def _params(gift: Gift, price: PlanPrice) -> dict[str, Any]:
    """A gift costs what the same time costs a member, paid once."""
    marks = {"gift": str(gift.uuid), "user_id": str(gift.buyer_id)}
    back = f"{settings.BASE_URL}{reverse('billing_gift_return')}?session_id={{CHECKOUT_SESSION_ID}}"
    made = {"currency": price.currency, "unit_amount": price.amount, "product": price.stripe_product_id}
    return {
        "mode": "payment",
        "customer": gift.customer.stripe_customer_id,
        "client_reference_id": str(gift.buyer_id),
        "line_items": [{"quantity": 1, "price_data": {**made, **tax_behavior()}}],
        "metadata": marks,
        "payment_intent_data": {"metadata": marks},
        "success_url": back,
        "cancel_url": settings.BASE_URL + reverse("billing_gift"),
        "expires_at": int(gift.expires_at.timestamp()),
        "locale": get_language() or "auto",
        "allow_promotion_codes": True,
        **checkout.tax_params(),
    }


def _create(gift: Gift) -> None:
    """Make the session, or be given the same one again."""
    rows = Gift.objects.filter(pk=gift.pk, state=Gift.State.CREATING)
    try:
        session = gateway.create_session(gift.params, key=str(gift.uuid))
    except (
        gateway.Broken,
        gateway.Refused,
    ):  # that answer would be repeated: the form is to be filled in anew
        rows.update(state=Gift.State.FAILED)
        raise
    rows.update(state=Gift.State.OPEN, stripe_session_id=session["id"], url=session.get("url") or "")
    gift.refresh_from_db()


def _page(gift: Gift) -> str:
    if gift.state == Gift.State.OPEN and gift.url:
        return gift.url
    if gift.state == Gift.State.PAID:
        raise JustPaid(gift.stripe_session_id or "")
    raise TryLater
