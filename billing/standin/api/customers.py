"""Customers and their cards."""

from __future__ import annotations

from stripe import params

from .. import objects
from ..answers import answer, page
from ..cards import BY_TOKEN
from ..events import change, happened
from ..life import customers
from ..parameters import Given
from ..refusals import Declined, missing
from ..store import Object
from .routes import Call, route, with_metadata

PLAIN = ("email", "name", "phone", "description", "address", "preferred_locales", "balance")


@route("POST", "/v1/customers", params.CustomerCreateParams)
def create(call: Call) -> Object:
    customer = objects.customer(call.store, call.at)
    _write(call, customer, call.given)
    happened(call.store, call.at, "customer.created", call.store.save(customer))
    return answer(call.store, customer, call.given.get("expand", ()))


@route("GET", "/v1/customers", params.CustomerListParams)
def list_(call: Call) -> Object:
    email = call.given.get("email")
    found = [
        one for one in call.store.all("customer")
        if not one.get("deleted") and (email is None or one["email"] == email)
    ]  # fmt: skip
    return page(call.store, "/v1/customers", found, call.given)


@route("GET", "/v1/customers/{ident}", params.CustomerRetrieveParams)
def retrieve(call: Call, ident: str) -> Object:
    customer = call.store.get("customer", ident)
    return answer(call.store, customer, () if customer.get("deleted") else call.given.get("expand", ()))


@route("POST", "/v1/customers/{ident}", params.CustomerUpdateParams)
def update(call: Call, ident: str) -> Object:
    customer = living(call, ident)
    with change(call.store, call.at, customer, "customer.updated"):
        _write(call, customer, call.given)
    return answer(call.store, customer, call.given.get("expand", ()))


@route("DELETE", "/v1/customers/{ident}", params.CustomerDeleteParams)
def delete(call: Call, ident: str) -> Object:
    return customers.delete(call.store, call.at, living(call, ident))


@route("GET", "/v1/customers/{ident}/payment_methods", params.CustomerPaymentMethodListParams)
def cards_of(call: Call, ident: str) -> Object:
    living(call, ident)
    methods = call.store.all("payment_method", customer=ident)
    return page(call.store, f"/v1/customers/{ident}/payment_methods", methods, call.given)


@route("GET", "/v1/payment_methods/{ident}", params.PaymentMethodRetrieveParams)
def retrieve_card(call: Call, ident: str) -> Object:
    return answer(call.store, call.store.get("payment_method", ident), call.given.get("expand", ()))


@route("POST", "/v1/payment_methods/{ident}/attach", params.PaymentMethodAttachParams)
def attach_card(call: Call, ident: str) -> Object:
    """`ident` is one of the tokens that Stripe keeps for its test cards, such as pm_card_visa."""
    card = BY_TOKEN.get(ident)
    if card is None:
        raise missing("PaymentMethod", ident)
    customer = living(call, call.given.get("customer", ""), param="customer")
    if not card.attaches:
        raise Declined(decline_code=card.first)
    return answer(call.store, customers.attach(call.store, call.at, card, customer["id"]))


def living(call: Call, ident: str, *, param: str | None = None) -> Object:
    """The customer, not deleted."""
    customer = call.store.get("customer", ident, param=param)
    if customer.get("deleted"):
        raise missing("customer", ident, param=param)
    return customer


def _write(call: Call, customer: Object, given: Given) -> None:
    for name in PLAIN:
        if name in given:
            customer[name] = given[name] or None
    if "invoice_settings" in given:
        method = given["invoice_settings"].get("default_payment_method") or None
        if method:
            call.store.get("payment_method", method, param="invoice_settings[default_payment_method]")
        customer["invoice_settings"] = customer["invoice_settings"] | {"default_payment_method": method}
    customer["metadata"] = with_metadata(customer, given)
