"""B15, B19 to B22, B34 to B40: what becomes of a subscription, in whatever order we hear of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone

from billing import events, gateway, sync
from billing.models import BillingCustomer, BillingNotice, StripeEvent, Subscription
from billing.plus import State
from digestly.work import lease
from digestly.work.sweep import sweep_all
from tests.billing.local_stripe import ASKS, FAILS_LATER, GOOD, LocalStripe
from tests.billing.shop import Reader, calls

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def member(shop: LocalStripe, reader: Reader) -> Reader:
    """Has paid, and has Plus."""
    shop.pay(reader.goes_to_pay(), card=GOOD)
    assert reader.has_plus
    return reader


def events_of(kind: str) -> list[gateway.Json]:
    return [one.payload for one in StripeEvent.objects.filter(type=kind).order_by("pk")]


def test_b15_past_due_leads_to_the_card_and_to_no_second_subscription(
    shop: LocalStripe, reader: Reader
) -> None:
    shop.pay(reader.goes_to_pay(), card=FAILS_LATER)
    customer = reader.customer.stripe_customer_id
    shop.advance(customer, days=32)
    Subscription.objects.update(past_due_since=timezone.now() - timedelta(days=8))
    assert (reader.standing.state, reader.has_plus) == (State.PAST_DUE, False)

    answer = reader.subscribe()

    assert "/p/session/" in answer.headers["Location"]
    asked = calls(shop, "POST", "/v1/billing_portal/sessions")[-1]["params"]
    assert asked["flow_data[type]"] == "payment_method_update"
    assert Subscription.objects.count() == 1


def test_b19_a_late_created_does_not_undo_an_update(shop: LocalStripe, reader: Reader) -> None:
    shop.hold()
    shop.pay(reader.goes_to_pay(), card=GOOD)
    shop.release("reverse")

    assert reader.has_plus
    assert reader.subscription.status == "active"


def test_b20_a_late_update_does_not_revive_what_was_deleted(shop: LocalStripe, member: Reader) -> None:
    shop.control("cancel", subscription=member.subscription.stripe_subscription_id)
    assert member.standing.state is State.LAPSED
    old = {
        **events_of("customer.subscription.created")[0],
        "id": "evt_late",
        "type": "customer.subscription.updated",
    }

    events.ingest(old)
    sweep_all()

    assert StripeEvent.objects.get(stripe_event_id="evt_late").status == "processed"
    assert member.standing.state is State.LAPSED


def test_b21_the_same_event_ten_times_at_once_is_one(shop: LocalStripe, member: Reader) -> None:
    event = {**events_of("invoice.paid")[0], "id": "evt_again"}
    letters = len(mail.outbox)

    def tell(_: int) -> int:
        try:
            return shop.post(json.dumps(event).encode()).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        assert set(pool.map(tell, range(10))) == {200}

    assert StripeEvent.objects.filter(stripe_event_id="evt_again").count() == 1
    assert BillingNotice.objects.count() == 1
    assert len(mail.outbox) == letters == 1
    assert member.has_plus


def test_b22_who_finds_the_lease_taken_leaves_word_and_the_holder_fetches_once_more(
    shop: LocalStripe, member: Reader
) -> None:
    customer, subscription = member.customer, member.subscription.stripe_subscription_id
    shop.drop()
    with slow_sync(shop, customer) as asked:
        # What the holder is about to read is old by now, and whoever hears of that finds the lease taken.
        shop.control("cancel", subscription=subscription)
        assert sync.customer(customer.pk, sync.Reason.EVENT) is None

    assert len(asked()) == 2
    assert member.subscription.status == "canceled"
    assert not BillingCustomer.objects.get(pk=customer.pk).needs_sync


def test_b22_who_lost_the_lease_writes_nothing(shop: LocalStripe, member: Reader) -> None:
    customer, subscription = member.customer, member.subscription.stripe_subscription_id
    shop.drop()
    with slow_sync(shop, customer) as asked:
        BillingCustomer.objects.filter(pk=customer.pk).update(
            lease_until=timezone.now() - timedelta(seconds=1)
        )
        shop.control("cancel", subscription=subscription)
        assert sync.customer(customer.pk, sync.Reason.EVENT)

    assert len(asked()) == 2
    assert member.subscription.status == "canceled"


@contextmanager
def slow_sync(shop: LocalStripe, customer: BillingCustomer) -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """A sync in another thread, which has asked for the subscriptions and waits for the answer while the block runs.

    Hands over what lists the requests for subscriptions since then; afterwards the sync is through.
    """
    before = len(calls(shop, "GET", "/v1/subscriptions"))

    def asked() -> list[dict[str, Any]]:
        return calls(shop, "GET", "/v1/subscriptions")[before:]

    def work() -> None:
        try:
            sync.customer(customer.pk, sync.Reason.EVENT)
        finally:
            connection.close()

    shop.fault("delay", method="GET", path="/v1/subscriptions", seconds=4)
    with ThreadPoolExecutor(1) as pool:
        holder = pool.submit(work)
        while not asked():
            assert not holder.done()
        yield asked
    holder.result()


def test_b22_many_workers_and_a_changing_subscription_agree_with_stripe_in_the_end(
    shop: LocalStripe, member: Reader
) -> None:
    pk, subscription = member.customer.pk, member.subscription.stripe_subscription_id

    def work(turn: int) -> None:
        try:
            if turn % 4 == 0:
                shop.control(
                    "set_status", subscription=subscription, status=["past_due", "active"][turn // 4 % 2]
                )
            sync.customer(pk, sync.Reason.EVENT)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(16)))
    sweep_all()

    assert member.subscription.status == gateway.subscription(subscription)["status"]
    assert member.customer.lease_token is None


def test_b30_an_event_that_fails_is_tried_again_and_acts_once(shop: LocalStripe, member: Reader) -> None:
    event = {**events_of("invoice.paid")[0], "id": "evt_unlucky"}
    shop.fault("error", times=1 + gateway.RETRIES)
    stored = events.ingest(event)
    assert stored
    events.process(stored.pk)
    stored.refresh_from_db()
    assert (stored.status, bool(stored.last_error)) == ("failed", True)

    events.process(stored.pk)
    stored.refresh_from_db()
    assert stored.status == "failed", "not before its time"
    StripeEvent.objects.filter(pk=stored.pk).update(
        next_try_at=None, received_at=timezone.now() - timedelta(hours=1)
    )
    sweep_all()

    stored.refresh_from_db()
    assert stored.status == "processed"
    assert BillingNotice.objects.count() == 1


def test_b31_a_worker_that_died_is_replaced(shop: LocalStripe, member: Reader) -> None:
    stored = events.ingest({**events_of("invoice.paid")[0], "id": "evt_orphan"})
    assert stored
    rows = StripeEvent.objects.filter(pk=stored.pk)
    rows.update(status="received", received_at=timezone.now() - timedelta(hours=1))
    assert lease.claim(rows, lasting=timedelta(minutes=1))
    sweep_all()
    assert rows.get().status == "received"
    rows.update(lease_until=timezone.now() - timedelta(minutes=1))
    sweep_all()

    assert rows.get().status == "processed"


def test_b34_cancelled_in_the_portal_it_stays_open_until_then(shop: LocalStripe, member: Reader) -> None:
    end = member.subscription.current_period_end
    page = member.portal().headers["Location"]
    shop.portal(page, "cancel", member.subscription.stripe_subscription_id)

    subscription = member.subscription
    assert (subscription.cancel_at, subscription.cancel_at_period_end) == (end, False)
    assert (member.standing.state, member.has_plus, member.standing.until) == (State.ENDING, True, end)
    assert "It will not renew" in member.account()
    assert "Resume Plus" in member.account()

    shop.advance(member.customer.stripe_customer_id, days=32)
    assert (member.standing.state, member.has_plus) == (State.LAPSED, False)
    assert "Your Plus ended on" in member.account()
    assert member.goes_to_pay().startswith(shop.url)


def test_b35_cancelled_by_the_seller_it_is_the_same_and_resuming_clears_both(
    shop: LocalStripe, member: Reader
) -> None:
    one = member.subscription.stripe_subscription_id
    shop.hold()
    gateway.client().v1.subscriptions.update(one, {"cancel_at_period_end": True})
    shop.release()
    assert member.standing.state is State.ENDING

    shop.portal(member.portal().headers["Location"], "keep", one)

    subscription = member.subscription
    assert (subscription.cancel_at, subscription.cancel_at_period_end) == (None, False)
    assert member.standing.state is State.ACTIVE


def test_b36_plus_goes_on_across_a_renewal_that_is_heard_of_late(shop: LocalStripe, member: Reader) -> None:
    first_end = member.subscription.current_period_end
    shop.hold()
    Subscription.objects.update(current_period_end=timezone.now() - timedelta(hours=30))
    assert member.has_plus, "word of a renewal may be late"
    shop.advance(member.customer.stripe_customer_id, days=32)
    shop.release()

    subscription = member.subscription
    item = gateway.subscription(subscription.stripe_subscription_id)["items"]["data"][0]
    assert subscription.current_period_end == gateway.moment(item["current_period_end"])
    assert first_end
    assert subscription.current_period_end
    assert timezone.now() < subscription.current_period_end < first_end
    assert member.standing.state is State.ACTIVE


def test_b37_b38_a_failed_renewal_opens_a_grace_and_a_new_card_ends_it(
    shop: LocalStripe, reader: Reader
) -> None:
    shop.pay(reader.goes_to_pay(), card=FAILS_LATER)
    end = reader.subscription.current_period_end
    days = (end - timezone.now()).days + 1
    shop.advance(reader.customer.stripe_customer_id, days=days)

    standing = reader.standing
    assert (standing.state, standing.has_plus) == (State.PAST_DUE, True)
    assert "Update your card by" in reader.account()
    assert any("did not go through" in letter.subject for letter in mail.outbox)
    shop.portal(reader.portal("card").headers["Location"], "card", card=GOOD)
    shop.control("advance", customer=reader.customer.stripe_customer_id, days=5)
    assert reader.standing.state is State.ACTIVE
    assert reader.subscription.past_due_since is None


def test_b40_an_old_subscriptions_end_does_not_close_the_new_one(shop: LocalStripe, member: Reader) -> None:
    old = member.subscription.stripe_subscription_id
    shop.hold()
    shop.control("cancel", subscription=old)
    sync.customer(member.customer.pk, sync.Reason.EVENT)
    shop.pay(member.goes_to_pay(), card=GOOD)
    sync.customer(member.customer.pk, sync.Reason.EVENT)
    assert member.has_plus

    shop.release("reverse")

    assert member.has_plus
    assert set(Subscription.objects.values_list("status", flat=True)) == {"canceled", "active"}


def test_nobody_is_asked_twice_about_a_card_that_asks(shop: LocalStripe, reader: Reader) -> None:
    shop.pay(reader.goes_to_pay(), card=ASKS)

    assert not reader.has_plus
    assert BillingNotice.objects.count() == 0
