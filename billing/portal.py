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
from .models import BillingCustomer
from .plus import ENDED

log = logging.getLogger(__name__)

MARK = {"digestly": "portal"}  # by which billing_setup and we know our configuration


class Flow(StrEnum):
    """Where in the portal somebody wants to go."""

    HOME = "home"
    CARD = "card"
    CANCEL = "cancel"


def open(user: User, flow: Flow = Flow.HOME) -> str:
    """The address of the user's own portal. Raises a Hindrance."""
    customer = customers.of(user)
    if not customer:
        raise NothingToManage
    try:
        return str(gateway.open_portal(_params(customer, flow))["url"])
    except gateway.Missing as error:  # deleted at Stripe, and we were not told yet
        BillingCustomer.objects.filter(pk=customer.pk).update(needs_sync=True)
        raise NothingToManage from error
    except gateway.StripeFailure as error:
        log.warning("Portal not opened: %s", error)
        raise TryLater from error


def _params(customer: BillingCustomer, flow: Flow) -> dict[str, Any]:
    configuration = configured()
    return {
        "customer": customer.stripe_customer_id,
        "return_url": settings.BASE_URL + reverse("billing_return"),
        "locale": get_language() or "auto",
        **({"configuration": configuration["id"]} if configuration else {}),
        **_flow(customer, flow),
    }


def configured() -> gateway.Json | None:
    """Our configuration at Stripe, as billing_setup left it."""
    ours = (
        one for one in gateway.portal_configurations() if MARK.items() <= (one.get("metadata") or {}).items()
    )
    return next(ours, None)


def _flow(customer: BillingCustomer, flow: Flow) -> dict[str, Any]:
    """Straight to the step; to the front page where there is nothing left to cancel."""
    after = {"type": "redirect", "redirect": {"return_url": settings.BASE_URL + reverse("billing_return")}}
    if flow is Flow.CARD:
        return {"flow_data": {"type": "payment_method_update", "after_completion": after}}
    live = customer.subscriptions.filter(is_plus=True).exclude(status__in=ENDED).order_by("-pk").first()
    if flow is Flow.CANCEL and live and not (live.cancel_at or live.cancel_at_period_end):
        what = {"subscription": live.stripe_subscription_id}
        return {
            "flow_data": {
                "type": "subscription_cancel",
                "subscription_cancel": what,
                "after_completion": after,
            }
        }
    return {}
