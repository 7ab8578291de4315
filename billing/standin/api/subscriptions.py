"""Subscriptions, as their seller sees and changes them."""

from __future__ import annotations

from stripe import params

from ..answers import answer, page
from ..events import change
from ..life import changes, discounts, invoices, payments, subscriptions
from ..parameters import Given
from ..refusals import Refused, missing, needed
from ..store import Object
from .customers import living
from .routes import Call, route, with_metadata

DAY = 86_400


@route("POST", "/v1/subscriptions", params.SubscriptionCreateParams)
def create(call: Call) -> Object:
    given = call.given
    customer = living(call, given.get("customer") or _lack("customer"), param="customer")
    order = subscriptions.Order(
        customer=customer["id"],
        items=[_item(call, place, item) for place, item in enumerate(given.get("items") or _lack("items"))],
        method=given.get("default_payment_method"),
        metadata=with_metadata({}, given),
        trial_end=_trial_end(call),
        trial_settings=given.get("trial_settings"),
        billing_mode=given.get("billing_mode", {}).get("type", "flexible"),
        description=given.get("description") or None,
        discounts=discounts.asked_for(call.store, call.at, given.get("discounts") or [], customer["id"]),
        taxed=bool(given.get("automatic_tax", {}).get("enabled")),
    )
    subscription = subscriptions.begin(call.store, call.at, order)
    if given.get("payment_behavior") != "default_incomplete":
        _first_payment(call, subscription)
    subscription = call.store.get("subscription", subscription["id"])
    return answer(call.store, subscription, given.get("expand", ()))


def _lack(param: str) -> str:
    raise needed(param)


def _item(call: Call, place: int, item: Given) -> tuple[Object, int]:
    path = f"items[{place}][price]"
    price = call.store.get("price", item.get("price") or _lack(path), param=path)
    if not price["recurring"]:
        raise Refused("The price must be recurring.", param=path)
    return price, item.get("quantity", 1)


def _trial_end(call: Call) -> int | None:
    if days := call.given.get("trial_period_days"):
        return int(call.at + days * DAY)
    asked = call.given.get("trial_end")
    return None if asked == "now" else asked


def _first_payment(call: Call, subscription: Object) -> None:
    method = subscriptions.method_of(call.store, subscription)
    invoice = call.store.get("invoice", subscription["latest_invoice"])
    if method is None and invoice["status"] == "open":
        raise Refused(
            "This customer has no attached payment source or default payment method. Please consider adding one.",
            code="resource_missing",
        )
    outcome = invoices.collect(call.store, call.at, invoice, method, present=False)
    if outcome != payments.PAID and call.given.get("payment_behavior") == "error_if_incomplete":
        raise Refused(
            "Your card was declined.", kind="card_error", status=402, code="card_declined"
        )  # and nothing stays


@route("GET", "/v1/subscriptions", params.SubscriptionListParams)
def list_(call: Call) -> Object:
    status = call.given.get("status")
    found = call.store.all("subscription", customer=call.given.get("customer"))
    if status is None:
        found = [one for one in found if one["status"] != "canceled"]
    elif status == "ended":
        found = [one for one in found if subscriptions.has_ended(one)]
    elif status != "all":
        found = [one for one in found if one["status"] == status]
    if price := call.given.get("price"):
        found = [one for one in found if any(item["price"]["id"] == price for item in one["items"]["data"])]
    return page(call.store, "/v1/subscriptions", found, call.given)


@route("GET", "/v1/subscriptions/{ident}", params.SubscriptionRetrieveParams)
def retrieve(call: Call, ident: str) -> Object:
    return answer(call.store, call.store.get("subscription", ident), call.given.get("expand", ()))


@route("POST", "/v1/subscriptions/{ident}", params.SubscriptionUpdateParams)
def update(call: Call, ident: str) -> Object:
    given, subscription = call.given, call.store.get("subscription", ident)
    if subscriptions.has_ended(subscription) and given.keys() - {
        "metadata",
        "cancellation_details",
        "expand",
    }:
        raise Refused(
            "A canceled subscription can only update its cancellation_details and metadata.", status=400
        )
    if given.get("cancel_at") and given.get("cancel_at_period_end"):
        raise Refused("You may only specify one of these parameters: cancel_at, cancel_at_period_end.")
    with change(call.store, call.at, subscription, subscriptions.UPDATED):
        _cancelling(call, subscription)
        _write(call, subscription)
    _postpone(call, subscription)
    _change_items(call, subscription)
    return answer(call.store, call.store.get("subscription", ident), given.get("expand", ()))


