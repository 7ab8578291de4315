"""The API: endpoints, filters, pages, expansion, keys and refusals, all through the real SDK."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

import pytest
import stripe as sdk

from tests.billing.local_stripe import LocalStripe
from tests.billing.standin.conftest import Shop


def client(stripe: LocalStripe, key: str = "sk_test_standin", retries: int = 0) -> Any:
    return sdk.StripeClient(key, base_addresses={"api": stripe.url}, max_network_retries=retries).v1


# Keys ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["sk_live_1", "rk_live_1", "pk_test_1", "sk_tset_1"])
def test_any_key_but_a_test_key_is_refused(stripe: LocalStripe, key: str) -> None:
    with pytest.raises(sdk.AuthenticationError):
        client(stripe, key).customers.list()


@pytest.mark.parametrize("key", ["sk_test_1", "rk_test_1"])
def test_any_test_key_opens(stripe: LocalStripe, key: str) -> None:
    assert client(stripe, key).customers.list().data == []


def test_a_foreign_host_name_is_refused(stripe: LocalStripe) -> None:
    request = urllib.request.Request(f"{stripe.url}/", headers={"Host": "evil.example:80"})
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request)
    assert refused.value.code == 403


# Idempotency -----------------------------------------------------------------------------------------------------


def test_the_same_key_makes_one_customer_and_says_so(stripe: LocalStripe) -> None:
    options = {"idempotency_key": "one"}
    first = stripe.api.customers.create({"email": "a@b.c"}, options)
    second = stripe.api.customers.create({"email": "a@b.c"}, options)
    assert first.id == second.id
    assert second.last_response.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.last_response.headers
    assert len(stripe.api.customers.list().data) == 1


def test_the_same_key_for_something_else_is_an_error(stripe: LocalStripe) -> None:
    stripe.api.customers.create({"email": "a@b.c"}, {"idempotency_key": "one"})
    with pytest.raises(sdk.IdempotencyError):
        stripe.api.customers.create({"email": "other@b.c"}, {"idempotency_key": "one"})


def test_parameters_that_make_no_sense_use_no_key_up(stripe: LocalStripe) -> None:
    with pytest.raises(sdk.InvalidRequestError):
        stripe.api.customers.create({"emial": "a@b.c"}, {"idempotency_key": "one"})
    assert stripe.api.customers.create({"email": "a@b.c"}, {"idempotency_key": "one"}).id


# Refusals --------------------------------------------------------------------------------------------------------


def test_what_is_not_there_is_missing_by_name(stripe: LocalStripe) -> None:
    with pytest.raises(sdk.InvalidRequestError) as refused:
        stripe.api.subscriptions.retrieve("sub_none")
    assert (refused.value.http_status, refused.value.code) == (404, "resource_missing")
    with pytest.raises(sdk.InvalidRequestError) as refused:
        stripe.api.billing_portal.sessions.create({"customer": "cus_none"})
    assert (refused.value.http_status, refused.value.code, refused.value.param) == (
        400,
        "resource_missing",
        "customer",
    )
    assert refused.value.request_id.startswith("req_")


def test_an_endpoint_that_it_does_not_know_says_so(stripe: LocalStripe) -> None:
    with pytest.raises(sdk.InvalidRequestError, match="Unrecognized request URL"):
        stripe.api.payouts.list()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"mode": "payment"}, "recurring price"),
        ({"mode": "setup"}, "keeps no cards"),
        ({"payment_intent_data": {"description": "x"}}, "only be used in `payment` mode"),
        ({"automatic_tax": {"enabled": True}}, "valid address"),
        ({"tax_id_collection": {"enabled": True}}, "customer_update"),
        ({"discounts": [{"coupon": "none"}]}, "No such coupon"),
        ({"line_items": []}, "line_items"),
        ({"customer_email": "a@b.c"}, "only specify one"),
        ({"customer_creation": "always"}, "payment"),
        ({"allow_promotion_codes": True, "discounts": [{"coupon": "x"}]}, "only specify one"),
        ({"expires_at": 1}, "30 minutes"),
        ({"line_items": [{"price": "price_none", "quantity": 1}]}, "No such price"),
    ],
)
def test_a_checkout_that_stripe_would_refuse_is_refused(
    shop: Shop, change: dict[str, Any], words: str
) -> None:
    with pytest.raises(sdk.InvalidRequestError, match=words):
        shop.open(**change)
    assert shop.stripe.api.checkout.sessions.list().data == []


def test_a_price_that_is_no_longer_sold_cannot_be_checked_out(shop: Shop) -> None:
    shop.stripe.api.prices.update(shop.monthly, {"active": False})
    with pytest.raises(sdk.InvalidRequestError) as refused:
        shop.open()
    assert refused.value.code == "price_inactive"


# Things ----------------------------------------------------------------------------------------------------------


def test_prices_are_found_by_their_lookup_keys(shop: Shop) -> None:
    found = shop.stripe.api.prices.list({"lookup_keys": ["plus_yearly", "nothing"], "active": True}).data
    assert [price.id for price in found] == [shop.yearly]


def test_a_lookup_key_is_handed_on_only_when_asked(shop: Shop) -> None:
    new: Any = {
        "product": shop.product, "unit_amount": 700, "currency": "usd", "recurring": {"interval": "month"},
        "lookup_key": "plus_monthly",
    }  # fmt: skip
    with pytest.raises(sdk.InvalidRequestError, match="already uses"):
        shop.stripe.api.prices.create(new)
    price = shop.stripe.api.prices.create({**new, "transfer_lookup_key": True})
    assert [one.id for one in shop.stripe.api.prices.list({"lookup_keys": ["plus_monthly"]}).data] == [
        price.id
    ]
    assert shop.stripe.api.prices.retrieve(shop.monthly).lookup_key is None


def test_customers_are_made_found_changed_and_deleted(shop: Shop) -> None:
    customers = shop.stripe.api.customers
    customers.update(shop.customer, {"email": "new@site.example", "metadata": {"user": "1", "old": "x"}})
    customers.update(shop.customer, {"metadata": {"old": ""}})
    (found,) = customers.list({"email": "new@site.example"}).data
    assert found.metadata.to_dict() == {"user": "1"}
    customers.delete(shop.customer)
    gone = customers.retrieve(shop.customer)
    assert gone.to_dict() == {"id": shop.customer, "object": "customer", "deleted": True}
    assert customers.list().data == []
    with pytest.raises(sdk.InvalidRequestError):
        customers.update(shop.customer, {"email": "late@site.example"})


def test_deleting_a_customer_cancels_what_they_had(shop: Shop) -> None:
    shop.subscribe()
    shop.stripe.control("delete_customer", customer=shop.customer)
    assert shop.subscription().status == "canceled"
    assert [event["type"] for event in shop.stripe.events()][-2:] == [
        "customer.subscription.deleted",
        "customer.deleted",
    ]


def test_lists_come_page_by_page_newest_first(stripe: LocalStripe) -> None:
    made = [stripe.api.customers.create({"email": f"{n}@b.c"}).id for n in range(7)]
    page = stripe.api.customers.list({"limit": 3})
    assert ([one.id for one in page.data], page.has_more) == (made[:3:-1], True)
    assert [one.id for one in page.auto_paging_iter()] == made[::-1]
    back = stripe.api.customers.list({"limit": 2, "ending_before": made[0]})
    assert [one.id for one in back.data] == [made[2], made[1]]
    for limit in (0, 101):
        with pytest.raises(sdk.InvalidRequestError):
            stripe.api.customers.list({"limit": limit})


def test_more_subscriptions_than_a_page_holds(shop: Shop) -> None:
    api = shop.stripe.api
    api.payment_methods.attach("pm_card_visa", {"customer": shop.customer})
    card = api.customers.payment_methods.list(shop.customer).data[0]
    api.customers.update(shop.customer, {"invoice_settings": {"default_payment_method": card.id}})
    for _ in range(12):
        api.subscriptions.create({"customer": shop.customer, "items": [{"price": shop.monthly}]})
    listed = api.subscriptions.list({"customer": shop.customer, "status": "all", "limit": 5})
    assert len({one.id for one in listed.auto_paging_iter()}) == 12


def test_expanding_goes_through_lists_and_stops_at_what_is_no_object(shop: Shop) -> None:
    shop.subscribe()
    listed = shop.stripe.api.subscriptions.list(
        {"customer": shop.customer, "expand": ["data.latest_invoice.payments", "data.default_payment_method"]}
    )
    (subscription,) = listed.data
    assert subscription.latest_invoice.payments.data[0].status == "paid"
    assert subscription.default_payment_method.card.last4 == "4242"
    for path in ("status", "nothing", "a.b.c.d.e"):
        with pytest.raises(sdk.InvalidRequestError):
            shop.stripe.api.subscriptions.retrieve(subscription.id, {"expand": [path]})


def test_a_session_shows_its_lines_when_asked(shop: Shop) -> None:
    session = shop.open()
    expanded = shop.stripe.api.checkout.sessions.retrieve(session.id, {"expand": ["line_items"]})
    assert expanded.line_items.data[0].price.id == shop.monthly
    assert shop.stripe.api.checkout.sessions.line_items.list(session.id).data[0].quantity == 1
    assert "line_items" not in session


def test_money_can_be_followed_from_the_invoice_to_the_refund(shop: Shop) -> None:
    api, subscription = shop.stripe.api, shop.subscribe()
    (payment,) = api.invoice_payments.list({"invoice": subscription.latest_invoice}).data
    intent = api.payment_intents.retrieve(payment.payment.payment_intent)
    charge = api.charges.retrieve(intent.latest_charge)
    assert (charge.amount, charge.customer, charge.refunded) == (500, shop.customer, False)
    asked: Any = {"payment": {"type": "payment_intent", "payment_intent": intent.id}}
    assert [one.id for one in api.invoice_payments.list(asked).data] == [payment.id]
    api.refunds.create({"payment_intent": intent.id, "amount": 200})
    api.refunds.create({"charge": charge.id, "reason": "requested_by_customer"})
    charge = api.charges.retrieve(charge.id, {"expand": ["refunds"]})
    assert (charge.amount_refunded, charge.refunded, len(charge.refunds.data)) == (500, True, 2)
    with pytest.raises(sdk.InvalidRequestError) as refused:
        api.refunds.create({"charge": charge.id})
    assert refused.value.code == "charge_already_refunded"


def test_a_dispute_is_opened_and_closed_by_control(shop: Shop) -> None:
    shop.subscribe()
    charge = shop.stripe.api.charges.list({"customer": shop.customer}).data[0]
    dispute = shop.stripe.control("dispute", charge=charge.id)
    assert shop.stripe.api.charges.retrieve(charge.id).disputed
    assert shop.stripe.api.disputes.retrieve(dispute["id"]).status == "needs_response"
    shop.stripe.control("close_dispute", dispute=dispute["id"], won=True)
    assert shop.stripe.api.disputes.list({"charge": charge.id}).data[0].status == "won"
    types = [event["type"] for event in shop.stripe.events()]
    assert types[-2:] == ["charge.dispute.created", "charge.dispute.closed"]


def test_events_are_listed_by_type_and_time(shop: Shop) -> None:
    shop.subscribe()
    events = shop.stripe.api.events
    (done,) = events.list({"type": "checkout.session.completed"}).data
    assert done.data.object.customer == shop.customer
    assert {one.type for one in events.list({"types": ["invoice.paid", "price.created"]}).data} == {
        "invoice.paid", "price.created",
    }  # fmt: skip
    assert events.list({"created": {"gt": done.created + 60}}).data == []
    assert events.retrieve(done.id).api_version == sdk.api_version


def test_a_changed_price_takes_the_lookup_key_and_leaves_members_where_they_are(shop: Shop) -> None:
    subscription = shop.subscribe()
    new = shop.stripe.control("change_price", lookup_key="plus_monthly", unit_amount=700)
    (found,) = shop.stripe.api.prices.list({"lookup_keys": ["plus_monthly"]}).data
    assert (found.id, found.unit_amount) == (new["id"], 700)
    assert shop.stripe.api.subscriptions.retrieve(subscription.id).items.data[0].price.id == shop.monthly


def test_what_happened_survives_a_restart(shop: Shop) -> None:
    import threading
    from pathlib import Path

    from billing.standin.server import serve

    subscription = shop.subscribe()
    (file,) = {Path(row[2]) for row in shop.stripe.server.store._base.execute("PRAGMA database_list")}
    again = serve(0, file, seed="another")
    threading.Thread(target=again.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        api = sdk.StripeClient("sk_test_1", base_addresses={"api": again.url}).v1
        assert api.subscriptions.retrieve(subscription.id).status == "active"
        fresh = api.customers.create({"email": "later@site.example"})
        assert fresh.id not in {one["id"] for one in shop.stripe.events()}
    finally:
        again.shutdown()
        again.server_close()


def test_reset_forgets_everything_and_repeats_no_id(shop: Shop) -> None:
    shop.stripe.control("reset")
    assert shop.stripe.api.prices.list().data == []
    assert shop.stripe.api.customers.create({"email": "a@b.c"}).id != shop.customer
    assert [one["path"] for one in shop.stripe.requests()] == ["/v1/prices", "/v1/customers"]


def test_controls_are_json_and_known(stripe: LocalStripe) -> None:
    with pytest.raises(AssertionError, match="There are: "):
        stripe.control("explode")
    with pytest.raises(AssertionError, match="unexpected keyword"):
        stripe.control("hold", tight=True)
    form = urllib.request.Request(f"{stripe.url}/_fake/reset", b"{}", {"Content-Type": "text/plain"})
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(form)
    assert "JSON" in json.load(refused.value)["error"]["message"]
