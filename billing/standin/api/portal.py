"""The customer portal: what it may do, and the way in."""

from __future__ import annotations

from typing import Any

from stripe.params import billing_portal as params

from .. import objects
from ..answers import answer, page
from ..life import subscriptions
from ..parameters import Given
from ..refusals import Refused, missing, needed
from ..store import Object
from .customers import living
from .routes import Call, route, with_metadata

FEATURES: dict[str, dict[str, Any]] = {
    "customer_update": {"enabled": False, "allowed_updates": []},
    "invoice_history": {"enabled": False},
    "payment_method_update": {"enabled": False, "payment_method_configuration": None},
    "subscription_cancel": {
        "enabled": False, "mode": "at_period_end", "proration_behavior": "none",
        "cancellation_reason": {"enabled": False, "options": []},
    },
    "subscription_pause": {"enabled": False, "duration": {"type": "indefinite", "interval_options": []}},
    "subscription_update": {
        "enabled": False, "billing_cycle_anchor": None, "default_allowed_updates": [], "products": [],
        "proration_behavior": "none", "schedule_at_period_end": {"conditions": []},
        "trial_update_behavior": "end_trial",
    },
}  # fmt: skip
FLOWS = {
    "payment_method_update": "payment_method_update", "subscription_cancel": "subscription_cancel",
    "subscription_update_confirm": "subscription_update",
}  # fmt: skip


@route("POST", "/v1/billing_portal/configurations", params.ConfigurationCreateParams)
def create_configuration(call: Call) -> Object:
    profile = dict.fromkeys(("headline", "privacy_policy_url", "terms_of_service_url"))
    configuration = objects.portal_configuration(
        call.store, call.at, business_profile=profile, features=FEATURES, application=None
    )
    _write(configuration, call.given)
    return answer(call.store, call.store.save(configuration), call.given.get("expand", ()))


@route("POST", "/v1/billing_portal/configurations/{ident}", params.ConfigurationUpdateParams)
def update_configuration(call: Call, ident: str) -> Object:
    configuration = call.store.get("billing_portal.configuration", ident)
    _write(configuration, call.given)
    configuration["updated"] = call.at
    return answer(call.store, call.store.save(configuration), call.given.get("expand", ()))


def _write(configuration: Object, given: Given) -> None:
    for name in ("active", "default_return_url", "name"):
        if name in given:
            configuration[name] = given[name] or (False if name == "active" else None)
    configuration["business_profile"] = configuration["business_profile"] | given.get("business_profile", {})
    asked = given.get("features", {})
    configuration["features"] = {
        name: _merged(feature, asked.get(name, {})) for name, feature in configuration["features"].items()
    }
    configuration["metadata"] = with_metadata(configuration, given)


def _merged(old: Object, new: Given) -> Object:
    nested = {name: _merged(old[name], value) for name, value in new.items() if isinstance(value, dict)}
    return {**old, **new, **nested}


@route("GET", "/v1/billing_portal/configurations", params.ConfigurationListParams)
def list_configurations(call: Call) -> Object:
    found = call.store.all("billing_portal.configuration")
    for name in ("active", "is_default"):
        if name in call.given:
            found = [one for one in found if one[name] == call.given[name]]
    return page(call.store, "/v1/billing_portal/configurations", found, call.given)


@route("GET", "/v1/billing_portal/configurations/{ident}", params.ConfigurationRetrieveParams)
def retrieve_configuration(call: Call, ident: str) -> Object:
    return answer(
        call.store, call.store.get("billing_portal.configuration", ident), call.given.get("expand", ())
    )


@route("POST", "/v1/billing_portal/sessions", params.SessionCreateParams)
def create_session(call: Call) -> Object:
    given = call.given
    if "customer" not in given:
        raise needed("customer")
    customer = living(call, given["customer"], param="customer")
    configuration = _configuration(call)
    session = objects.portal_session(
        call.store, call.at,
        customer=customer["id"],
        configuration=configuration["id"],
        locale=given.get("locale"),
        return_url=given.get("return_url", configuration["default_return_url"]),
        flow=_flow(call, customer["id"], configuration),
    )  # fmt: skip
    session["url"] = f"{call.store.address}/p/session/{session['id']}"
    return answer(call.store, call.store.save(session), given.get("expand", ()))


