"""Lives of members: cards, trials, renewals, failures and endings, each as Stripe would have it."""

from __future__ import annotations

import pytest
import stripe as sdk

from billing.standin.clock import now
from billing.standin.life.periods import end_of
from tests.billing.local_stripe import ASKS, DECLINED, FAILS_LATER, GOOD, INSUFFICIENT
from tests.billing.standin.conftest import Shop

DAY = 86_400
MONTH = {"recurring": {"interval": "month", "interval_count": 1}}


def portal(shop: Shop, **more: object) -> sdk.billing_portal.Session:
    features = ("subscription_cancel", "payment_method_update", "invoice_history")
    configuration = shop.stripe.api.billing_portal.configurations.create(
        {"features": {feature: {"enabled": True} for feature in features}}  # type: ignore[typeddict-item]
    )
    return shop.stripe.api.billing_portal.sessions.create({
        "customer": shop.customer, "configuration": configuration.id, "return_url": "http://site.example/account/",
        **more,
    })  # fmt: skip


# Checkout --------------------------------------------------------------------------------------------------------


def test_a_good_card_makes_a_member(shop: Shop) -> None:
    session = shop.open(client_reference_id="7", subscription_data={"metadata": {"user": "7"}})
    where = shop.stripe.pay(session.url, GOOD)
    assert where == f"http://site.example/return/?session_id={session.id}"
    session = shop.stripe.api.checkout.sessions.retrieve(session.id)
    subscription = shop.subscription()
    assert (session.status, session.payment_status, session.url) == ("complete", "paid", None)
    assert (session.subscription, session.client_reference_id) == (subscription.id, "7")
    assert (subscription.status, subscription.metadata["user"]) == ("active", "7")
    item = subscription.items.data[0]
    assert 28 * DAY <= item.current_period_end - item.current_period_start <= 31 * DAY


@pytest.mark.parametrize("card", [DECLINED, INSUFFICIENT])
def test_a_bad_card_makes_nothing_and_the_page_stays(shop: Shop, card: str) -> None:
    session = shop.open()
    assert shop.stripe.pay(session.url, card) == ""
    assert shop.stripe.api.subscriptions.list({"customer": shop.customer, "status": "all"}).data == []
    assert shop.stripe.pay(session.url, GOOD).startswith("http://site.example/return/")


def test_an_approved_card_pays_and_the_bank_does_not_ask_again(shop: Shop) -> None:
    session = shop.open()
    bank = shop.stripe.pay(session.url, ASKS)
    assert bank.startswith("/3ds/pi_")
    assert shop.subscription().status == "incomplete"
    assert shop.stripe.approve(bank).startswith("http://site.example/return/")
    assert shop.subscription().status == "active"
    shop.stripe.advance(shop.customer, days=32)
    assert shop.subscription().status == "active"


def test_a_refused_approval_leaves_the_first_payment_open_for_another_card(shop: Shop) -> None:
    session = shop.open()
    bank = shop.stripe.pay(session.url, ASKS)
    assert shop.stripe.approve(bank, "deny") == f"/c/pay/{session.id}?denied=1"
    assert shop.subscription().status == "incomplete"
    shop.stripe.pay(session.url, GOOD)
    (subscription,) = shop.stripe.api.subscriptions.list({"customer": shop.customer, "status": "all"}).data
    assert subscription.status == "active"


def test_an_abandoned_approval_can_be_finished_on_the_invoice(shop: Shop) -> None:
    shop.stripe.pay(shop.open().url, ASKS)
    invoice = shop.stripe.api.invoices.retrieve(shop.subscription().latest_invoice)
    assert shop.stripe.pay(invoice.hosted_invoice_url, GOOD) == f"/i/{invoice.id}"
    assert shop.subscription().status == "active"
    assert shop.stripe.api.checkout.sessions.list().data[0].status == "complete"


def test_an_abandoned_approval_expires_after_23_hours(shop: Shop) -> None:
    shop.stripe.pay(shop.open().url, ASKS)
    shop.stripe.advance(shop.customer, hours=22)
    assert shop.subscription().status == "incomplete"
    shop.stripe.advance(shop.customer, hours=1.5)
    subscription = shop.subscription()
    assert subscription.status == "incomplete_expired"
    assert shop.stripe.api.invoices.retrieve(subscription.latest_invoice).status == "void"


def test_a_session_expires_by_itself_and_by_request(shop: Shop) -> None:
    sessions = shop.stripe.api.checkout.sessions
    first, second = shop.open(), shop.open()
    assert sessions.expire(first.id).status == "expired"
    with pytest.raises(sdk.InvalidRequestError):
        sessions.expire(first.id)
    shop.stripe.advance(shop.customer, hours=25)
    assert sessions.retrieve(second.id).status == "expired"
    assert sessions.list({"customer": shop.customer, "status": "open"}).data == []
    assert shop.stripe.pay(second.url, GOOD) == ""
    assert shop.stripe.api.subscriptions.list({"customer": shop.customer}).data == []


