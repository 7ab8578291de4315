"""API: the requests that Stripe answers, one room for each kind of thing."""

from __future__ import annotations

from . import catalog, checkout, customers, hooks, money, portal, promotions, subscriptions
from .routes import ROUTES, Call, find

__all__ = [
    "ROUTES",
    "Call",
    "catalog",
    "checkout",
    "customers",
    "find",
    "hooks",
    "money",
    "portal",
    "promotions",
    "subscriptions",
]
