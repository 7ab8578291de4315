"""What may be asked: exactly what the installed SDK's typed parameters allow."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from stripe import params
from stripe.params import billing_portal, checkout
from typing_extensions import is_typeddict

from billing.standin.api import ROUTES
from billing.standin.parameters import Given, _options, fields, read
from billing.standin.refusals import Refused

SESSION = checkout.SessionCreateParams
PORTAL = billing_portal.SessionCreateParams


@pytest.mark.parametrize(
    ("shape", "asked", "given"),
    [
        (params.CustomerCreateParams, [("metadata[user]", "7")], {"metadata": {"user": "7"}}),
        (params.CustomerUpdateParams, [("metadata", "")], {"metadata": ""}),
        (params.CustomerUpdateParams, [("metadata[user]", "")], {"metadata": {"user": ""}}),
        (params.PriceListParams, [("lookup_keys[0]", "b"), ("lookup_keys[1]", "a")], {"lookup_keys": ["b", "a"]}),
        (params.PriceListParams, [("lookup_keys[]", "b"), ("lookup_keys[]", "a")], {"lookup_keys": ["b", "a"]}),
        (params.EventListParams, [("created[gte]", "17")], {"created": {"gte": 17}}),
        (params.EventListParams, [("created", "17")], {"created": 17}),
        (params.SubscriptionUpdateParams, [("cancel_at_period_end", "true")], {"cancel_at_period_end": True}),
        (params.SubscriptionUpdateParams, [("trial_end", "now")], {"trial_end": "now"}),
        (SESSION, [("line_items[0][quantity]", "1")], {"line_items": [{"quantity": 1}]}),
    ],
)  # fmt: skip
def test_what_the_sdk_sends_is_read_as_plain_values(
    shape: type, asked: Iterable[tuple[str, str]], given: Given
) -> None:
    assert read(asked, shape) == given


@pytest.mark.parametrize(
    ("shape", "asked", "param", "code"),
    [
        (SESSION, ("ui_mode", "hosted"), "ui_mode", None),
        (SESSION, ("sucess_url", "https://a.b"), "sucess_url", "parameter_unknown"),
        (SESSION, ("line_items[0][pryce]", "p"), "line_items[0][pryce]", "parameter_unknown"),
        (SESSION, ("line_items[0][quantity]", "one"), "line_items[0][quantity]", "parameter_invalid_integer"),
        (SESSION, ("subscription_data[trial_days]", "7"), "subscription_data[trial_days]", "parameter_unknown"),
        (SESSION, ("success_url", ""), "success_url", "parameter_invalid_empty"),
        (SESSION, ("line_items", "p"), "line_items", None),
        (SESSION, ("success_url[x]", "p"), "success_url", None),
        (PORTAL, ("flow_data[subscription_cancel][subscription]", "s"), "flow_data[type]", "parameter_missing"),
        (PORTAL, ("flow_data[type]", "subscription_cancle"), "flow_data[type]", None),
        (params.SubscriptionUpdateParams, ("cancel_at_period_end", "yes"), "cancel_at_period_end", None),
        (params.SubscriptionListParams, ("status", "alive"), "status", None),
        (params.SubscriptionListParams, ("limit", "9999999999999999999"), "limit", "parameter_invalid_integer"),
        (params.SubscriptionListParams, ("limit", "²"), "limit", "parameter_invalid_integer"),
        (params.PriceCreateParams, ("unit_amount", "500"), "currency", "parameter_missing"),
        (params.PriceCreateParams, ("unit_amount_decimal", "NaN"), "unit_amount_decimal", None),
        (params.CustomerCreateParams, ("api_key", "sk_test_1"), "api_key", "parameter_unknown"),
        (params.CustomerCreateParams, ("idempotency_key", "k"), "idempotency_key", "parameter_unknown"),
    ],
)  # fmt: skip
def test_anything_else_is_refused_by_its_name(
    shape: type, asked: tuple[str, str], param: str, code: str | None
) -> None:
    asks_price = shape is params.PriceCreateParams and param != "currency"
    with pytest.raises(Refused) as refused:
        read([asked, ("currency", "usd")] if asks_price else [asked], shape)
    error = refused.value.body["error"]
    assert (refused.value.status, error["param"], error.get("code")) == (400, param, code)
    assert error["type"] == "invalid_request_error"


def test_a_slip_of_the_pen_gets_a_hint() -> None:
    with pytest.raises(Refused, match=r"Did you mean success_url\?"):
        read([("sucess_url", "https://a.b")], SESSION)


@pytest.mark.parametrize("name", ["a" + "[b]" * 200, "", "[x]", "email[a][b]"])
def test_hostile_names_are_refused_and_nothing_worse(name: str) -> None:
    with pytest.raises(Refused):
        read([("email", "a@b.c"), (name, "1")], params.CustomerCreateParams)


def test_every_type_that_a_route_names_can_be_resolved_to_its_last_leaf() -> None:
    seen: set[Any] = set()

    def walk(shape: Any) -> None:
        if shape in seen:
            return
        seen.add(shape)
        for hint in fields(shape).values():
            for option in _options(hint):
                for inner in (option, *getattr(option, "__args__", ())):
                    if is_typeddict(inner):
                        walk(inner)

    for route in ROUTES:
        walk(route.shape)
    assert len(seen) > 200
