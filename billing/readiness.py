"""Readiness: is everything there that selling needs? What rows can say is said when a web process starts, and at each
deploy check; what only Stripe can say, when somebody asks (`billing_setup --check`), so that no start waits for it."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import Error, connection
from django.urls import reverse

from . import events, gateway, keys, portal
from .models import PlanPrice

MEND = "Run `manage.py billing_setup`."


def problems_here() -> Iterator[str]:
    """Prices that are missing, or of the other mode than the key."""
    if not keys.is_selling():
        return
    on_sale = PlanPrice.objects.filter(purchasable=True)
    ours = on_sale.of_this_mode()
    mode = "live" if keys.livemode() else "test"
    if not ours and on_sale:
        yield f"The prices are not of the {mode} mode that STRIPE_SECRET_KEY is of. {MEND}"
    elif not ours:
        yield f"There is no price to sell Plus at. {MEND}"
    for price in ours.filter(stripe_price_id=None):
        yield f"{price.lookup_key} has no price at Stripe. {MEND}"


def ensure_prices() -> None:
    """A web process that would sell and has nothing to sell at does not start; while the database is away it does, as
    it must. Raises ImproperlyConfigured."""
    if settings.TRY_OUT:
        return
    try:
        problem = next(problems_here(), "")
    except Error:
        return
    finally:
        connection.close()
    if problem:
        raise ImproperlyConfigured(problem)


def problems_at_stripe() -> Iterator[str]:
    """What differs there from what we sell and listen to. Raises StripeFailure."""
    on_sale = list(PlanPrice.objects.on_sale())
    there = {price["id"]: price for price in gateway.prices([price.lookup_key for price in on_sale])}
    for row in on_sale:
        price = there.get(row.stripe_price_id or "")
        if not price:
            yield f"{row.lookup_key} ({row.stripe_price_id}) is not sold at Stripe under that key. {MEND}"
        elif (price["unit_amount"], price["currency"]) != (row.amount, row.currency):
            yield f"{row.lookup_key} costs {price['unit_amount']} {price['currency']} at Stripe. {MEND}"
        elif bool(price["livemode"]) != keys.livemode():
            yield f"{row.lookup_key} is of the other mode at Stripe. {MEND}"
    if not portal.configured():
        yield f"The portal is not set up. {MEND}"
    yield from _webhook()


def _webhook() -> Iterator[str]:
    url = settings.BASE_URL + reverse("billing_webhook")
    ours = [one for one in gateway.webhook_endpoints() if one["url"] == url]
    if not ours:
        yield f"Stripe tells nobody at {url}. {MEND}"
    for endpoint in ours:
        if endpoint["status"] != "enabled":
            yield f"The webhook {endpoint['id']} is switched off at Stripe. {MEND}"
        if endpoint.get("api_version") != gateway.API_VERSION:
            yield f"The webhook {endpoint['id']} speaks {endpoint.get('api_version')}. {MEND}"
        heard = endpoint["enabled_events"]
        if heard != ["*"] and (deaf := sorted(set(events.TYPES) - set(heard))):
            yield f"The webhook {endpoint['id']} does not hear {', '.join(deaf)}. {MEND}"
