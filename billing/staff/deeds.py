"""Deeds: what staff may do to somebody's Plus. Each is written down with who did it and why."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from billing import events, journal, sync
from billing.journal import Kind, Trail
from billing.models import AccessGrant, BillingCustomer, StripeEvent


def sync_now(customer: BillingCustomer, *, by: User, why: str = "") -> list[str]:
    """What changed, in words. Raises StripeFailure."""
    trail = Trail(by, why)
    changes = sync.customer(customer.pk, sync.Reason.STAFF, trail)
    if not changes:  # a sync that changes something writes it down by itself
        told = "nothing changed" if changes is not None else "somebody else is at it, and fetches once more"
        journal.record(Kind.SYNC, [told], customer=customer, occasion=sync.Reason.STAFF, trail=trail)
    return changes or []


@transaction.atomic
def grant(user: User, kind: str, *, until: datetime | None, by: User, why: str) -> AccessGrant:
    given = AccessGrant.objects.create(user=user, kind=kind, ends_at=until, granted_by=by, reason=why[:200])
    told = f"{given.get_kind_display()}, until {until:%Y-%m-%d %H:%M %Z}" if until else "without an end"
    journal.record(Kind.GRANT, [told], user=user, trail=Trail(by, why))
    return given


@transaction.atomic
def revoke(given: AccessGrant, *, by: User, why: str) -> bool:
    """Take it back now; False if it was taken back already."""
    rows = AccessGrant.objects.filter(pk=given.pk, revoked_at=None)
    if not rows.update(revoked_at=timezone.now()):
        return False
    told = f"{given.get_kind_display()} of {given.starts_at:%Y-%m-%d}"
    journal.record(Kind.REVOKE, [told], user=given.user, trail=Trail(by, why))
    return True


def replay(event: StripeEvent, *, by: User, why: str = "") -> None:
    """Look into an event once more, whatever became of it before."""
    with transaction.atomic():
        customers = BillingCustomer.objects.of_this_mode().filter(stripe_customer_id=event.customer_id)
        customer = customers.select_related("user").first() if event.customer_id else None
        told = f"{event.type} ({event.stripe_event_id})"
        journal.record(Kind.REPLAY, [told], customer=customer, trail=Trail(by, why))
        events.again(event.pk)
