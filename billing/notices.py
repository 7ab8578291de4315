"""Notices: letters about money, each sent once. What is due is decided with the sync that found it, or by looking
ahead at what ends soon, and written down in that transaction; a worker sends it afterwards."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.db.models.fields.json import KT
from django.urls import reverse
from django.utils import timezone

from accounts import mail
from accounts.models import User
from digestly.work import lease
from digestly.work.wake import wake

from . import links, plus
from .models import AccessGrant, BillingCustomer, BillingNotice, Gift, Subscription
from .money import Sum

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)  # longer than any mail server is waited for
WELCOME, ENDING, ENDED, PAYMENT_FAILED = "plus_welcome", "plus_ending", "plus_ended", "payment_failed"
RECEIPT, GRACE_ENDING, TRIAL_ENDING = "plus_receipt", "grace_ending", "trial_ending"
GRANT_ENDING, GIFT, GIFT_BOUGHT = "grant_ending", "gift", "gift_bought"

WEEK, DAY = timedelta(days=7), timedelta(days=1)
BEFORE_TRIAL_ENDS = timedelta(days=3)
BEFORE_GRACE_ENDS = timedelta(days=2)
STILL_NEWS = timedelta(days=7)  # an older payment was found, not made

Call = tuple[str, str, dict[str, Any]]  # kind, key, facts


def due(customer: BillingCustomer) -> None:
    """Write down the letters that the customer's subscriptions call for, those already written aside."""
    if not customer.user:
        return
    for subscription in customer.subscriptions.filter(is_plus=True):
        if not subscription.leaves_at:
            _forget_goodbye(subscription)
        for kind, key, facts in list(_called_for(subscription)):
            write_down(kind, key, user=customer.user, facts=facts)


def _forget_goodbye(subscription: Subscription) -> None:
    """It was taken back, so another one to the same day is confirmed anew."""
    one = subscription.stripe_subscription_id
    for pk in BillingNotice.objects.filter(kind=ENDING, key__startswith=f"{one} 2").values_list(
        "pk", flat=True
    ):
        BillingNotice.objects.filter(pk=pk).update(key=f"{one} taken back {pk}")


def write_down(
    kind: str,
    key: str,
    *,
    user: User | None = None,
    address: str = "",
    language: str = "",
    facts: dict[str, Any] | None = None,
) -> None:
    """Once for each kind and key, whoever asks; sent when the transaction is through."""
    from .tasks import send_notice

    notice, is_new = BillingNotice.objects.get_or_create(
        kind=kind,
        key=key,
        defaults={"user": user, "address": address, "language": language, "facts": facts or {}},
    )
    if is_new:
        wake(send_notice, notice.pk)


def _called_for(subscription: Subscription) -> Iterator[Call]:
    one = subscription.stripe_subscription_id
    is_known = BillingNotice.objects.filter(kind=WELCOME, key=one).exists()
    receipt = _receipt(subscription)
    if subscription.status in ("active", "trialing"):
        yield WELCOME, one, receipt or {"subscription": one}
        if goodbye := subscription.leaves_at:
            yield ENDING, f"{one} {goodbye:%Y-%m-%d}", {}
    if subscription.status == "past_due":
        yield PAYMENT_FAILED, _owed(subscription), {"pay_url": subscription.latest_invoice_url}
    if subscription.status in plus.ENDED and is_known:
        yield ENDED, one, {}
    if receipt and is_known and subscription.latest_invoice_for != "subscription_create":
        yield RECEIPT, subscription.latest_invoice_id, receipt
    yield from _soon(subscription)


def _owed(subscription: Subscription) -> str:
    return f"{subscription.stripe_subscription_id} {subscription.latest_invoice_id}"


def _receipt(subscription: Subscription) -> dict[str, Any]:
    """What the latest payment was; blank if there was none lately."""
    at, paid = subscription.latest_invoice_at, subscription.latest_invoice_paid
    is_news = at and at > timezone.now() - STILL_NEWS
    if subscription.latest_invoice_status != "paid" or not paid or not is_news:
        return {}
    return {
        "subscription": subscription.stripe_subscription_id, "amount": paid, "currency": subscription.currency,
        "invoice_url": subscription.latest_invoice_url,
    }  # fmt: skip


def _soon(subscription: Subscription) -> Iterator[Call]:
    """What a reader wants to hear of before it happens."""
    now, one = timezone.now(), subscription.stripe_subscription_id
    if subscription.status == "past_due" and subscription.past_due_since:
        closes = subscription.past_due_since + plus.GRACE
        if closes - BEFORE_GRACE_ENDS <= now < closes:
            facts = {"pay_url": subscription.latest_invoice_url, "invoice": subscription.latest_invoice_id}
            yield GRACE_ENDING, _owed(subscription), facts
    is_trial = subscription.status == "trialing" and not subscription.is_postponed
    ends = subscription.trial_end if is_trial and not subscription.leaves_at else None
    if ends and ends - BEFORE_TRIAL_ENDS <= now < ends:
        yield TRIAL_ENDING, one, {"subscription": one}