def _configuration(call: Call) -> Object:
    """As at Stripe, one made by a request is never the default one: it has to be named."""
    if ident := call.given.get("configuration"):
        configuration = call.store.get("billing_portal.configuration", ident, param="configuration")
        if not configuration["active"]:
            raise Refused(f"The configuration {ident} is inactive.", param="configuration")
        return configuration
    raise Refused(
        "No configuration provided and your test mode default configuration has not been created. "
        "Provide a configuration.",
        param="configuration",
    )


def _flow(call: Call, customer: str, configuration: Object) -> Object | None:
    asked = call.given.get("flow_data")
    if asked is None:
        return None
    kind = asked["type"]
    if kind not in FLOWS or not configuration["features"][FLOWS[kind]]["enabled"]:
        raise Refused(
            f"This session uses a portal configuration in which {kind} is not enabled.",
            param="flow_data[type]",
        )
    if kind == "subscription_cancel":
        _check_cancel(call, customer, asked.get("subscription_cancel") or {})
    if kind == "subscription_update_confirm":
        _check_update(call, customer, configuration, asked.get("subscription_update_confirm") or {})
    after = {
        "hosted_confirmation": None,
        "redirect": None,
        **asked.get("after_completion", {"type": "portal_homepage"}),
    }
    if after["type"] == "redirect" and not after["redirect"]:
        raise needed("flow_data[after_completion][redirect]")
    nothing = dict.fromkeys(
        ("customer_update", "subscription_cancel", "subscription_pause", "subscription_update",
         "subscription_update_confirm")
    )  # fmt: skip
    cancel, update = asked.get("subscription_cancel"), asked.get("subscription_update_confirm")
    return {
        **nothing,
        "subscription_update_confirm": update and {"discounts": None, **update},
        "type": kind,
        "after_completion": after,
        "subscription_cancel": cancel and {"retention": None, **cancel},
    }


def _theirs(call: Call, customer: str, asked: Given, param: str) -> Object:
    if "subscription" not in asked:
        raise needed(param)
    subscription = call.store.get("subscription", asked["subscription"], param=param)
    if subscription["customer"] != customer:
        raise missing("subscription", asked["subscription"], param=param)
    return subscription


def _check_update(call: Call, customer: str, configuration: Object, asked: Given) -> None:
    path = "flow_data[subscription_update_confirm]"
    subscription = _theirs(call, customer, asked, f"{path}[subscription]")
    feature = configuration["features"]["subscription_update"]
    sold = {price for product in feature["products"] or () for price in product["prices"]}
    items = {item["id"]: item["price"]["id"] for item in subscription["items"]["data"]}
    for place, item in enumerate(asked["items"]):
        if item["id"] not in items:
            raise missing("subscription_item", item["id"], param=f"{path}[items][{place}][id]")
        if item.get("price", items[item["id"]]) == items[item["id"]]:
            raise Refused("The update does not change the subscription.", param=f"{path}[items]")
        if item["price"] not in sold or "price" not in (feature["default_allowed_updates"] or ()):
            raise Refused(
                "The price is not among those that the configuration lets customers choose.",
                param=f"{path}[items][{place}][price]",
            )
    if subscription["status"] not in ("active", "trialing") or subscriptions.is_leaving(subscription):
        raise Refused(
            "The subscription cannot be updated in its present state.", param=f"{path}[subscription]"
        )


def _check_cancel(call: Call, customer: str, asked: Given) -> None:
    param = "flow_data[subscription_cancel][subscription]"
    subscription = _theirs(call, customer, asked, param)
    if subscriptions.has_ended(subscription) or subscriptions.is_leaving(subscription):
        raise Refused(f"The subscription {subscription['id']} is already set to be canceled.", param=param)
