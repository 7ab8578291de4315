"""The wall speaks to whoever stands before it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from billing.models import BillingCustomer, PlanPrice, Subscription
from digestly.content.models import Digest


def wall_for(user: User | None, digest: Digest, signed_in: Callable[[User | None], Client]) -> str:
    page = signed_in(user).get(digest.get_absolute_url()).content.decode()
    return page.split('data-part="wall"')[1].split("</section>")[0] if 'data-part="wall"' in page else ""


def subscribe(user: User, status: str, **facts: Any) -> None:
    customer = BillingCustomer.objects.create(user=user, stripe_customer_id="cus_1")
    Subscription.objects.create(
        customer=customer, stripe_subscription_id="sub_1", status=status, is_plus=True,
        fetched_at=timezone.now(), **facts,
    )  # fmt: skip


def test_a_guest_is_offered_plus_at_its_price_and_the_way_to_sign_in(
    published: Digest, price: PlanPrice, signed_in: Callable[[User | None], Client]
) -> None:
    wall = wall_for(None, published, signed_in)

    path = published.get_absolute_url()
    assert "Starting at $5/month. Cancel anytime." in wall
    assert f'href="/en/pricing/?next={path}%23s-' in wall, "who pays comes back to what was locked"
    assert f'href="/account/login/?next={path}%23s-' in wall


def test_somebody_free_is_offered_plus_and_no_sign_in(
    published: Digest, price: PlanPrice, free: User, signed_in: Callable[[User | None], Client]
) -> None:
    wall = wall_for(free, published, signed_in)

    assert "Starting at $5/month." in wall
    assert "Sign in" not in wall


def test_somebody_lapsed_is_told_when_it_ended(
    published: Digest, price: PlanPrice, lapsed: User, signed_in: Callable[[User | None], Client]
) -> None:
    wall = wall_for(lapsed, published, signed_in)

    assert "Your Plus ended on" in wall
    assert "Subscribe again" in wall


@pytest.mark.parametrize(
    ("status", "action"),
    [("past_due", "Update your card"), ("unpaid", "Update your card"), ("incomplete", "Finish your payment"),
     ("paused", "Resume Plus"), ("hibernating", "See your account")],
)  # fmt: skip
def test_whose_subscription_waits_is_told_what_for_and_sold_nothing(
    status: str, action: str, published: Digest, price: PlanPrice, free: User,
    signed_in: Callable[[User | None], Client],
) -> None:  # fmt: skip
    subscribe(free, status, past_due_since=timezone.now() - timedelta(days=8))

    wall = wall_for(free, published, signed_in)

    assert action in wall
    assert 'href="/account/"' in wall
    assert "Starting at" not in wall
    assert "pricing" not in wall


def test_a_subscriber_sees_no_wall(
    published: Digest, free: User, signed_in: Callable[[User | None], Client]
) -> None:
    subscribe(free, "active", current_period_end=timezone.now() + timedelta(days=1))

    assert not wall_for(free, published, signed_in)


def test_plus_is_asked_for_once_a_page(
    published: Digest, free: User, plus: User, signed_in: Callable[[User | None], Client],
    django_assert_max_num_queries: Any,
) -> None:  # fmt: skip
    path = published.get_absolute_url()
    for user in (free, plus):
        browser = signed_in(user)
        browser.get(path)
        with django_assert_max_num_queries(9) as asked:
            assert browser.get(path).status_code == 200
        about_plus = [
            query["sql"] for query in asked.captured_queries if "billing_accessgrant" in query["sql"]
        ]
        assert len(about_plus) == 1
