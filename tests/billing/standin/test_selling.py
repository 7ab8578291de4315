"""Selling: codes, taxes, things paid for once, other plans, and what all of it adds up to."""

from __future__ import annotations

from typing import Any

import pytest
import stripe as sdk
from time_machine import TimeMachineFixture

from tests.billing.local_stripe import ASKS, DECLINED, FAILS_LATER, GOOD, LocalStripe
from tests.billing.standin.conftest import Shop

GERMANY = {"country": "DE"}


def code_for(shop: Shop, text: str = "SPRING", limits: dict[str, Any] | None = None, **coupon: Any) -> str:
    made = shop.stripe.api.coupons.create({"duration": "once", **coupon})  # type: ignore[typeddict-item]
    promotion: Any = {"promotion": {"type": "coupon", "coupon": made.id}, "code": text, **(limits or {})}
    return shop.stripe.api.promotion_codes.create(promotion).id


def invoices(shop: Shop) -> list[sdk.Invoice]:
    """Oldest first."""
    return shop.stripe.api.invoices.list({"customer": shop.customer, "limit": 100}).data[::-1]


# Codes -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("coupon", "paid"),
    [
        ({"percent_off": 20, "duration": "once"}, [400, 500, 500]),
        ({"percent_off": 20, "duration": "repeating", "duration_in_months": 2}, [400, 400, 500]),
        ({"amount_off": 150, "currency": "usd", "duration": "forever"}, [350, 350, 350]),
        ({"amount_off": 900, "currency": "usd", "duration": "once"}, [0, 500, 500]),
    ],
)
def test_a_code_takes_off_what_its_coupon_says_and_as_long(
    shop: Shop, coupon: dict[str, Any], paid: list[int]
) -> None:
    code_for(shop, **coupon)
    page = shop.open(allow_promotion_codes=True)
    shop.stripe.pay(str(page.url), code="spring")
    shop.stripe.advance(shop.customer, days=62)

    assert [one.amount_paid for one in invoices(shop)] == paid
    assert shop.subscription().status == "active"
    session = shop.stripe.api.checkout.sessions.retrieve(page.id)
    assert (session.amount_total, session.total_details.amount_discount) == (paid[0], 500 - paid[0])
    assert session.discounts[0].promotion_code


@pytest.mark.parametrize("today", ["2026-12-01", "2027-01-31", "2027-02-28", "2027-03-31", "2027-08-31"])
def test_months_of_a_code_are_payments_however_long_months_are(
    shop: Shop, today: str, time_machine: TimeMachineFixture
) -> None:
    time_machine.move_to(f"{today}T12:00:00+00:00")
    code_for(shop, percent_off=20, duration="repeating", duration_in_months=2)
    shop.stripe.pay(str(shop.open(allow_promotion_codes=True).url), code="spring")
    shop.stripe.advance(shop.customer, days=62)
    assert [one.amount_paid for one in invoices(shop)] == [400, 400, 500]


@pytest.mark.parametrize(
    "limits", [{"active": False}, {"expires_at": 1}, {"max_redemptions": 1}, {"customer": "another"}]
)
def test_a_code_that_may_not_be_used_is_said_so_and_nothing_is_paid(
    shop: Shop, limits: dict[str, Any]
) -> None:
    if "customer" in limits:
        limits = {"customer": shop.stripe.api.customers.create({"email": "a@b.c"}).id}
    code_for(shop, percent_off=50, limits=limits)
    if "max_redemptions" in limits:
        shop.stripe.pay(str(shop.open(allow_promotion_codes=True).url), code="SPRING")
        shop.stripe.api.subscriptions.cancel(shop.subscription().id)
    before = len(invoices(shop))

    page = shop.open(allow_promotion_codes=True)
    assert shop.stripe.pay(str(page.url), code="SPRING") == ""

    assert b"cannot be used" in shop.stripe.visit(str(page.url), card=GOOD, code="SPRING").read()
    assert len(invoices(shop)) == before


