"""Objects: what leaves the stand-in has every field that the SDK promises never to be null."""

from __future__ import annotations

import inspect
from typing import Any, get_args, get_origin

import pytest
import stripe as sdk

from billing.standin.clock import DATES, moved
from tests.billing.local_stripe import LocalStripe
from tests.billing.standin.conftest import Shop

CLASSES: dict[str, Any] = {
    shape.OBJECT_NAME: shape
    for shape in (
        sdk.Customer, sdk.Product, sdk.Price, sdk.checkout.Session, sdk.Subscription, sdk.Invoice,
        sdk.InvoicePayment, sdk.PaymentIntent, sdk.Charge, sdk.Refund, sdk.Dispute, sdk.PaymentMethod,
        sdk.Coupon, sdk.PromotionCode, sdk.Discount,
        sdk.billing_portal.Configuration, sdk.billing_portal.Session, sdk.WebhookEndpoint, sdk.Event,
    )
}  # fmt: skip
INNER: dict[str, Any] = {
    "subscription_item": sdk.SubscriptionItem,
    "line_item": sdk.InvoiceLineItem,
    "plan": sdk.Plan,
}


def never_null(shape: Any) -> dict[str, Any]:
    """The fields that the SDK's class promises, with their types."""
    return {
        name: hint
        for name, hint in shape.__annotations__.items()
        if not name.isupper() and type(None) not in get_args(hint)
    }


def lacks(thing: Any, shape: Any, path: str) -> list[str]:
    """What is missing or null although it must not be, down to the nested classes."""
    missing = [f"{path}.{name}" for name in never_null(shape) if thing.get(name) is None]
    for name, hint in shape.__annotations__.items():
        value = thing.get(name)
        if isinstance(value, dict) and value:
            for nested in classes_in(hint):
                missing += lacks(value, nested, f"{path}.{name}")
            for one in value["data"] if value.get("object") == "list" else ():
                missing += lacks(one, INNER[one["object"]], f"{path}.{name}")
    return missing


def classes_in(hint: Any) -> list[Any]:
    """The SDK's own classes nested in a field's type."""
    return [
        option
        for option in (hint, *get_args(hint))
        if inspect.isclass(option)
        and get_origin(option) is None
        and issubclass(option, sdk.StripeObject)
        and option is not sdk.StripeObject
    ]


@pytest.fixture
def lived(shop: Shop) -> Shop:
    """A shop where one thing of each kind has happened."""
    api = shop.stripe.api
    coupon = api.coupons.create({"percent_off": 10, "duration": "repeating", "duration_in_months": 3})
    code = api.promotion_codes.create(
        {"promotion": {"type": "coupon", "coupon": coupon.id}, "code": "SPRING"}
    )
    shop.subscribe("4000000000000341", discounts=[{"promotion_code": code.id}])
    shop.stripe.advance(shop.customer, days=40)
    charge = api.charges.list({"customer": shop.customer}).data[-1]
    api.refunds.create({"charge": charge.id, "amount": 100})
    shop.stripe.control("dispute", charge=charge.id)
    api.webhook_endpoints.create({"url": "http://127.0.0.1:9/hook/", "enabled_events": ["payout.failed"]})
    configuration = api.billing_portal.configurations.create({
        "features": {"subscription_cancel": {"enabled": True}, "payment_method_update": {"enabled": True}}
    })  # fmt: skip
    api.billing_portal.sessions.create({
        "customer": shop.customer,
        "configuration": configuration.id,
        "flow_data": {"type": "payment_method_update"},
    })  # fmt: skip
    return shop


def test_every_object_has_all_that_the_sdk_promises(lived: Shop) -> None:
    store = lived.stripe.server.store
    seen = set()
    for kind, shape in CLASSES.items():
        for thing in store.all(kind):
            seen.add(kind)
            assert lacks(thing, shape, kind) == []
    assert seen == CLASSES.keys()


def test_the_sdk_knows_every_object_by_its_class(lived: Shop) -> None:
    api = lived.stripe.api
    subscription = api.subscriptions.retrieve(
        lived.subscription().id,
        {"expand": ["latest_invoice", "customer"]},
    )
    assert isinstance(subscription, sdk.Subscription)
    assert isinstance(subscription.items.data[0], sdk.SubscriptionItem)
    assert isinstance(subscription.customer, sdk.Customer)
    assert isinstance(subscription.latest_invoice, sdk.Invoice)
    path = "payments.data.payment.payment_intent"
    invoice = api.invoices.retrieve(subscription.latest_invoice.id, {"expand": [path]})
    payment = invoice.payments.data[0]
    assert isinstance(payment, sdk.InvoicePayment)
    assert isinstance(payment.payment.payment_intent, sdk.PaymentIntent)


def test_fields_that_moved_are_where_they_are_now(lived: Shop) -> None:
    subscription = lived.subscription()
    invoice = lived.stripe.api.invoices.retrieve(subscription.latest_invoice)
    for gone in ("current_period_start", "current_period_end"):
        assert gone not in subscription
    for gone in ("subscription", "charge", "payment_intent", "paid", "payments"):
        assert gone not in invoice
    assert invoice.parent.subscription_details.subscription == subscription.id


def test_the_stand_ins_own_memory_is_never_shown(lived: Shop) -> None:
    api = lived.stripe.api
    shown = [api.events.list({"limit": 100}), api.checkout.sessions.list(), api.webhook_endpoints.list()]
    assert '"_' not in "".join(str(one) for one in shown)
    assert "4000000000000341" not in "".join(str(one) for one in shown)


def test_time_passes_for_every_date_of_an_object(lived: Shop) -> None:
    moment = 1_000_000_000
    for kind in CLASSES:
        for thing in lived.stripe.server.store.all(kind):
            assert not [
                name for name in dates_left(moved(thing, -10 * moment), moment) if name not in DATES
            ], kind


def dates_left(thing: Any, moment: int, name: str = "") -> list[str]:
    """The names of numbers that still look like a moment of these years."""
    if isinstance(thing, dict):
        return [found for key, part in thing.items() for found in dates_left(part, moment, key)]
    if isinstance(thing, list):
        return [found for part in thing for found in dates_left(part, moment, name)]
    return [name] if type(thing) is int and moment < thing < 5 * moment else []


def test_ids_repeat_under_a_seed_and_never_within_one(stripe: LocalStripe) -> None:
    store = stripe.server.store
    first = [store.new_id("cus", 14) for _ in range(50)]
    assert len(set(first)) == 50
    assert all(len(ident) == 18 for ident in first)


def test_every_event_is_one_that_the_sdk_knows(lived: Shop) -> None:
    known = get_args(sdk.Event.__annotations__["type"])
    told = {event["type"] for event in lived.stripe.events()}
    assert told - set(known) == set()
    assert len(told) > 12
