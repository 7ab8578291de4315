"""Checkout: from "subscribe" to Stripe's page and back. Nobody is ever led to pay twice: there is one unfinished
attempt at a time, Stripe is asked for a live subscription before each, and when in doubt nothing is begun.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from accounts.models import User
from digestly.work.wake import wake

from . import customers, facts, gateway, keys, plus, sync, trials
from .errors import (
    AlreadyPlus,
    Disputed,
    HasSubscription,
    JustPaid,
    NotOnSale,
    NotVerified,
    TrialUsed,
    TryLater,
)
from .models import BillingCustomer, BillingIncident, CheckoutAttempt, Gift, PlanPrice
from .tasks import sync_customer

log = logging.getLogger(__name__)

LIFETIME = timedelta(hours=6)  # of Stripe's page; at least half an hour must be left when a call is repeated
REPEATABLE = LIFETIME - timedelta(hours=1)
SOONEST = timedelta(days=2)  # before which Stripe's page lets no first charge be set
LOOKS, BETWEEN_LOOKS = 5, 0.2  # seconds
TURNS = 3  # what was found may have changed by the time it is used


@dataclass(frozen=True)
class Wish:
    """What somebody wants to buy, and where they came from."""

    price: PlanPrice
    back_to: str = ""
    trial_days: int = 0


def start(user: User, price: PlanPrice, *, back_to: str = "", trial: bool = False) -> str:
    """The address of the page where the user pays `price`, or tries it out. Raises a Hindrance that says what to do
    instead."""
    _ensure_may_buy(user, price)
    wish = Wish(price, back_to, trials.days_for(user) if trial else 0)
    if trial and not wish.trial_days:
        raise TrialUsed
    try:
        for _ in range(TURNS):
            if url := _page(user, wish):
                return url
    except gateway.Unavailable as error:
        log.warning("Checkout not begun: %s", error)
        raise TryLater from error
    except gateway.Refused as error:
        log.error("Checkout refused: %s", error)
        raise NotOnSale from error
    raise TryLater


def _page(user: User, wish: Wish) -> str:
    """Where to pay; blank if what we knew was out of date and is mended now."""
    customer = customers.ensure(user)
    try:
        _ensure_no_subscription(customer, wish)
        return _page_of(_attempt(user, customer, wish), wish)
    except gateway.Missing:
        sync.customer(customer.pk, sync.Reason.RETURN)
        if BillingCustomer.objects.current().filter(pk=customer.pk).exists():
            raise  # the customer is there, so it is the price that is not
        return ""  # deleted at Stripe, or of another account: the next turn makes a new one


@dataclass(frozen=True)
class Outcome:
    """What became of an attempt. `is_known` is False while Stripe could not be asked."""

    attempt: CheckoutAttempt
    is_known: bool


def finish(user: User, session_id: str) -> Outcome | None:
    """The user's own attempt after Stripe's page, synced if it can be; None if there is none of theirs."""
    attempts = CheckoutAttempt.objects.select_related("customer")
    attempt = attempts.filter(user=user, stripe_session_id=session_id).first() if session_id else None
    if not attempt:
        return None
    is_known = attempt.state not in CheckoutAttempt.UNFINISHED or sync_now(attempt.customer)
    attempt.refresh_from_db()
    return Outcome(attempt, is_known)


def sync_now(customer: BillingCustomer) -> bool:
    """Sync while somebody waits for the page: one short try, and a second's patience with a worker who is at it, as
    word of a payment often comes just before its payer does. What it misses is left to events and sweeper."""
    try:
        with gateway.hurry():
            for look in range(LOOKS):
                time.sleep(BETWEEN_LOOKS if look else 0)
                if sync.customer(customer.pk, sync.Reason.RETURN) is not None:
                    return True
    except gateway.StripeFailure as error:
        log.warning("Not synced on return: %s", error)
    return False


def ensure_verified(user: User) -> None:
    if not EmailAddress.objects.filter(user=user, verified=True).exists():
        raise NotVerified


def _ensure_may_buy(user: User, price: PlanPrice) -> None:
    ensure_verified(user)
    if not price.stripe_price_id:
        log.error("%s has no price at Stripe: run `manage.py billing_setup`.", price.lookup_key)
        raise NotOnSale
    standing = plus.standing(user)
    if standing.has_plus and standing.source is plus.Source.GRANT and _lasts_too_long(standing.until):
        raise AlreadyPlus
    disputes = BillingIncident.objects.blocking().filter(livemode=keys.livemode())
    if disputes.filter(subscription__customer__user=user).exists():
        raise Disputed


def _lasts_too_long(until: datetime | None) -> bool:
    """So long that no first charge can be put off until then."""
    return not until or until > timezone.now() + facts.LONGEST_FREE - LIFETIME


def _ensure_no_subscription(customer: BillingCustomer, wish: Wish) -> None:
    """Stripe says at this moment that nothing stands in the way, or nothing is begun."""
    subscriptions = gateway.subscriptions(customer.stripe_customer_id or "")
    if wish.trial_days and any(
        facts.began_a_trial(one) and facts.is_plus(one, customer) for one in subscriptions
    ):
        sync.customer(customer.pk, sync.Reason.RETURN)  # which writes down that it was had
        raise TrialUsed
    if any(facts.blocks(one, customer) for one in subscriptions):
        BillingCustomer.objects.filter(pk=customer.pk).update(needs_sync=True)
        wake(sync_customer, customer.pk)
        raise HasSubscription


def _attempt(user: User, customer: BillingCustomer, wish: Wish) -> CheckoutAttempt:
    """The user's unfinished attempt, or a new one. It is committed before Stripe hears of it."""
    unfinished = CheckoutAttempt.objects.unfinished().filter(user=user, livemode=customer.livemode)
    if attempt := unfinished.select_related("price", "user").first():
        return attempt
    _expire_strays(customer)
    expires_at = timezone.now() + LIFETIME
    attempt = CheckoutAttempt(
        user=user, customer=customer, price=wish.price, livemode=customer.livemode, expires_at=expires_at,
        back_to=wish.back_to, trial_days=wish.trial_days,
    )  # fmt: skip
    attempt.params = _params(attempt)
    try:
        with transaction.atomic():
            attempt.save()
            if wish.trial_days and not trials.claim(attempt):
                raise TrialUsed
    except IntegrityError:  # another tab was quicker, and its attempt is ours too
        return unfinished.select_related("price", "user").get()
    return attempt


