"""Checkout sessions: subscriptions, and things paid for once, on a page of the stand-in's own."""

from __future__ import annotations

from stripe.params import checkout as params

from .. import objects
from ..answers import answer, page
from ..life import discounts
from ..life.checkout import DAY, add_up, expire
from ..parameters import Given
from ..refusals import Refused, needed
from ..store import Object
from .customers import living
from .routes import Call, route, with_metadata

KEPT = (
    "client_reference_id", "customer", "customer_email", "success_url", "cancel_url", "locale", "ui_mode",
    "payment_method_collection", "allow_promotion_codes", "billing_address_collection", "submit_type",
    "consent_collection", "payment_method_types", "integration_identifier", "mode", "customer_creation",
)  # fmt: skip
SHORTEST = 30 * 60
ONLY_IN = {
    "subscription_data": "subscription", "payment_method_collection": "subscription",
    "payment_intent_data": "payment", "customer_creation": "payment", "submit_type": "payment",
}  # fmt: skip


@route("POST", "/v1/checkout/sessions", params.SessionCreateParams)
def create(call: Call) -> Object:
    given = call.given
    _agree(call, given)
    lines = [_line(call, place, line) for place, line in enumerate(given["line_items"])]
    session = objects.checkout_session(
        call.store, call.at,
        **{name: given[name] for name in KEPT if name in given},
        expires_at=given.get("expires_at", call.at + DAY),
        currency=lines[0]["currency"],
        metadata=with_metadata({}, given),
        discounts=discounts.asked_for(call.store, call.at, given.get("discounts", []), given.get("customer")),
        _lines=lines,
        _subscription_data=given.get("subscription_data", {}),
        _payment_intent_data=given.get("payment_intent_data", {}),
        _asks_address=given.get("customer_update", {}).get("address") == "auto",
    )  # fmt: skip
    session["automatic_tax"]["enabled"] = _is_taxed(given)
    add_up(call.store, call.at, session)
    session["url"] = f"{call.store.address}/c/pay/{session['id']}"
    return answer(call.store, call.store.save(session), given.get("expand", ()))


def _is_taxed(given: Given) -> bool:
    return bool(given.get("automatic_tax", {}).get("enabled"))


def _agree(call: Call, given: Given) -> None:
    """The rules that span several parameters."""
    if "mode" not in given:
        raise needed("mode")
    if given["mode"] == "setup":
        raise Refused("The stand-in sells; it keeps no cards for later.", param="mode")
    for name, mode in ONLY_IN.items():
        if name in given and given["mode"] != mode:
            raise Refused(f"`{name}` can only be used in `{mode}` mode.", param=name)
    if given.get("ui_mode", "hosted_page") != "hosted_page":
        raise Refused("The stand-in has a page of its own only.", param="ui_mode")
    for name in ("line_items", "success_url"):
        if not given.get(name):
            raise needed(name)
    _agree_on_customer(call, given)
    if "allow_promotion_codes" in given and "discounts" in given:
        raise Refused("You may only specify one of these parameters: allow_promotion_codes, discounts.")
    if not call.at + SHORTEST - 60 <= given.get("expires_at", call.at + DAY) <= call.at + DAY + 60:
        raise Refused("`expires_at` must be 30 minutes to 24 hours from now.", param="expires_at")
    asked = given.get("subscription_data", {})
    if "trial_end" in asked and "trial_period_days" in asked:
        raise Refused("You may only specify one of these parameters: trial_end, trial_period_days.")
    if asked.get("trial_end", call.at + 3 * DAY) < call.at + 2 * DAY:
        raise Refused("`trial_end` must be at least 2 days from now.", param="subscription_data[trial_end]")


def _agree_on_customer(call: Call, given: Given) -> None:
    if "customer" in given and "customer_email" in given:
        raise Refused("You may only specify one of these parameters: customer, customer_email.")
    if "customer" not in given:
        if "customer_update" in given:
            raise Refused("`customer_update` can only be used with `customer`.", param="customer_update")
        return
    customer = living(call, given["customer"], param="customer")
    updates = given.get("customer_update", {})
    if _is_taxed(given) and not customer["address"] and updates.get("address") != "auto":
        raise Refused(
            "Automatic tax calculation in Checkout requires a valid address on the Customer. Add a valid address to "
            "the Customer or set either `customer_update[address]` to 'auto' or `customer_update[shipping]` to "
            "'auto' to save the address entered in Checkout to the Customer.",
            code="customer_tax_location_invalid", param="automatic_tax",
        )  # fmt: skip
    if given.get("tax_id_collection", {}).get("enabled") and updates.get("name") != "auto":
        raise Refused(
            "Tax ID collection requires updating business name on the customer. To enable tax ID collection for an "
            "existing customer, please set `customer_update[name]` to `auto`.",
            param="tax_id_collection",
        )