# Renewal ---------------------------------------------------------------------------------------------------------


def test_a_member_renews_month_after_month(shop: Shop) -> None:
    first = shop.subscribe()
    shop.stripe.advance(shop.customer, days=65)
    subscription = shop.subscription()
    item = subscription.items.data[0]
    assert subscription.id == first.id
    assert subscription.status == "active"
    assert item.current_period_start <= now() < item.current_period_end
    paid = shop.stripe.api.invoices.list({"subscription": first.id, "status": "paid"}).data
    assert [one.billing_reason for one in paid] == ["subscription_cycle"] * 2 + ["subscription_create"]


def test_a_failed_renewal_rolls_the_period_all_the_same(shop: Shop) -> None:
    shop.subscribe(FAILS_LATER)
    shop.stripe.advance(shop.customer, days=32)
    subscription = shop.subscription()
    assert subscription.status == "past_due"
    assert subscription.items.data[0].current_period_end > now()
    invoice = shop.stripe.api.invoices.retrieve(subscription.latest_invoice)
    assert (invoice.status, invoice.attempt_count) == ("open", 1)
    assert invoice.next_payment_attempt > now()
    assert invoice.status_transitions.finalized_at == subscription.items.data[0].current_period_start


def test_after_four_more_tries_the_subscription_is_cancelled(shop: Shop) -> None:
    shop.subscribe(FAILS_LATER)
    shop.stripe.advance(shop.customer, days=55)
    subscription = shop.subscription()
    assert (subscription.status, subscription.cancellation_details.reason) == ("canceled", "payment_failed")
    assert shop.stripe.api.invoices.retrieve(subscription.latest_invoice).attempt_count == 5
    assert len(shop.stripe.events("invoice.payment_failed")) == 5


def test_or_left_unpaid_when_that_was_chosen(shop: Shop) -> None:
    shop.stripe.control("after_retries", then="unpaid")
    shop.subscribe(FAILS_LATER)
    shop.stripe.advance(shop.customer, days=55)
    assert shop.subscription().status == "unpaid"


def test_a_new_card_in_the_portal_pays_what_is_owed_when_it_is_asked_for(shop: Shop) -> None:
    shop.subscribe(FAILS_LATER)
    shop.stripe.advance(shop.customer, days=32)
    session = portal(shop, flow_data={
        "type": "payment_method_update",
        "after_completion": {"type": "redirect", "redirect": {"return_url": "http://site.example/fixed/"}},
    })  # fmt: skip
    assert shop.stripe.portal(session.url, "card", card=DECLINED) == ""
    assert shop.stripe.portal(session.url, "card", card=GOOD) == "http://site.example/fixed/"
    assert shop.subscription().status == "past_due", "Stripe does not ask by itself before its next try"

    shop.stripe.api.invoices.pay(shop.subscription().latest_invoice)

    subscription = shop.subscription()
    assert subscription.status == "active"
    assert shop.stripe.api.invoices.retrieve(subscription.latest_invoice).status == "paid"


def test_a_payment_may_be_made_to_fail_by_order(shop: Shop) -> None:
    shop.stripe.control("decline_next")
    session = shop.open()
    assert shop.stripe.pay(session.url, GOOD) == ""
    assert shop.stripe.pay(session.url, GOOD)
    assert shop.subscription().status == "active"


def test_an_open_invoice_is_paid_by_request_or_declined(shop: Shop) -> None:
    shop.subscribe(FAILS_LATER)
    shop.stripe.advance(shop.customer, days=32)
    api, invoice = shop.stripe.api, str(shop.subscription().latest_invoice)
    with pytest.raises(sdk.CardError) as declined:
        api.invoices.pay(invoice)
    assert declined.value.code == "card_declined"
    assert api.invoices.retrieve(invoice).attempt_count == 2
    card = api.payment_methods.attach("pm_card_visa", {"customer": shop.customer})
    assert api.invoices.pay(invoice, {"payment_method": card.id}).status == "paid"
    assert shop.subscription().status == "active"


@pytest.mark.parametrize(
    ("anchor", "start", "end"),
    [
        ("2026-01-31", "2026-01-31", "2026-02-28"),
        ("2026-01-31", "2026-02-28", "2026-03-31"),
        ("2024-02-29", "2024-02-29", "2024-03-29"),
        ("2026-01-15", "2026-02-20", "2026-03-20"),
    ],
)
def test_months_end_where_the_calendar_lets_them(anchor: str, start: str, end: str) -> None:
    from datetime import UTC, datetime

    def at(day: str) -> int:
        return int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp())

    assert end_of(at(start), MONTH, at(anchor)) == at(end)


