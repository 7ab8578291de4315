"""The questions that content may ask. Answered from rows, never from the network."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from accounts.models import User

from .models import AccessGrant, PlanPrice

Reader = User | AnonymousUser


def has_plus(reader: Reader) -> bool:
    """May this reader read everything, now? One query, or none for a guest."""
    if not reader.is_authenticated:
        return False
    return AccessGrant.objects.filter(user=reader).in_force(timezone.now()).exists()


def starting_price() -> PlanPrice | None:
    """The cheapest price on sale that is billed monthly; None while Plus is not on sale. One query."""
    return PlanPrice.objects.on_sale().monthly().order_by("amount", "pk").first()
