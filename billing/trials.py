"""Trials: some days of Plus without a card, once for every person.

An address is remembered as a keyed hash, so that whoever closes an account and makes another one with the same address
has had theirs, and the rows tell nobody whose they are.
"""

from __future__ import annotations

import uuid
from datetime import datetime

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.models import User

from . import gateway, keys
from .gateway import Json
from .models import BillingCustomer, CheckoutAttempt, Trial

OVER = (CheckoutAttempt.State.EXPIRED, CheckoutAttempt.State.FAILED)


def days_for(user: User) -> int:
    """How long this user may try Plus; 0 where trials are not offered, or they had theirs. At most one query."""
    return 0 if not settings.PLUS_TRIAL_DAYS or had(user) else settings.PLUS_TRIAL_DAYS


def had(user: User) -> bool:
    mine = Q(user=user) | Q(fingerprint=fingerprint(user.email))
    return Trial.objects.of_this_mode().begun().filter(mine).exists()


def had_by(user: User) -> bool:
    """The same, whatever their address is now."""
    return Trial.objects.of_this_mode().begun().filter(user=user).exists()


def claim(attempt: CheckoutAttempt) -> bool:
    """Reserve the trial of the attempt's user for it; False if they had it, or another checkout offers it. Called in
    the transaction that writes the attempt."""
    user = attempt.user
    if not user or had(user):
        return False
    row, _ = Trial.objects.get_or_create(
        fingerprint=fingerprint(user.email), livemode=attempt.livemode, defaults={"user": user}
    )
    held = Trial.objects.select_for_update().get(pk=row.pk)
    is_free = held.attempt is None or held.attempt.state in OVER
    if held.begun_at or not is_free:
        return False
    Trial.objects.filter(pk=row.pk).update(attempt=attempt, user=user)
    return True


def begun(customer: BillingCustomer, subscription: Json) -> None:
    """A trial was begun, whoever offered it: that was the one."""
    at = gateway.moment(subscription["trial_start"]) or timezone.now()
    attempt = _uuid((subscription.get("metadata") or {}).get("attempt", ""))
    claimed = Trial.objects.filter(attempt__uuid=attempt) if attempt else Trial.objects.none()
    if claimed.filter(begun_at=None).update(begun_at=at) or claimed.exists() or not customer.user:
        return
    remember(customer.user, at_least_since=at)


def remember(user: User, *, at_least_since: datetime | None = None) -> None:
    """Under the address that they have now."""
    begun_at = at_least_since or timezone.now()
    row, _ = Trial.objects.get_or_create(
        fingerprint=fingerprint(user.email),
        livemode=keys.livemode(),
        defaults={"user": user, "begun_at": begun_at},
    )
    Trial.objects.filter(pk=row.pk, begun_at=None).update(begun_at=begun_at, user=user)


def fingerprint(email: str) -> str:
    """Of an address in any of its spellings: case and what follows a "+" make no other person."""
    name, _, host = email.strip().casefold().rpartition("@")
    return salted_hmac("billing.trial", f"{name.partition('+')[0]}@{host}", algorithm="sha256").hexdigest()


def _uuid(text: str) -> uuid.UUID | None:
    """Metadata is free text to whoever has the keys."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
