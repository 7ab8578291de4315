"""The questions that content may ask, answered from rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from billing import plus
from billing.models import AccessGrant, PlanPrice

Queries = Callable[[int], object]
DAY = timedelta(days=1)


@pytest.mark.parametrize("kind", AccessGrant.Kind.values)
@pytest.mark.parametrize(
    ("starts", "ends", "revoked", "has_plus"),
    [
        (-DAY, None, None, True),
        (-DAY, DAY, None, True),
        (-2 * DAY, -DAY, None, False),
        (DAY, None, None, False),
        (DAY, 2 * DAY, None, False),
        (-DAY, None, -DAY / 2, False),
        (-DAY, DAY, -DAY / 2, False),
        (-DAY, DAY, DAY / 2, True),
    ],
    ids=[
        "for good", "until tomorrow", "until yesterday", "from tomorrow", "later", "taken back", "taken back early",
        "to be taken back",
    ],
)  # fmt: skip
def test_a_grant_counts_while_it_lasts(
    free: User,
    kind: str,
    starts: timedelta,
    ends: timedelta | None,
    revoked: timedelta | None,
    has_plus: bool,
) -> None:
    now = timezone.now()
    AccessGrant.objects.create(
        user=free, kind=kind, starts_at=now + starts,
        ends_at=now + ends if ends else None, revoked_at=now + revoked if revoked else None,
    )  # fmt: skip
    assert plus.has_plus(free) is has_plus


def test_one_grant_in_force_is_enough(free: User) -> None:
    now = timezone.now()
    AccessGrant.objects.create(user=free, starts_at=now - 2 * DAY, ends_at=now - DAY)
    AccessGrant.objects.create(user=free, starts_at=now - DAY, revoked_at=now - DAY / 2)
    assert not plus.has_plus(free)
    AccessGrant.objects.create(user=free, starts_at=now - DAY)
    assert plus.has_plus(free)


def test_somebody_elses_grant_is_no_use(free: User, editor: User) -> None:
    AccessGrant.objects.create(user=editor)
    assert (plus.has_plus(editor), plus.has_plus(free)) == (True, False)


def test_being_staff_is_no_plus(editor: User) -> None:
    assert not plus.has_plus(editor)


def test_the_cast_is_what_it_says(free: User, lapsed: User) -> None:
    assert (plus.has_plus(free), plus.has_plus(lapsed)) == (False, False)


def test_asking_costs_one_query_and_none_for_a_guest(free: User, django_assert_num_queries: Queries) -> None:
    with django_assert_num_queries(1):
        plus.has_plus(free)
    with django_assert_num_queries(0):
        assert plus.has_plus(AnonymousUser()) is False


def test_a_grant_that_ends_before_it_starts_is_refused_by_the_database(free: User) -> None:
    now = timezone.now()
    with pytest.raises(IntegrityError), transaction.atomic():
        AccessGrant.objects.create(user=free, starts_at=now, ends_at=now - DAY)


def test_the_same_gift_is_granted_once(free: User) -> None:
    AccessGrant.objects.create(user=free, source_key="gift-1")
    with pytest.raises(IntegrityError), transaction.atomic():
        AccessGrant.objects.create(user=free, source_key="gift-1")


# Prices ----------------------------------------------------------------------------------------------------------


def price(key: str, amount: int, interval: str = "month", *, on_sale: bool = True) -> PlanPrice:
    return PlanPrice.objects.create(
        lookup_key=key, amount=amount, currency="usd", interval=interval, purchasable=on_sale
    )


def test_it_starts_at_the_cheapest_price_that_is_billed_monthly_and_on_sale(
    db: None, django_assert_num_queries: Queries
) -> None:
    price("plus_monthly", 700)
    price("plus_yearly", 100, "year")
    price("plus_monthly_2024", 300, on_sale=False)
    cheapest = price("plus_monthly_new", 500)
    with django_assert_num_queries(1):
        assert plus.starting_price() == cheapest


def test_without_a_monthly_price_plus_is_not_on_sale_yet(db: None) -> None:
    assert plus.starting_price() is None
    price("plus_yearly", 5000, "year")
    price("plus_monthly", 500, on_sale=False)
    assert plus.starting_price() is None
