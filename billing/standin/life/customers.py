"""Customers: their cards, and their going."""

from __future__ import annotations

from .. import objects
from ..cards import Card
from ..events import change, happened
from ..store import Object, Store
from . import subscriptions


def attach(store: Store, at: int, card: Card, customer: str) -> Object:
    method = objects.payment_method(store, at, card, customer)
    happened(store, at, "payment_method.attached", store.save(method))
    return method


def replace_card(store: Store, at: int, customer: str, card: Card) -> Object:
    """As the portal does it: the new card pays from now on. What is owed waits for its next try, or to be asked for."""
    method = attach(store, at, card, customer)
    owner = store.get("customer", customer)
    with change(store, at, owner, "customer.updated"):
        owner["invoice_settings"] = owner["invoice_settings"] | {"default_payment_method": method["id"]}
    for subscription in subscriptions.of_customer(store, customer):
        if not subscriptions.has_ended(subscription):
            pay_with(store, at, subscription["id"], method)
    return method


def pay_with(store: Store, at: int, subscription: str, method: Object) -> None:
    """From now on this card pays for the subscription."""
    found = store.get("subscription", subscription)
    with change(store, at, found, subscriptions.UPDATED):
        found["default_payment_method"] = method["id"]


def delete(store: Store, at: int, customer: Object) -> Object:
    """Gone, and every subscription with them."""
    for subscription in subscriptions.of_customer(store, customer["id"]):
        if not subscriptions.has_ended(subscription):
            subscriptions.cancel(store, at, subscription)
    happened(store, at, "customer.deleted", customer)
    return store.save({"id": customer["id"], "object": "customer", "deleted": True})
