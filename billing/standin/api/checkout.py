"""Checkout sessions. The stand-in sells subscriptions, on a page of its own."""

from __future__ import annotations

from stripe.params import checkout as params

from .. import objects
from ..answers import answer, page
from ..life.checkout import DAY, expire
from ..parameters import Given
from ..refusals import Refused, needed
from ..store import Object
from .customers import living
from .routes import Call, route, with_metadata

KEPT = (
    "client_reference_id", "customer", "customer_email", "success_url", "cancel_url", "locale", "ui_mode",
    "payment_method_collection", "allow_promotion_codes", "billing_address_collection", "submit_type",
    "consent_collection", "payment_method_types", "integration_identifier",
)  # fmt: skip
SHORTEST = 30 * 60


@route("POST", "/v1/checkout/sessions", params.SessionCreateParams)
def create(call: Call) -> Object:
    given = call.given
    _agree(call, given)
    lines = [_line(call, place, line) for place, line in enumerate(given["line_items"])]
    total = sum(line["amount_total"] for line in lines)
    session = objects.checkout_session(
        call.store, call.at,
        **{name: given[name] for name in KEPT if name in given},
        mode="subscription",
        expires_at=given.get("expires_at", call.at + DAY),
        currency=lines[0]["currency"],
        amount_subtotal=total,
        amount_total=total,
        metadata=with_metadata({}, given),
        _lines=lines,
        _subscription_data=given.get("subscription_data", {}),
    )  # fmt: skip
    if _trial(given.get("subscription_data", {})):
        session |= {"amount_subtotal": 0, "amount_total": 0}
    session["url"] = f"{call.store.address}/c/pay/{session['id']}"
    return answer(call.store, call.store.save(session), given.get("expand", ()))


def _agree(call: Call, given: Given) -> None:
    """The rules that span several parameters."""
    if "mode" not in given:
        raise needed("mode")
    if given["mode"] != "subscription":
        raise Refused("The stand-in sells subscriptions only.", param="mode")
    if given.get("ui_mode", "hosted_page") != "hosted_page":
        raise Refused("The stand-in has a page of its own only.", param="ui_mode")
    for name in ("line_items", "success_url"):
        if not given.get(name):
            raise needed(name)
    if "customer" in given and "customer_email" in given:
        raise Refused("You may only specify one of these parameters: customer, customer_email.")
    if "customer" in given:
        living(call, given["customer"], param="customer")
    elif "customer_update" in given:
        raise Refused("`customer_update` can only be used with `customer`.", param="customer_update")
    if "customer_creation" in given:
        raise Refused("`customer_creation` can only be used in `payment` mode.", param="customer_creation")
    if "allow_promotion_codes" in given and "discounts" in given:
        raise Refused("You may only specify one of these parameters: allow_promotion_codes, discounts.")
    if given.get("discounts"):
        raise Refused("No such coupon: the stand-in has none.", code="resource_missing", param="discounts")
    if not call.at + SHORTEST - 60 <= given.get("expires_at", call.at + DAY) <= call.at + DAY + 60:
        raise Refused("`expires_at` must be 30 minutes to 24 hours from now.", param="expires_at")
    asked = given.get("subscription_data", {})
    if asked.get("trial_end", call.at + 3 * DAY) < call.at + 2 * DAY:
        raise Refused("`trial_end` must be at least 2 days from now.", param="subscription_data[trial_end]")


def _trial(asked: Given) -> bool:
    return bool(asked.get("trial_period_days") or asked.get("trial_end"))


def _line(call: Call, place: int, line: Given) -> Object:
    path = f"line_items[{place}]"
    if "price" not in line:
        raise needed(f"{path}[price]")
    if "quantity" not in line:
        raise Refused(f"Quantity is required. Add `quantity` to `{path}`.", param=path)
    price = call.store.get("price", line["price"], param=f"{path}[price]")
    if not price["active"]:
        raise Refused(
            f"The price specified is inactive: {price['id']}.", code="price_inactive", param=f"{path}[price]"
        )
    if not price["recurring"]:
        raise Refused(
            "You specified `subscription` mode but passed a one-time price.", param=f"{path}[price]"
        )
    return objects.line_item(call.store, price, line["quantity"])


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