def test_a_code_is_applied_and_shown_before_anything_is_paid(shop: Shop) -> None:
    code_for(shop, percent_off=20)
    page = shop.open(allow_promotion_codes=True)

    shown = shop.stripe.visit(str(page.url), code="SPRING", apply="1").read().decode()

    assert "$4.00" in shown
    assert invoices(shop) == []


# Tax -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("behavior", "total", "tax"), [("exclusive", 595, 95), ("inclusive", 500, 80)])
def test_tax_is_added_or_contained_as_the_price_says(shop: Shop, behavior: str, total: int, tax: int) -> None:
    params: Any = {
        "product": shop.product, "unit_amount": 500, "currency": "usd", "recurring": {"interval": "month"},
        "tax_behavior": behavior,
    }  # fmt: skip
    shop.monthly = shop.stripe.api.prices.create(params).id
    page = shop.open(automatic_tax={"enabled": True}, customer_update={"address": "auto"})
    assert page.automatic_tax.status == "requires_location_inputs"

    shop.stripe.pay(str(page.url), country="DE")

    (invoice,) = invoices(shop)
    assert (invoice.total, invoice.total_taxes[0].amount, invoice.automatic_tax.status) == (
        total,
        tax,
        "complete",
    )
    assert shop.subscription().automatic_tax.enabled
    assert shop.stripe.api.checkout.sessions.retrieve(page.id).total_details.amount_tax == tax
    assert shop.stripe.api.customers.retrieve(shop.customer).address.country == "DE"


# Paid once -------------------------------------------------------------------------------------------------------


def once(shop: Shop, **more: Any) -> sdk.checkout.Session:
    return shop.stripe.api.checkout.sessions.create({
        "mode": "payment",
        "customer": shop.customer,
        "line_items": [
            {"quantity": 1, "price_data": {"currency": "usd", "unit_amount": 5000, "product": shop.product}}
        ],
        "payment_intent_data": {"metadata": {"gift": "7"}},
        "success_url": "http://site.example/return/?session_id={CHECKOUT_SESSION_ID}",
        **more,
    })  # fmt: skip


def test_something_is_paid_for_once_and_begins_no_subscription(shop: Shop) -> None:
    page = once(shop)
    assert shop.stripe.pay(str(page.url)).startswith("http://site.example/return/")

    session = shop.stripe.api.checkout.sessions.retrieve(
        page.id, {"expand": ["payment_intent.latest_charge"]}
    )
    assert (session.status, session.payment_status, session.amount_total) == ("complete", "paid", 5000)
    charge = session.payment_intent.latest_charge
    assert (charge.amount, charge.metadata["gift"], charge.customer) == (5000, "7", shop.customer)
    assert session.subscription is None
    assert not shop.stripe.api.subscriptions.list({"customer": shop.customer, "status": "all"}).data
    told = [event["type"] for event in shop.stripe.events()]
    assert told[-2:] == ["payment_intent.succeeded", "checkout.session.completed"]


def test_a_declined_card_pays_for_nothing_and_another_one_may(shop: Shop) -> None:
    page = once(shop)
    assert shop.stripe.pay(str(page.url), DECLINED) == ""
    assert shop.stripe.pay(str(page.url), GOOD)
    assert len([one for one in shop.stripe.api.charges.list().data if one.paid]) == 1


@pytest.mark.parametrize(("answer", "status"), [("approve", "complete"), ("deny", "open")])
def test_the_bank_is_asked_about_it_too(shop: Shop, answer: str, status: str) -> None:
    page = once(shop)
    bank = shop.stripe.pay(str(page.url), ASKS)
    shop.stripe.approve(bank, answer)
    assert shop.stripe.api.checkout.sessions.retrieve(page.id).status == status


# Another plan ----------------------------------------------------------------------------------------------------


def yearly(shop: Shop, subscription: sdk.Subscription) -> list[Any]:
    return [{"id": subscription.items.data[0].id, "price": shop.yearly}]