# Looking ahead ------------------------------------------------------------------------------------------------


def look_ahead(most: int) -> int:
    """Write down what is due because a day comes near, whether or not anything happens; how many looked at."""
    looked_at = 0
    for subscription in _nearing(most):
        user = subscription.customer.user
        for kind, key, facts in list(_soon(subscription)) if user else ():
            write_down(kind, key, user=user, facts=facts)
            looked_at += 1
    return looked_at + _grants_nearing(most)


def _nearing(most: int) -> list[Subscription]:
    """Trials and graces that are over soon, and of which nobody was told."""
    now = timezone.now()
    told = BillingNotice.objects.filter(created_at__gt=now - 2 * WEEK)
    trials = Q(
        status="trialing", is_postponed=False, trial_end__gt=now, trial_end__lte=now + BEFORE_TRIAL_ENDS
    )
    trials &= ~Q(stripe_subscription_id__in=told.filter(kind=TRIAL_ENDING).values("key"))
    graces = Q(
        status="past_due",
        past_due_since__gt=now - plus.GRACE,
        past_due_since__lte=now - plus.GRACE + BEFORE_GRACE_ENDS,
    )
    graces &= ~Q(latest_invoice_id__in=told.filter(kind=GRACE_ENDING).values(invoice=KT("facts__invoice")))
    rows = Subscription.objects.for_plus().filter(trials | graces).select_related("customer__user")
    return list(rows.order_by("pk")[:most])


def _grants_nearing(most: int) -> int:
    """Those whose Plus as a gift, or with our compliments, ends within a week or a day, with nothing after it."""
    now, told = timezone.now(), 0
    for ahead, least, column in ((WEEK, DAY, "week_told_of"), (DAY, timedelta(0), "day_told_of")):
        nearing = AccessGrant.objects.filter(
            revoked_at=None, starts_at__lt=now - DAY, ends_at__gt=now + least, ends_at__lte=now + ahead
        ).filter(Q(**{column: None}) | ~Q(**{column: F("ends_at")}))
        for grant in nearing.select_related("user").order_by("pk")[:most]:
            told += _tell_of_end(grant, column)
    return told


def _tell_of_end(grant: AccessGrant, column: str) -> bool:
    with transaction.atomic():
        rows = AccessGrant.objects.filter(pk=grant.pk, ends_at=grant.ends_at)
        won = rows.filter(Q(**{column: None}) | ~Q(**{column: F("ends_at")})).update(
            **{column: grant.ends_at}
        )
        if not won or _goes_on(grant):
            return False
        days = "7" if column == "week_told_of" else "1"
        write_down(GRANT_ENDING, f"{grant.pk} {grant.ends_at:%Y-%m-%dT%H:%M} {days}", user=grant.user)
    return True


def _goes_on(grant: AccessGrant) -> bool:
    """Will the reader have Plus after it anyway?"""
    after = grant.ends_at + timedelta(minutes=1) if grant.ends_at else None
    standing = plus.standing(grant.user, after)
    return standing.has_plus


# Sending ------------------------------------------------------------------------------------------------------


def send(notice: BillingNotice) -> bool:
    """Send it, unless somebody else did. What cannot be sent now is tried again by the sweeper."""
    rows = BillingNotice.objects.filter(pk=notice.pk)
    token = lease.claim(rows.filter(sent_at=None), lasting=LEASE)
    if not token:
        return False
    try:
        if notice.user:
            mail.send(notice.kind, notice.user, **_letter(notice), standing=plus.standing(notice.user))
        elif notice.address:
            mail.send_to(notice.address, notice.language, notice.kind, **_letter(notice))
    except Exception:
        lease.finish(rows, token)
        raise
    return lease.finish(rows, token, sent_at=timezone.now())


def _letter(notice: BillingNotice) -> dict[str, Any]:
    """What its template is given."""
    facts = notice.facts
    letter: dict[str, Any] = {**facts, "account_url": settings.BASE_URL + reverse("account")}
    if facts.get("amount"):
        letter["paid"] = Sum(facts["amount"], facts["currency"])
    if one := facts.get("subscription"):
        letter["cancel_url"] = links.to_cancel(one)
        rows = Subscription.objects.select_related("customer")
        letter["subscription"] = rows.filter(stripe_subscription_id=one).first()
        letter["next_charge"] = _next_charge(letter["subscription"])
    if pk := facts.get("gift"):
        letter["gift"] = gift = Gift.objects.get(pk=pk)
        letter["gift_url"] = links.to_gift(gift)
        letter["gifts_url"] = settings.BASE_URL + reverse("billing_gifts")
    letter["pricing_url"] = settings.BASE_URL + reverse("pricing")
    return letter


def _next_charge(subscription: Subscription | None) -> Sum | None:
    if not subscription or subscription.next_amount is None:
        return None
    return Sum(subscription.next_amount, subscription.currency)
