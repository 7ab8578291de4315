"""The journal: writes down what was done to somebody's Plus, when, by whom and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.models import User

from .models import BillingCustomer, JournalEntry, Reconciliation

Kind = JournalEntry.Kind


@dataclass(frozen=True)
class Trail:
    """Who caused something and why, or which comparison came upon it; blank where an event or a visit did."""

    by: User | None = None
    why: str = ""
    run: Reconciliation | None = None


NOBODY = Trail()


def record(
    kind: JournalEntry.Kind,
    told: Sequence[str],
    *,
    user: User | None = None,
    customer: BillingCustomer | None = None,
    occasion: str = "",
    trail: Trail = NOBODY,
) -> JournalEntry:
    return JournalEntry.objects.create(
        kind=kind,
        told="\n".join(told),
        user=user or (customer.user if customer else None),
        customer=customer,
        occasion=occasion,
        by=trail.by,
        why=trail.why[:200],
        reconciliation=trail.run,
    )
