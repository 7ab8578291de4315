"""Five hundred people, a month of their lives at Stripe: with all webhooks dropped, and with all in disorder.

DATABASE_URL=postgres://… python3 manage.py test tests/soak/test_lives.py -n 0 -s

LIVES and DAYS in the environment make it smaller.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable

import pytest

from billing.models import BillingIncident, StripeEvent, Subscription
from tests.billing.conftest import stripe
from tests.billing.lives import Disorder, Life, compared, deaf, drawn, faults
from tests.billing.local_stripe import LocalStripe
from tests.billing.shop import shop

__all__ = ["shop", "stripe"]

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE = int(os.environ.get("LIVES", "500"))
DAYS = int(os.environ.get("DAYS", "30"))
ACTIVE = 0.08  # of all people do something on a day


def a_month_of(lives: list[Life], lot: random.Random, each_week: Callable[[], None] = lambda: None) -> None:
    """Day by day; time passes for somebody when something happens to them, and for all at the end."""
    lived = dict.fromkeys(range(len(lives)), 0)
    for day in range(1, DAYS + 1):
        for number, life in enumerate(lives):
            if lot.random() < ACTIVE or day == DAYS:
                life.grows_older(day - lived[number])
                lived[number] = day
                drawn(lot)(life)
        if day % 7 == 0:
            each_week()


def said(what: str, began: float, lives: list[Life]) -> None:
    statuses = {
        one: Subscription.objects.filter(status=one).count() for one in ("active", "past_due", "canceled")
    }
    open_ = sum(life.may_read() for life in lives)
    print(
        f"\n{what}: {len(lives)} people, {DAYS} days, {open_} have Plus, {statuses}, "
        f"{BillingIncident.objects.count()} incidents, {StripeEvent.objects.count()} events stored, "
        f"{time.monotonic() - began:.0f} s"
    )


def test_a_month_of_which_nothing_is_heard_is_healed_by_one_comparison(shop: LocalStripe) -> None:
    lot, began = random.Random(1), time.monotonic()
    shop.drop()
    with deaf():
        lives = [Life(shop, f"life-{number}") for number in range(PEOPLE)]
        for life in lives:
            life.subscribes(lot.choice(["plus_monthly", "plus_yearly"]))
        a_month_of(lives, lot)
        compared()
    said("dropped", began, lives)

    assert faults(lives) == []
    assert compared() == []


def test_a_month_in_disorder_comes_to_the_same_end(shop: LocalStripe) -> None:
    lot, began = random.Random(2), time.monotonic()
    shop.drop()
    disorder = Disorder(shop, lot)
    lives = [Life(shop, f"life-{number}") for number in range(PEOPLE)]
    for life in lives:
        life.subscribes()
    a_month_of(lives, lot, disorder.tells)
    disorder.ends()
    said("in disorder", began, lives)

    assert faults(lives) == []
