"""Redeeming: a gift becomes a grant, once. No day of it is lost: it begins when what its reader has is over, and who
pays is charged again only after it."""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import User
from billing import facts, gateway, journal, sync
from billing.errors import GiftGone, GiftHad, HasPlusForGood
from billing.models import AccessGrant, BillingCustomer, CheckoutAttempt, Gift, Subscription
from billing.periods import months_after
from billing.tasks import postpone_renewal, sync_customer
from digestly.work.wake import wake

log = logging.getLogger(__name__)


def find(code: str) -> Gift | None:
    """The gift with this code, however it was typed."""
    plain = "".join(code.upper().split()).replace("-", "")
    return Gift.objects.filter(code=plain).select_related("redeemed_by").first() if plain else None


def redeem(gift: Gift, user: User) -> AccessGrant:
    """Raises a Hindrance if it was redeemed, taken back, or is of no use to this user."""
    with transaction.atomic():
        # One at a time for each reader, so that two gifts follow each other. Rows that point to the reader are not held
        # up: whoever redeems a gift that they bought themselves, and somebody else too, would wait for each other.
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        grants = AccessGrant.objects.filter(user=user).in_force(timezone.now())
        now = timezone.now().replace(microsecond=0)
        if grants.filter(ends_at=None, revoked_at=None).exists():
            raise HasPlusForGood
        won = Gift.objects.redeemable().filter(pk=gift.pk)
        if not won.update(redeemed_at=now, redeemed_by=user):
            raise _why_not(gift)
        paying = _paying(user)
        starts_at = max(now, *_ends(user, now, paying))
        grant = AccessGrant.objects.create(
            user=user, kind=AccessGrant.Kind.GIFT, starts_at=starts_at,
            ends_at=months_after(starts_at, gift.months), source_key=f"gift {gift.uuid}",
            reason=f"A gift from {gift.sender}"[:200],
        )  # fmt: skip
        charged_again = paying.stripe_subscription_id if paying and not paying.leaves_at else ""
        Gift.objects.filter(pk=gift.pk).update(grant=grant, postpones=charged_again)
        told = [f"{gift.months} months from {starts_at:%Y-%m-%d}"]
        journal.record(journal.Kind.GRANT, told, user=user, trail=journal.Trail(why=f"gift {gift.pk}"))
        if charged_again:
            wake(postpone_renewal, gift.pk)
        _close_pages(user)
    return grant


def _close_pages(user: User) -> None:
    """A page that was opened before would charge for the time of the gift: the next sync closes it."""
    for pk in CheckoutAttempt.objects.unfinished().filter(user=user).values_list("customer", flat=True):
        BillingCustomer.objects.filter(pk=pk).update(needs_sync=True)
        wake(sync_customer, pk)


def _why_not(gift: Gift) -> Exception:
    gift.refresh_from_db()
    return GiftHad() if gift.redeemed_at else GiftGone()


def _paying(user: User) -> Subscription | None:
    """What the reader pays for, and has paid for until its date."""
    mine = Subscription.objects.for_plus().filter(customer__user=user, status__in=("active", "trialing"))
    return mine.exclude(current_period_end=None).order_by("-current_period_end").first()


def _ends(user: User, now: datetime, paying: Subscription | None) -> list[datetime]:
    """When what the reader has already is over."""
    granted = AccessGrant.objects.filter(user=user, revoked_at=None, ends_at__gt=now)
    ends = [granted.aggregate(last=Max("ends_at"))["last"]]
    if paying and not paying.is_unpaid_period:
        ends.append(paying.leaves_at or paying.current_period_end)
    return [end for end in ends if end] or [now]


def covered_until(user: User) -> datetime | None:
    """How far the gifts reach that the user has redeemed."""
    given = AccessGrant.objects.filter(user=user, kind=AccessGrant.Kind.GIFT, revoked_at=None)
    end: datetime | None = given.filter(ends_at__gt=timezone.now()).aggregate(last=Max("ends_at"))["last"]
    return end


def _last_end(subscription_id: str) -> datetime | None:
    """Several gifts may have been redeemed by the one who pays for it."""
    gifts = Gift.objects.filter(postpones=subscription_id, grant__revoked_at=None)
    end: datetime | None = gifts.aggregate(last=Max("grant__ends_at"))["last"]
    return end


def postpone(pk: int) -> None:
    """Move the next charge of whoever redeemed it to the gift's end. Safe to repeat. Raises StripeFailure."""
    gift = Gift.objects.to_be_settled().select_related("grant").filter(pk=pk).first()
    if not gift or not gift.grant or not gift.grant.ends_at:
        return
    there = gateway.subscription(gift.postpones)
    until = _last_end(gift.postpones)
    if facts.is_renewing(there) and until and until > (facts.period_end(there) or until):
        gateway.update_subscription(
            gift.postpones, facts.postponement(until), key=f"{gift.uuid}-{int(until.timestamp())}"
        )
    Gift.objects.filter(pk=pk).update(postponed_at=timezone.now())
    customer = Subscription.objects.get(stripe_subscription_id=gift.postpones).customer_id
    sync.customer(customer, sync.Reason.ACCOUNT)
