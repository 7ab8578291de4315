"""Deliveries and faults: signed events over real HTTP, and everything that may go wrong with them."""

from __future__ import annotations

import time

import pytest
import stripe as sdk

from tests.billing.local_stripe import LocalStripe
from tests.billing.standin.conftest import Listener, Shop


def test_events_arrive_signed_in_the_order_they_happened(shop: Shop, listener: Listener) -> None:
    shop.subscribe()  # the page answers only when the endpoints have
    assert listener.types == [event["type"] for event in shop.stripe.events()][-len(listener.types) :]
    assert listener.types.index("customer.subscription.created") < listener.types.index("invoice.paid")
    assert listener.types[-1] == "checkout.session.completed"
    assert {event.api_version for event in listener.heard} == {sdk.api_version}
    assert all(not event.livemode for event in listener.heard)
    assert shop.stripe.api.events.retrieve(listener.heard[-1].id).pending_webhooks == 0


def test_a_created_subscription_is_told_as_incomplete_and_then_as_active(
    shop: Shop, listener: Listener
) -> None:
    shop.subscribe()
    told = [event.data for event in listener.heard if event.type.startswith("customer.subscription.")]
    assert [data.object.status for data in told] == ["incomplete", "active"]
    assert told[1].previous_attributes.to_dict() == {"status": "incomplete"}


def test_an_endpoint_hears_only_what_it_asked_for(shop: Shop, listener: Listener) -> None:
    hooks = shop.stripe.api.webhook_endpoints
    (endpoint,) = hooks.list().data
    assert "secret" not in endpoint
    hooks.update(endpoint.id, {"enabled_events": ["invoice.paid"]})
    shop.subscribe()
    assert listener.types == ["invoice.paid"]
    hooks.delete(endpoint.id)
    shop.stripe.advance(shop.customer, days=32)
    assert listener.types == ["invoice.paid"]


def test_a_real_test_key_gets_a_secret_of_its_own(stripe: LocalStripe) -> None:
    api = sdk.StripeClient("sk_test_other", base_addresses={"api": stripe.url}).v1
    made = api.webhook_endpoints.create({"url": "http://127.0.0.1:9/", "enabled_events": ["*"]})
    assert made.secret.startswith("whsec_")
    assert made.secret != "whsec_standin"


@pytest.mark.parametrize("url", ["https://site.example/hook/", "ftp://127.0.0.1/", "not an address"])
def test_events_never_leave_this_machine(stripe: LocalStripe, url: str) -> None:
    with pytest.raises(sdk.InvalidRequestError, match="this machine only"):
        stripe.api.webhook_endpoints.create({"url": url, "enabled_events": ["*"]})


def test_held_events_wait_and_may_come_backwards(shop: Shop, listener: Listener) -> None:
    shop.stripe.hold()
    shop.subscribe()
    assert listener.heard == []
    shop.stripe.release(order="reverse")
    happened = [event["type"] for event in shop.stripe.events()]
    assert listener.types == happened[::-1][: len(listener.types)]
    assert listener.types[0] == "checkout.session.completed"


def test_dropped_events_never_come_though_they_happened(shop: Shop, listener: Listener) -> None:
    shop.stripe.hold()
    session = shop.open()
    shop.stripe.drop()
    shop.stripe.pay(session.url)
    shop.stripe.flow()
    assert listener.heard == []
    (event,) = shop.stripe.events("checkout.session.completed")
    shop.stripe.control("resend", event=event["id"], times=3)
    assert [one.id for one in listener.heard] == [event["id"]] * 3


def test_everything_may_come_twice(shop: Shop, listener: Listener) -> None:
    shop.stripe.control("duplicate")
    shop.subscribe()
    idents = [event.id for event in listener.heard]
    assert len(idents) == 2 * len(set(idents)) > 0


def test_what_fails_comes_again(shop: Shop, listener: Listener) -> None:
    listener.status = 500
    shop.stripe.api.customers.update(shop.customer, {"name": "Robin"})
    until(lambda: len(listener.heard) == 1)
    listener.status = 200
    until(lambda: len(listener.heard) == 2)
    assert {event.id for event in listener.heard} == {listener.heard[0].id}
    time.sleep(0.1)
    assert len(listener.heard) == 2


def until(happened: object, patience: float = 5.0) -> None:
    deadline = time.monotonic() + patience
    while not happened():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.01)


# Faults ----------------------------------------------------------------------------------------------------------


def test_errors_are_tried_again_by_the_sdk(stripe: LocalStripe) -> None:
    stripe.fault("error", times=2)
    patient = sdk.StripeClient("sk_test_1", base_addresses={"api": stripe.url}, max_network_retries=2).v1
    customer = patient.customers.create({"email": "a@b.c"})
    log = stripe.requests("POST", "/v1/customers")
    assert [one["status"] for one in log] == [500, 500, 200]
    assert len({one["idempotency_key"] for one in log}) == 1
    assert customer.email == "a@b.c"


def test_an_error_may_be_kept_for_its_key_as_stripe_does(stripe: LocalStripe) -> None:
    stripe.fault("error", keep=True)
    for _ in range(2):
        with pytest.raises(sdk.APIError):
            stripe.api.customers.create({"email": "a@b.c"}, {"idempotency_key": "one"})
    assert [one["replayed"] for one in stripe.requests("POST", "/v1/customers")] == [False, True]
    assert stripe.api.customers.create({"email": "a@b.c"}, {"idempotency_key": "two"}).id


def test_too_many_requests_is_its_own_error(stripe: LocalStripe) -> None:
    stripe.fault("rate_limit")
    with pytest.raises(sdk.RateLimitError):
        stripe.api.customers.list()


def test_a_dropped_reply_hides_what_was_done_and_the_key_finds_it(stripe: LocalStripe) -> None:
    stripe.fault("drop_reply", path="/v1/customers", method="POST")
    with pytest.raises(sdk.APIConnectionError):
        stripe.api.customers.create({"email": "a@b.c"}, {"idempotency_key": "one"})
    (made,) = stripe.api.customers.list().data
    assert stripe.api.customers.create({"email": "a@b.c"}, {"idempotency_key": "one"}).id == made.id


def test_silence_does_nothing_at_all(stripe: LocalStripe) -> None:
    stripe.fault("timeout", seconds=0.05)
    with pytest.raises(sdk.APIConnectionError):
        stripe.api.customers.create({"email": "a@b.c"})
    assert stripe.api.customers.list().data == []


def test_a_slow_answer_is_slow_only_where_it_was_ordered(stripe: LocalStripe) -> None:
    stripe.fault("delay", seconds=0.3, path="/v1/prices")
    begun = time.monotonic()
    stripe.api.customers.list()
    assert time.monotonic() - begun < 0.3
    stripe.api.prices.list()
    assert time.monotonic() - begun >= 0.3
    with pytest.raises(AssertionError, match="kind must be one of"):
        stripe.fault("earthquake")
