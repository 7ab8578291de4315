"""The questions that content asks, over every status, date and mixture."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils.translation import override
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from billing import plus
from billing.models import AccessGrant, BillingCustomer, BillingIncident, PlanPrice, Subscription
from billing.plus import Cta, State

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)
NUMBERS = itertools.count(1)


def days(count: float) -> datetime:
    return NOW + timedelta(days=count)


@pytest.fixture
def customer(free: User) -> BillingCustomer:
    return BillingCustomer.objects.create(user=free, stripe_customer_id="cus_1")


@pytest.fixture
def subscribed(customer: BillingCustomer) -> Callable[..., Subscription]:
    """Gives the free reader a subscription, by default one that runs from twenty days ago for thirty days."""

    def subscribe(status: str, **facts: Any) -> Subscription:
        usual: dict[str, Any] = {
            "stripe_subscription_id": f"sub_{next(NUMBERS)}",
            "is_plus": True,
            "current_period_start": days(-20),
            "current_period_end": days(10),
            "fetched_at": NOW,
        }
        return Subscription.objects.create(customer=customer, status=status, **{**usual, **facts})

    return subscribe


# status, facts beside the usual ones → state, whether it opens Plus, until when, what to do
TABLE: list[tuple[str, dict[str, Any], State, bool, float | None, Cta]] = [
    ("active", {}, State.ACTIVE, True, 10, Cta.NONE),
    ("active", {"current_period_end": days(-2.9)}, State.ACTIVE, True, -2.9, Cta.NONE),
    ("active", {"current_period_end": days(-3)}, State.STALE, False, -3, Cta.WAIT),
    ("active", {"current_period_end": None}, State.STALE, False, None, Cta.WAIT),
    ("active", {"cancel_at_period_end": True}, State.ENDING, True, 10, Cta.RESUME),
    ("active", {"cancel_at": days(10)}, State.ENDING, True, 10, Cta.RESUME),
    ("active", {"cancel_at": days(5), "cancel_at_period_end": True}, State.ENDING, True, 5, Cta.RESUME),
    ("active", {"cancel_at": days(40)}, State.ENDING, True, 40, Cta.RESUME),
    ("active", {"cancel_at": days(40), "current_period_end": days(-4)}, State.STALE, False, -4, Cta.WAIT),
    ("active", {"cancel_at": days(0)}, State.LAPSED, False, 0, Cta.SUBSCRIBE),
    (
        "active",
        {"cancel_at_period_end": True, "current_period_end": days(-1)},
        State.LAPSED,
        False,
        -1,
        Cta.SUBSCRIBE,
    ),
    ("active", {"pause_behavior": "void"}, State.PAUSED, True, 10, Cta.RESUME),
    (
        "active",
        {"pause_behavior": "void", "current_period_end": days(-1), "resumes_at": days(20)},
        State.PAUSED,
        False,
        20,
        Cta.RESUME,
    ),
    # The period rolled on while paused, and its invoice was written off: nobody paid for it.
    (
        "active",
        {"pause_behavior": "void", "latest_invoice_status": "void", "resumes_at": days(20)},
        State.PAUSED,
        False,
        20,
        Cta.RESUME,
    ),
    ("trialing", {"trial_end": days(3), "is_postponed": True}, State.ACTIVE, True, 3, Cta.NONE),
    ("trialing", {"trial_end": days(3)}, State.TRIALING, True, 3, Cta.NONE),
    ("trialing", {"trial_end": days(0)}, State.STALE, False, 0, Cta.WAIT),
    ("trialing", {"trial_end": days(3), "cancel_at": days(3)}, State.ENDING, True, 3, Cta.RESUME),
    ("past_due", {"past_due_since": days(-6.9)}, State.PAST_DUE, True, 0.1, Cta.FIX_PAYMENT),
    ("past_due", {"past_due_since": days(-7)}, State.PAST_DUE, False, 0, Cta.FIX_PAYMENT),
    ("past_due", {"current_period_start": days(-1)}, State.PAST_DUE, True, 6, Cta.FIX_PAYMENT),
    ("past_due", {"current_period_start": None}, State.PAST_DUE, False, None, Cta.FIX_PAYMENT),
    ("unpaid", {}, State.UNPAID, False, None, Cta.FIX_PAYMENT),
    ("incomplete", {}, State.INCOMPLETE, False, None, Cta.FINISH_PAYMENT),
    ("incomplete_expired", {"ended_at": days(-1)}, State.FREE, False, None, Cta.SUBSCRIBE),
    ("canceled", {"ended_at": days(-1)}, State.LAPSED, False, -1, Cta.SUBSCRIBE),
    ("canceled", {}, State.LAPSED, False, None, Cta.SUBSCRIBE),
    ("paused", {}, State.PAUSED, False, None, Cta.RESUME),
    ("hibernating", {}, State.UNKNOWN, False, None, Cta.SUPPORT),
    ("active", {"is_plus": False}, State.FREE, False, None, Cta.SUBSCRIBE),
    ("active", {"livemode": True}, State.FREE, False, None, Cta.SUBSCRIBE),
]


@pytest.mark.parametrize(("status", "facts", "state", "has_plus", "until", "cta"), TABLE)
def test_every_status_says_where_its_reader_stands(
    status: str, facts: dict[str, Any], state: State, has_plus: bool, until: float | None, cta: Cta,
    free: User, subscribed: Callable[..., Subscription],
) -> None:  # fmt: skip
    subscribed(status, **facts)

    standing = plus.standing(free, NOW)

    ends = None if until is None else days(until)
    assert (standing.state, standing.has_plus, standing.until, standing.cta) == (state, has_plus, ends, cta)


@pytest.mark.parametrize(
    ("facts", "state", "until"),
    [
        ({}, State.GRANTED, None),
        ({"ends_at": days(1)}, State.GRANTED, 1),
        ({"ends_at": days(0)}, State.LAPSED, 0),
        ({"ends_at": days(5), "revoked_at": days(-1)}, State.LAPSED, -1),
        ({"starts_at": days(1)}, State.FREE, None),
        ({"starts_at": days(-3), "revoked_at": days(-4)}, State.FREE, None),
    ],
)
def test_a_grant_opens_plus_from_its_start_to_its_end(
    facts: dict[str, Any], state: State, until: float | None, free: User
) -> None:
    AccessGrant.objects.create(user=free, **{"starts_at": days(-10), **facts})

    standing = plus.standing(free, NOW)

    assert (standing.state, standing.until) == (state, None if until is None else days(until))
    assert standing.has_plus == (state is State.GRANTED)


@pytest.mark.parametrize(
    ("statuses", "grant_days", "state"),
    [
        (["canceled", "active"], None, State.ACTIVE),
        (["active", "canceled"], None, State.ACTIVE),
        (["canceled"], 5, State.GRANTED),
        (["active"], 5, State.ACTIVE),
        (["active"], 50, State.GRANTED),
        (["past_due"], -1, State.PAST_DUE),
        (["canceled", "unpaid"], -1, State.UNPAID),
        (["incomplete_expired", "incomplete"], None, State.INCOMPLETE),
        (["incomplete_expired"], -1, State.LAPSED),
    ],
)
def test_the_best_of_all_wins_and_without_plus_the_most_telling(
    statuses: list[str], grant_days: float | None, state: State, free: User,
    subscribed: Callable[..., Subscription],
) -> None:  # fmt: skip
    for status in statuses:
        subscribed(status, past_due_since=days(-8), ended_at=days(-2) if "cancel" in status else None)
    if grant_days is not None:
        AccessGrant.objects.create(user=free, starts_at=days(-10), ends_at=days(grant_days))

    assert plus.standing(free, NOW).state is state


@pytest.mark.parametrize(
    ("state", "opens"), [("open", False), ("lost", False), ("won", True), ("closed", True)]
)
def test_a_dispute_closes_plus_until_it_is_won(
    state: str, opens: bool, free: User, subscribed: Callable[..., Subscription]
) -> None:
    subscription = subscribed("active")
    BillingIncident.objects.create(kind="dispute", stripe_id="dp_1", state=state, subscription=subscription)

    assert plus.standing(free, NOW).has_plus is opens


def test_a_question_costs_one_query_and_a_guest_none(
    free: User, subscribed: Callable[..., Subscription], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for status in ("active", "canceled", "past_due"):
        subscribed(status)
    AccessGrant.objects.create(user=free)

    with django_assert_num_queries(1):
        assert plus.has_plus(free)
    with django_assert_num_queries(0):
        assert not plus.has_plus(AnonymousUser())
        assert plus.standing(AnonymousUser()).state is State.GUEST
    with django_assert_num_queries(1):
        assert plus.starting_price() is None


@pytest.mark.parametrize(("status", "facts", "state"), [row[:3] for row in TABLE])
@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_standing_has_words(
    status: str, facts: dict[str, Any], state: State, language: str, free: User,
    subscribed: Callable[..., Subscription],
) -> None:  # fmt: skip
    subscribed(status, **facts)

    with override(language):
        assert plus.standing(free, NOW).sentence.strip()
        assert "%" not in plus.standing(free, NOW).sentence


def test_the_date_of_a_standing_is_in_its_words(free: User, subscribed: Callable[..., Subscription]) -> None:
    subscribed("active", cancel_at=datetime(2026, 4, 30, 23, 30, tzinfo=UTC))

    assert plus.standing(free, NOW).sentence == "You have Plus until Apr 30, 2026. It will not renew."


def test_the_starting_price_is_the_cheapest_monthly_one_on_sale(price: PlanPrice) -> None:
    for key, amount, interval, facts in [
        ("yearly", 100, "year", {}),
        ("old", 300, "month", {"purchasable": False}),
        ("live", 200, "month", {"livemode": True}),
        ("dearer", 700, "month", {}),
    ]:
        PlanPrice.objects.create(lookup_key=key, amount=amount, currency="usd", interval=interval, **facts)

    assert plus.starting_price() == price


def test_without_a_key_nothing_is_on_sale(price: PlanPrice, settings: Any) -> None:
    settings.STRIPE_SECRET_KEY = ""

    assert plus.starting_price() is None
