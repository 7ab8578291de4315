"""Portal: Stripe's own pages, where members change their card, cancel, resume and find their invoices."""

from __future__ import annotations

import logging
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language

from accounts.models import User

from . import customers, gateway
from .errors import NothingToManage, TryLater
from .models import BillingCustomer, PlanPrice

log = logging.getLogger(__name__)

MARK = {"digestly": "portal"}  # by which billing_setup and we know our configuration


class Flow(StrEnum):
    """Where in the portal somebody wants to go."""

    HOME = "home"
    CARD = "card"
    CHANGE = "change"


def open(user: User, flow: Flow = Flow.HOME, *, price: PlanPrice | None = None) -> str:
    """The address of the user's own portal; with CHANGE, of the page that confirms another `price`. Raises a
    Hindrance."""
    customer = customers.of(user)
    if not customer:
        raise NothingToManage
    try:
        return str(gateway.open_portal(_params(customer, flow, price))["url"])
    except gateway.Missing as error:  # deleted at Stripe, and we were not told yet
        BillingCustomer.objects.filter(pk=customer.pk).update(needs_sync=True)
        raise NothingToManage from error
    except gateway.StripeFailure as error:
        log.warning("Portal not opened: %s", error)
        raise TryLater from error


def _params(customer: BillingCustomer, flow: Flow, price: PlanPrice | None) -> dict[str, Any]:
    configuration = configured()
    return {
        "customer": customer.stripe_customer_id,
        "return_url": settings.BASE_URL + reverse("billing_return"),
        "locale": get_language() or "auto",
        **({"configuration": configuration["id"]} if configuration else {}),
        **_flow(customer, flow, price),
    }


def configured() -> gateway.Json | None:
    """Our configuration at Stripe, as billing_setup left it."""
    ours = (
        one for one in gateway.portal_configurations() if MARK.items() <= (one.get("metadata") or {}).items()
    )
    return next(ours, None)


def _flow(customer: BillingCustomer, flow: Flow, price: PlanPrice | None) -> dict[str, Any]:
    """Straight to the step, and back here after it."""
    after = {"type": "redirect", "redirect": {"return_url": settings.BASE_URL + reverse("billing_return")}}
    if flow is Flow.CARD:
        return {"flow_data": {"type": "payment_method_update", "after_completion": after}}
    if flow is Flow.CHANGE and price:
        live = customer.subscriptions.for_plus().live().order_by("-pk").first()
        if not live:
            raise NothingToManage
        item = {"id": live.stripe_item_id, "price": price.stripe_price_id, "quantity": 1}
        change = {"subscription": live.stripe_subscription_id, "items": [item]}
        kind = "subscription_update_confirm"
        return {"flow_data": {"type": kind, kind: change, "after_completion": after}}
    return {}