def test_a_preview_says_what_a_change_costs_and_changes_nothing(shop: Shop) -> None:
    subscription = shop.subscribe()
    before = (shop.stripe.events(), len(invoices(shop)))

    preview = shop.stripe.api.invoices.create_preview({
        "subscription": subscription.id,
        "subscription_details": {"items": yearly(shop, subscription), "proration_behavior": "always_invoice"},
    })  # fmt: skip

    assert [line.amount for line in preview.lines.data] == [-500, 5000]
    assert preview.lines.data[0].parent.subscription_item_details.proration
    assert (preview.amount_due, preview.status, preview.id[:9]) == (4500, "draft", "upcoming_")
    assert (shop.stripe.events(), len(invoices(shop))) == before
    assert shop.subscription().items.data[0].price.id == shop.monthly


def test_without_a_change_the_preview_is_the_next_renewal(shop: Shop) -> None:
    code_for(shop, percent_off=20, duration="forever")
    shop.stripe.pay(str(shop.open(allow_promotion_codes=True).url), code="SPRING")
    one = shop.subscription().id

    assert shop.stripe.api.invoices.create_preview({"subscription": one}).amount_due == 400

    shop.stripe.api.subscriptions.update(one, {"cancel_at_period_end": True})
    with pytest.raises(sdk.InvalidRequestError, match="No upcoming invoices"):
        shop.stripe.api.invoices.create_preview({"subscription": one})