def _cancelling(call: Call, subscription: Object) -> None:
    """Each way of cancelling is set and taken back by its own parameter; asking for the flag sets no date."""
    given = call.given
    if "cancel_at" in given:
        date = given["cancel_at"]
        if isinstance(date, str) and date:
            date = subscriptions.period_end(subscription)
        subscription["cancel_at"] = date or None
    if "cancel_at_period_end" in given:
        subscription["cancel_at_period_end"] = given["cancel_at_period_end"]
    if {"cancel_at", "cancel_at_period_end"} & given.keys():
        leaving = subscriptions.is_leaving(subscription)
        subscription["canceled_at"] = call.at if leaving else None
        subscription["cancellation_details"] = subscription["cancellation_details"] | {
            "reason": "cancellation_requested" if leaving else None
        }
    if "cancellation_details" in given:
        subscription["cancellation_details"] = (
            subscription["cancellation_details"] | given["cancellation_details"]
        )


def _write(call: Call, subscription: Object) -> None:
    given = call.given
    if "default_payment_method" in given:
        call.store.get("payment_method", given["default_payment_method"], param="default_payment_method")
        subscription["default_payment_method"] = given["default_payment_method"]
    if "pause_collection" in given:
        pause = given["pause_collection"]
        subscription["pause_collection"] = {"resumes_at": None, **pause} if pause else None
    if "automatic_tax" in given:
        subscription["automatic_tax"]["enabled"] = given["automatic_tax"]["enabled"]
    if "discounts" in given:
        _discount(call, subscription, given["discounts"] or [])
    subscription["metadata"] = with_metadata(subscription, given)


def _discount(call: Call, subscription: Object, asked: list[Given]) -> None:
    kept = [one["discount"] for one in asked if "discount" in one]
    pairs = discounts.asked_for(
        call.store, call.at, [one for one in asked if "discount" not in one], subscription["customer"]
    )
    holder = {"customer": subscription["customer"], "subscription": subscription["id"]}
    begun = [discounts.begin(call.store, call.at, pair, **holder)["id"] for pair in pairs]
    subscription["discounts"] = [*kept, *begun]


def _postpone(call: Call, subscription: Object) -> None:
    """A date for the trial's end moves the next charge there; "now" ends a trial."""
    if "trial_end" not in call.given:
        return
    until = call.given["trial_end"]
    if until != "now":
        if until <= call.at:
            raise Refused("Invalid trial_end: must be in the future.", param="trial_end")
        changes.postpone(call.store, call.at, subscription, until)
    elif subscription["status"] == "trialing":
        for item in subscription["items"]["data"]:
            item["current_period_end"] = call.at
        subscription |= {"trial_end": call.at, "billing_cycle_anchor": call.at}
        subscriptions.renew(call.store, call.at, subscription)


def _change_items(call: Call, subscription: Object) -> None:
    given = call.given
    wanted = [wish(call, subscription, place, asked) for place, asked in enumerate(given.get("items", ()))]
    anew = given.get("billing_cycle_anchor", {}).get("type") == "now"
    if not (wanted or anew):
        return
    invoice = changes.alter(
        call.store, call.at, subscription, wanted,
        settle=given.get("proration_behavior", changes.NEXT), anew=anew,
    )  # fmt: skip
    if invoice:
        method = subscriptions.method_of(call.store, subscription)
        invoices.collect(call.store, call.at, invoice, method, present=False)


def wish(call: Call, subscription: Object, place: int, asked: Given, path: str = "items") -> changes.Change:
    """An item as a request wants it."""
    items = subscription["items"]["data"]
    item = next((one for one in items if one["id"] == asked.get("id")), None)
    if item is None:
        raise missing("subscription_item", asked.get("id", ""), param=f"{path}[{place}][id]")
    price = item["price"]
    if "price" in asked:
        price = call.store.get("price", asked["price"], param=f"{path}[{place}][price]")
        if not (price["active"] and price["recurring"]):
            raise Refused("The price must be active and recurring.", param=f"{path}[{place}][price]")
    return changes.Change(item["id"], price, asked.get("quantity", item["quantity"]))


@route("DELETE", "/v1/subscriptions/{ident}", params.SubscriptionCancelParams)
def cancel(call: Call, ident: str) -> Object:
    subscription = call.store.get("subscription", ident)
    if subscriptions.has_ended(subscription):
        raise missing("subscription", ident)
    if "cancellation_details" in call.given:
        subscription["cancellation_details"] = (
            subscription["cancellation_details"] | call.given["cancellation_details"]
        )
    subscriptions.cancel(call.store, call.at, subscription)
    return answer(call.store, subscription, call.given.get("expand", ()))


@route("POST", "/v1/subscriptions/{ident}/resume", params.SubscriptionResumeParams)
def resume(call: Call, ident: str) -> Object:
    subscriptions.resume(call.store, call.at, call.store.get("subscription", ident))
    return answer(call.store, call.store.get("subscription", ident), call.given.get("expand", ()))