def _line(call: Call, place: int, line: Given) -> Object:
    path = f"line_items[{place}]"
    if ("price" in line) == ("price_data" in line):
        raise needed(f"{path}[price]")
    if "quantity" not in line:
        raise Refused(f"Quantity is required. Add `quantity` to `{path}`.", param=path)
    price = (
        _made_for(call, line["price_data"], path)
        if "price_data" in line
        else _price(call, line["price"], path)
    )
    is_subscribing = call.given["mode"] == "subscription"
    if is_subscribing and not price["recurring"]:
        raise Refused(
            "You specified `subscription` mode but passed a one-time price.", param=f"{path}[price]"
        )
    if price["recurring"] and not is_subscribing:
        raise Refused("You specified `payment` mode but passed a recurring price.", param=f"{path}[price]")
    return objects.line_item(call.store, price, line["quantity"])


def _price(call: Call, ident: str, path: str) -> Object:
    price = call.store.get("price", ident, param=f"{path}[price]")
    if not price["active"]:
        raise Refused(
            f"The price specified is inactive: {ident}.", code="price_inactive", param=f"{path}[price]"
        )
    return price


def _made_for(call: Call, asked: Given, path: str) -> Object:
    """A price for this page alone."""
    if "unit_amount" not in asked:
        raise needed(f"{path}[price_data][unit_amount]")
    if "product_data" in asked:
        product = call.store.save(
            objects.product(call.store, call.at, name=asked["product_data"]["name"], active=False)
        )
    else:
        product = call.store.get("product", asked.get("product") or "", param=f"{path}[price_data][product]")
    recurring = asked.get("recurring")
    return call.store.save(objects.price(
        call.store, call.at, product=product["id"], currency=asked["currency"].lower(), active=False,
        unit_amount=asked["unit_amount"], tax_behavior=asked.get("tax_behavior", "unspecified"),
        recurring=recurring and objects.recurring(recurring["interval"], recurring.get("interval_count", 1)),
    ))  # fmt: skip


@route("GET", "/v1/checkout/sessions", params.SessionListParams)
def list_(call: Call) -> Object:
    found = call.store.all("checkout.session", customer=call.given.get("customer"))
    for name in ("status", "subscription", "payment_intent"):
        if name in call.given:
            found = [one for one in found if one[name] == call.given[name]]
    return page(call.store, "/v1/checkout/sessions", found, call.given)


@route("GET", "/v1/checkout/sessions/{ident}", params.SessionRetrieveParams)
def retrieve(call: Call, ident: str) -> Object:
    return answer(call.store, call.store.get("checkout.session", ident), call.given.get("expand", ()))


@route("GET", "/v1/checkout/sessions/{ident}/line_items", params.SessionLineItemListParams)
def line_items(call: Call, ident: str) -> Object:
    lines = call.store.get("checkout.session", ident)["_lines"]
    return page(
        call.store, f"/v1/checkout/sessions/{ident}/line_items", lines, call.given, newest_first=False
    )


@route("POST", "/v1/checkout/sessions/{ident}", params.SessionUpdateParams)
def update(call: Call, ident: str) -> Object:
    session = call.store.get("checkout.session", ident)
    session["metadata"] = with_metadata(session, call.given)
    return answer(call.store, call.store.save(session), call.given.get("expand", ()))


@route("POST", "/v1/checkout/sessions/{ident}/expire", params.SessionExpireParams)
def expire_now(call: Call, ident: str) -> Object:
    session = call.store.get("checkout.session", ident)
    if session["status"] != "open":
        raise Refused(
            'Only Checkout Sessions with a status in ["open"] can be expired. '
            f"This Checkout Session has a status of {session['status']}."
        )
    expire(call.store, call.at, session)
    return answer(call.store, session, call.given.get("expand", ()))