def test_half_a_month_comes_back_and_the_year_begins_today(shop: Shop) -> None:
    subscription = shop.subscribe()
    start, end = (
        getattr(subscription.items.data[0], name) for name in ("current_period_start", "current_period_end")
    )
    shop.stripe.advance(shop.customer, seconds=(end - start) // 2)

    shop.stripe.api.subscriptions.update(
        subscription.id, {"items": yearly(shop, subscription), "proration_behavior": "always_invoice"}
    )

    changed = shop.subscription()
    assert invoices(shop)[-1].amount_paid == pytest.approx(4750, abs=1)
    assert invoices(shop)[-1].billing_reason == "subscription_update"
    assert (
        changed.items.data[0].current_period_end - changed.items.data[0].current_period_start > 364 * 86_400
    )
    assert changed.items.data[0].price.id == shop.yearly


def test_back_to_the_month_the_rest_of_the_year_pays_for_the_next_months(shop: Shop) -> None:
    shop.monthly, shop.yearly = shop.yearly, shop.monthly
    subscription = shop.subscribe()
    shop.stripe.api.subscriptions.update(
        subscription.id, {"items": yearly(shop, subscription), "proration_behavior": "always_invoice"}
    )
    assert shop.stripe.api.customers.retrieve(shop.customer).balance == -4500
    assert invoices(shop)[-1].amount_due == 0

    shop.stripe.advance(shop.customer, days=62)

    assert [one.amount_paid for one in invoices(shop)] == [5000, 0, 0, 0]
    assert shop.stripe.api.customers.retrieve(shop.customer).balance == -3500


def configured(shop: Shop) -> str:
    products = [{"product": shop.product, "prices": [shop.monthly, shop.yearly]}]
    features: Any = {
        "payment_method_update": {"enabled": True},
        "subscription_update": {
            "enabled": True, "default_allowed_updates": ["price"], "products": products,
            "proration_behavior": "always_invoice",
        },
    }  # fmt: skip
    return shop.stripe.api.billing_portal.configurations.create({"features": features}).id


def confirm(shop: Shop, subscription: sdk.Subscription, items: list[Any]) -> str:
    flow: Any = {
        "type": "subscription_update_confirm",
        "subscription_update_confirm": {"subscription": subscription.id, "items": items},
        "after_completion": {"type": "redirect", "redirect": {"return_url": "http://site.example/back/"}},
    }
    return shop.stripe.api.billing_portal.sessions.create(
        {"customer": shop.customer, "configuration": configured(shop), "flow_data": flow}
    ).url


def test_the_portal_shows_what_is_due_and_changes_the_plan_once_confirmed(shop: Shop) -> None:
    subscription = shop.subscribe()
    page = confirm(shop, subscription, yearly(shop, subscription))
    path = f"{page}/change/{subscription.id}"

    shown = shop.stripe.visit(path).read().decode()
    assert all(words in shown for words in ("Unused time on", "−$5.00", "$50.00", "$45.00"))
    assert shop.subscription().items.data[0].price.id == shop.monthly

    assert shop.stripe.send(path) == "http://site.example/back/"
    assert shop.subscription().items.data[0].price.id == shop.yearly
    assert shop.stripe.send(path), "sent again, it is done already"
    assert [one.amount_paid for one in invoices(shop)] == [500, 4500]


def test_a_change_that_cannot_be_paid_is_not_made(shop: Shop) -> None:
    subscription = shop.subscribe()
    path = f"{confirm(shop, subscription, yearly(shop, subscription))}/change/{subscription.id}"
    shop.stripe.control("decline_next")

    assert shop.stripe.send(path) == ""

    assert shop.subscription().items.data[0].price.id == shop.monthly
    assert len(invoices(shop)) == 1


def test_the_portal_changes_only_to_what_it_was_told_to_sell(shop: Shop) -> None:
    subscription = shop.subscribe(FAILS_LATER)
    item = subscription.items.data[0].id
    for asked, words in [
        ({"id": item, "price": shop.monthly}, "does not change"),
        ({"id": "si_none", "price": shop.yearly}, "No such subscription_item"),
        ({"id": item, "price": "price_none"}, "not among those"),
    ]:
        with pytest.raises(sdk.InvalidRequestError, match=words):
            confirm(shop, subscription, [asked])
    shop.stripe.advance(shop.customer, days=32)
    with pytest.raises(sdk.InvalidRequestError, match="present state"):
        confirm(shop, subscription, yearly(shop, subscription))


# Later, or not now -----------------------------------------------------------------------------------------------


def test_a_later_date_moves_the_next_charge_there(shop: Shop) -> None:
    subscription = shop.subscribe()
    until = subscription.items.data[0].current_period_end + 60 * 86_400

    moved = shop.stripe.api.subscriptions.update(
        subscription.id, {"trial_end": until, "proration_behavior": "none"}
    )

    assert (moved.status, moved.trial_end, moved.items.data[0].current_period_end) == (
        "trialing",
        until,
        until,
    )
    shop.stripe.advance(shop.customer, days=80)
    assert [one.amount_paid for one in invoices(shop)] == [500, 0]
    shop.stripe.advance(shop.customer, days=13)
    assert [one.amount_paid for one in invoices(shop)] == [500, 0, 500]
    assert shop.subscription().status == "active"


def test_a_pause_with_a_date_ends_by_itself(shop: Shop) -> None:
    subscription = shop.subscribe()
    resumes = subscription.items.data[0].current_period_end + 20 * 86_400
    shop.stripe.api.subscriptions.update(
        subscription.id, {"pause_collection": {"behavior": "void", "resumes_at": resumes}}
    )
    shop.stripe.advance(shop.customer, days=40)
    assert shop.subscription().pause_collection
    shop.stripe.advance(shop.customer, days=45)

    assert shop.subscription().pause_collection is None
    assert [one.status for one in invoices(shop)] == ["paid", "void", "paid"]


def test_a_new_anchor_begins_a_paid_period_at_once(shop: Shop) -> None:
    subscription = shop.subscribe()
    shop.stripe.advance(shop.customer, days=10)

    shop.stripe.api.subscriptions.update(
        subscription.id, {"billing_cycle_anchor": {"type": "now"}, "proration_behavior": "none"}
    )

    assert [one.amount_paid for one in invoices(shop)] == [500, 500]


def test_the_same_seed_tells_the_same_story(stripe: LocalStripe, shop: Shop) -> None:
    """What a preview tried out leaves no trace, not even in the ids."""
    store = stripe.server.store
    subscription = shop.subscribe()
    before = store.recall("ids")
    with store.undone():
        store.new_id("cus")
        store.forget(subscription.id)
    assert (store.recall("ids"), store.find("subscription", subscription.id) is not None) == (before, True)