def _expire_strays(customer: BillingCustomer) -> None:
    """Pages that may still be paid though no attempt knows them: their call failed after Stripe had heard it."""
    sessions = gateway.open_sessions(customer.stripe_customer_id or "")
    # Asked after the list: an attempt is committed before its page is made, so no page of another tab is a stray.
    known = CheckoutAttempt.objects.unfinished().filter(customer=customer)
    gifts = Gift.objects.unfinished().filter(customer=customer)
    ids = {
        *known.values_list("stripe_session_id", flat=True),
        *gifts.values_list("stripe_session_id", flat=True),
    }
    if None in ids:
        return
    for session in sessions:
        if session["id"] not in ids:
            gateway.expire_session(session["id"])


def _params(attempt: CheckoutAttempt) -> dict[str, Any]:
    marks = {"user_id": str(attempt.user_id), "attempt": str(attempt.uuid)}
    back = f"?next={quote(attempt.back_to, safe='/')}" if attempt.back_to else ""
    return {
        "mode": "subscription",
        "customer": attempt.customer.stripe_customer_id,
        "client_reference_id": str(attempt.user_id),
        "line_items": [{"price": attempt.price.stripe_price_id, "quantity": 1}],
        "metadata": marks,
        "subscription_data": {"metadata": marks, **_begins_later(attempt)},
        "success_url": f"{settings.BASE_URL}{reverse('billing_return')}?session_id={{CHECKOUT_SESSION_ID}}",
        "cancel_url": f"{settings.BASE_URL}{reverse('pricing')}{back}",
        "expires_at": int(attempt.expires_at.timestamp()),
        "locale": get_language() or "auto",
        "allow_promotion_codes": True,
        **({"payment_method_collection": "if_required"} if attempt.trial_days else {}),
        **tax_params(),
    }


def _begins_later(attempt: CheckoutAttempt) -> dict[str, Any]:
    """A trial without a card ends by itself; a gift that still runs is read to its end before anything is charged."""
    if attempt.trial_days:
        end = {"trial_settings": {"end_behavior": {"missing_payment_method": "cancel"}}}
        return {"trial_period_days": attempt.trial_days, **end}
    standing = plus.standing(attempt.user) if attempt.user else plus.FREE
    if standing.source is not plus.Source.GRANT or not standing.until or not standing.has_plus:
        return {}
    first_charge = max(standing.until, attempt.expires_at + SOONEST)
    marks = {"user_id": str(attempt.user_id), "attempt": str(attempt.uuid)}
    return {
        "trial_end": int(first_charge.timestamp()),
        "metadata": {**marks, facts.POSTPONED: f"{first_charge:%Y-%m-%d}"},
    }


def tax_params() -> dict[str, Any]:
    """Stripe adds the taxes where the seller asked for it, and asks the buyer where they are."""
    if settings.STRIPE_TAX == "none":
        return {}
    return {
        "automatic_tax": {"enabled": True},
        "customer_update": {"address": "auto", "name": "auto"},
        "tax_id_collection": {"enabled": True},
    }


def _page_of(attempt: CheckoutAttempt, wish: Wish) -> str:
    """Where this attempt is paid; blank if it is over, and another is to be made."""
    rows = CheckoutAttempt.objects.filter(pk=attempt.pk)
    if attempt.state == CheckoutAttempt.State.CREATING:
        session = _create(attempt)
    else:
        session = gateway.session(attempt.stripe_session_id or "")
    is_other = (attempt.price_id, attempt.trial_days) != (wish.price.pk, wish.trial_days)
    if session["status"] == "open" and (is_other or facts.charges_too_soon(attempt)):
        session = gateway.expire_session(session["id"])
    if session["status"] == "open":
        return str(session["url"])
    if session["status"] == "complete":  # paid in another tab: what came of it is on its way
        raise JustPaid(session["id"])
    rows.unfinished().update(state=CheckoutAttempt.State.EXPIRED, url="")
    return ""


def _create(attempt: CheckoutAttempt) -> gateway.Json:
    """Make the session, or be given the same one again."""
    rows = CheckoutAttempt.objects.filter(pk=attempt.pk, state=CheckoutAttempt.State.CREATING)
    if timezone.now() > attempt.created_at + REPEATABLE:
        rows.update(state=CheckoutAttempt.State.FAILED)
        return {"id": "", "status": "expired"}
    try:
        session = gateway.create_session(attempt.params, key=str(attempt.uuid))
    except (
        gateway.Broken,
        gateway.Refused,
    ):  # that answer would be repeated: the next try is another attempt
        rows.update(state=CheckoutAttempt.State.FAILED)
        raise
    rows.update(
        state=CheckoutAttempt.State.OPEN, stripe_session_id=session["id"], url=session.get("url") or ""
    )
    return session