# Leaving ---------------------------------------------------------------------------------------------------------


def test_the_portal_cancels_with_a_date_and_leaves_the_flag_down(shop: Shop) -> None:
    ident = shop.subscribe().id
    session = portal(shop)
    assert shop.stripe.portal(session.url, "cancel", ident) == f"/p/session/{session.id}"
    subscription = shop.subscription()
    assert subscription.cancel_at == subscription.items.data[0].current_period_end
    assert (subscription.status, subscription.cancel_at_period_end) == ("active", False)
    assert subscription.cancellation_details.reason == "cancellation_requested"
    shop.stripe.portal(session.url, "keep", ident)
    kept = shop.subscription()
    assert (kept.cancel_at, kept.canceled_at, kept.cancel_at_period_end) == (None, None, False)


def test_what_is_not_flexible_is_cancelled_the_older_way(shop: Shop) -> None:
    ident = shop.subscribe(subscription_data={"billing_mode": {"type": "classic"}}).id
    shop.stripe.portal(portal(shop).url, "cancel", ident)
    assert shop.subscription().cancel_at_period_end is True


def test_a_request_cancels_with_the_flag_alone(shop: Shop) -> None:
    ident, subscriptions = shop.subscribe().id, shop.stripe.api.subscriptions
    leaving = subscriptions.update(ident, {"cancel_at_period_end": True})
    assert (leaving.cancel_at_period_end, leaving.cancel_at) == (True, None)
    assert subscriptions.update(ident, {"cancel_at_period_end": False}).canceled_at is None
    with pytest.raises(sdk.InvalidRequestError):
        subscriptions.update(ident, {"cancel_at_period_end": True, "cancel_at": now() + DAY})


def test_who_left_stays_to_the_end_of_the_period_and_is_not_charged_again(shop: Shop) -> None:
    ident = shop.subscribe().id
    shop.stripe.portal(portal(shop).url, "cancel", ident)
    shop.stripe.advance(shop.customer, days=20)
    assert shop.subscription().status == "active"
    shop.stripe.advance(shop.customer, days=20)
    gone = shop.subscription()
    assert (gone.status, gone.ended_at) == ("canceled", gone.cancel_at)
    assert len(shop.stripe.api.invoices.list({"customer": shop.customer}).data) == 1
    assert shop.stripe.events()[-1]["type"] == "customer.subscription.deleted"


def test_cancelling_at_once_ends_it_and_cannot_be_done_twice(shop: Shop) -> None:
    ident, subscriptions = shop.subscribe().id, shop.stripe.api.subscriptions
    assert subscriptions.cancel(ident, {"cancellation_details": {"comment": "bye"}}).status == "canceled"
    with pytest.raises(sdk.InvalidRequestError) as refused:
        subscriptions.cancel(ident)
    assert refused.value.code == "resource_missing"
    with pytest.raises(sdk.InvalidRequestError):
        subscriptions.update(ident, {"cancel_at_period_end": True})
    assert subscriptions.list({"customer": shop.customer}).data == []
    assert [one.id for one in subscriptions.list({"customer": shop.customer, "status": "ended"}).data] == [
        ident
    ]


def test_the_way_out_is_shown_only_when_there_is_something_to_leave(shop: Shop) -> None:
    ident = shop.subscribe().id
    flow = {"type": "subscription_cancel", "subscription_cancel": {"subscription": ident}}
    session = portal(shop, flow_data=flow)
    assert shop.stripe.visit(session.url).headers["Location"] == f"/p/session/{session.id}/cancel/{ident}"
    assert shop.stripe.portal(session.url, "cancel", ident) == f"/p/session/{session.id}"
    with pytest.raises(sdk.InvalidRequestError, match="already set to be canceled"):
        portal(shop, flow_data=flow)


def test_nobody_cancels_for_somebody_else(shop: Shop) -> None:
    theirs = shop.subscribe().id
    shop.customer = shop.stripe.api.customers.create({"email": "other@site.example"}).id
    session = portal(shop)
    shop.stripe.portal(session.url, "cancel", theirs)
    assert shop.stripe.api.subscriptions.retrieve(theirs).cancel_at is None


