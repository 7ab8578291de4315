"""Upcoming: what is charged next. Plainly the price, or what Stripe says where discounts, taxes or credit count."""

from __future__ import annotations

from collections.abc import Iterable

from . import facts, gateway
from .gateway import Json


def charges(subscriptions: Iterable[Json], customer: Json) -> dict[str, int]:
    """By subscription, for those that will be charged. Raises StripeFailure."""
    amounts = ((one["id"], _amount(one, customer)) for one in subscriptions if facts.is_renewing(one))
    return {ident: amount for ident, amount in amounts if amount is not None}


def _amount(subscription: Json, customer: Json) -> int | None:
    plain = facts.plain_amount(subscription, customer)
    if plain is not None:
        return plain
    try:
        return int(gateway.preview({"subscription": subscription["id"]})["amount_due"])
    except gateway.Refused:  # ended since it was listed, say
        return None