def test_the_portal_needs_a_configuration_and_does_what_it_allows(shop: Shop) -> None:
    ident, api = shop.subscribe().id, shop.stripe.api
    with pytest.raises(sdk.InvalidRequestError, match="No configuration provided"):
        api.billing_portal.sessions.create({"customer": shop.customer})
    bare = api.billing_portal.configurations.create({"features": {"invoice_history": {"enabled": True}}})
    session = api.billing_portal.sessions.create({"customer": shop.customer, "configuration": bare.id})
    shop.stripe.portal(session.url, "cancel", ident)
    assert shop.subscription().cancel_at is None
    with pytest.raises(sdk.InvalidRequestError, match="not enabled"):
        api.billing_portal.sessions.create({
            "customer": shop.customer, "configuration": bare.id, "flow_data": {"type": "payment_method_update"},
        })  # fmt: skip


# Trials and pauses -----------------------------------------------------------------------------------------------


def trial(shop: Shop, *, card: str | None = None, missing: str = "cancel") -> sdk.Subscription:
    session = shop.open(
        payment_method_collection="if_required",
        subscription_data={
            "trial_period_days": 7,
            "trial_settings": {"end_behavior": {"missing_payment_method": missing}},
        },
    )
    if card:
        shop.stripe.api.payment_methods.attach(card, {"customer": shop.customer})
    shop.stripe.send(session.url)
    assert shop.stripe.api.checkout.sessions.retrieve(session.id).payment_status == "no_payment_required"
    return shop.subscription()


def test_a_trial_without_a_card_ends_in_nothing(shop: Shop) -> None:
    subscription = trial(shop)
    assert (subscription.status, subscription.trial_end) == (
        "trialing",
        subscription.items.data[0].current_period_end,
    )
    shop.stripe.advance(shop.customer, days=5)
    assert len(shop.stripe.events("customer.subscription.trial_will_end")) == 1
    shop.stripe.advance(shop.customer, days=3)
    assert shop.subscription().status == "canceled"
    assert all(one.amount_due == 0 for one in shop.stripe.api.invoices.list({"customer": shop.customer}).data)


def test_a_trial_may_end_in_a_pause_and_be_resumed(shop: Shop) -> None:
    ident = trial(shop, missing="pause").id
    shop.stripe.advance(shop.customer, days=8)
    assert shop.subscription().status == "paused"
    api = shop.stripe.api
    card = api.payment_methods.attach("pm_card_visa", {"customer": shop.customer})
    api.customers.update(shop.customer, {"invoice_settings": {"default_payment_method": card.id}})
    resumed = api.subscriptions.resume(ident)
    assert (resumed.status, resumed.items.data[0].current_period_start >= now() - 5) == ("active", True)


def test_a_trial_with_a_card_becomes_a_paid_month(shop: Shop) -> None:
    shop.stripe.pay(shop.open(subscription_data={"trial_period_days": 7}).url, GOOD)
    assert shop.subscription().status == "trialing"
    shop.stripe.advance(shop.customer, days=8)
    subscription = shop.subscription()
    assert subscription.status == "active"
    assert shop.stripe.api.invoices.retrieve(subscription.latest_invoice).amount_paid == 500


@pytest.mark.parametrize(
    ("behavior", "status"),
    [("void", "void"), ("keep_as_draft", "draft"), ("mark_uncollectible", "uncollectible")],
)
def test_while_collection_is_paused_nothing_is_charged(shop: Shop, behavior: str, status: str) -> None:
    ident, api = shop.subscribe().id, shop.stripe.api
    api.subscriptions.update(ident, {"pause_collection": {"behavior": behavior}})
    shop.stripe.advance(shop.customer, days=32)
    subscription = shop.subscription()
    assert subscription.status == "active"
    assert api.invoices.retrieve(subscription.latest_invoice).status == status
    assert api.subscriptions.update(ident, {"pause_collection": ""}).pause_collection is None


def test_a_subscription_made_by_request_takes_the_customers_card(shop: Shop) -> None:
    api = shop.stripe.api
    order = {"customer": shop.customer, "items": [{"price": shop.yearly}]}
    with pytest.raises(sdk.InvalidRequestError, match="no attached payment source"):
        api.subscriptions.create(order)
    assert api.subscriptions.list({"customer": shop.customer, "status": "all"}).data == []
    with pytest.raises(sdk.CardError):
        api.payment_methods.attach("pm_card_chargeDeclined", {"customer": shop.customer})
    card = api.payment_methods.attach("pm_card_visa", {"customer": shop.customer})
    made = api.subscriptions.create({**order, "default_payment_method": card.id})
    assert made.status == "active"
    assert made.items.data[0].current_period_end - now() > 364 * DAY
    waiting = api.subscriptions.create({**order, "payment_behavior": "default_incomplete"})
    assert waiting.status == "incomplete"


def test_any_word_may_be_a_status(shop: Shop) -> None:
    ident = shop.subscribe().id
    shop.stripe.control("set_status", subscription=ident, status="hibernating")
    assert shop.subscription().status == "hibernating"
    assert shop.stripe.visit(portal(shop).url).status == 200
