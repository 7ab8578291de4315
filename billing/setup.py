"""Setup: what must be there at Stripe before Plus can be sold, found or made. Safe to repeat, and to run twice at
once: prices are found by their lookup keys, everything else by our mark on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from . import events, gateway, keys, portal
from .gateway import Json
from .models import PlanPrice
from .money import tax_behavior

PRODUCT = "digestly_plus"


@dataclass(frozen=True)
class Wanted:
    """A price as it is made when Stripe has none by that key."""

    lookup_key: str
    amount: int  # in the currency's smallest unit
    currency: str
    interval: str


WANTED = (Wanted("plus_monthly", 500, "usd", "month"), Wanted("plus_yearly", 5000, "usd", "year"))


def run() -> Iterator[str]:
    """Do it, and say what was done, a line each. Raises StripeFailure."""
    yield from _prices()
    yield _portal()
    yield from _webhook()


def _prices() -> Iterator[str]:
    found = _by_lookup_key()
    for wanted in WANTED:
        if wanted.lookup_key not in found:
            yield f"price {wanted.lookup_key}: made"
            found |= _make(wanted)
    for key, price in found.items():
        row = _keep(price)
        yield f"price {key}: {row.amount} {row.currency} / {row.interval} ({row.stripe_price_id})"


def _by_lookup_key() -> dict[str, Json]:
    return {price["lookup_key"]: price for price in gateway.prices([wanted.lookup_key for wanted in WANTED])}


def _make(wanted: Wanted) -> dict[str, Json]:
    params = {
        "product": _product(),
        "lookup_key": wanted.lookup_key,
        "unit_amount": wanted.amount,
        "currency": wanted.currency,
        "recurring": {"interval": wanted.interval},
        **tax_behavior(),
    }
    try:
        made = gateway.create_price(params, key=f"digestly-price-{wanted.lookup_key}-{wanted.amount}")
    except gateway.Refused:  # another setup was quicker, and took the key
        found = _by_lookup_key()
        if wanted.lookup_key not in found:
            raise
        made = found[wanted.lookup_key]
    return {wanted.lookup_key: made}


def _product() -> str:
    try:
        return str(gateway.product(PRODUCT)["id"])
    except gateway.Missing:
        params = {"id": PRODUCT, "name": f"{settings.SITE_NAME} Plus"}
        return str(gateway.create_product(params, key=f"{PRODUCT}-product")["id"])


@transaction.atomic
def _keep(price: Json) -> PlanPrice:
    """Our row for Stripe's price. A key that moved on to another price leaves the old row to its old members."""
    facts = {
        "stripe_product_id": price["product"],
        "amount": price["unit_amount"],
        "currency": price["currency"],
        "interval": price["recurring"]["interval"],
        "lookup_key": price["lookup_key"],
        "livemode": price["livemode"],
        "purchasable": True,
    }
    rows = PlanPrice.objects.of_this_mode()
    same_key = rows.filter(lookup_key=price["lookup_key"], purchasable=True)
    same_key.exclude(stripe_price_id=price["id"]).exclude(stripe_price_id=None).update(purchasable=False)
    if not rows.filter(stripe_price_id=price["id"]).exists():
        same_key.filter(stripe_price_id=None).update(stripe_price_id=price["id"])
    row, _ = PlanPrice.objects.update_or_create(stripe_price_id=price["id"], defaults=facts)
    return row


def _portal() -> str:
    params: Json = {
        "business_profile": {"headline": f"{settings.SITE_NAME} Plus"},
        "default_return_url": settings.BASE_URL + reverse("account"),
        "metadata": portal.MARK,
        "features": {
            "customer_update": {"enabled": True, "allowed_updates": ["address", "tax_id"]},
            "invoice_history": {"enabled": True},
            "payment_method_update": {"enabled": True},
            "subscription_cancel": {"enabled": True, "mode": "at_period_end"},
            "subscription_update": {
                "enabled": True,
                "default_allowed_updates": ["price"],
                "products": _sold(),
                "proration_behavior": "always_invoice",
                "trial_update_behavior": "continue_trial",
            },
        },
    }
    if found := portal.configured():
        gateway.update_portal_configuration(found["id"], params)
        return f"portal: up to date ({found['id']})"
    made = gateway.create_portal_configuration(params)
    return f"portal: made ({made['id']})"


def _sold() -> list[Json]:
    """Between what a member may choose: the prices on sale, a product at a time."""
    prices: dict[str, list[str]] = {}
    for price in PlanPrice.objects.on_sale().exclude(stripe_price_id=None).order_by("pk"):
        prices.setdefault(price.stripe_product_id, []).append(price.stripe_price_id or "")
    return [{"product": product, "prices": ids} for product, ids in prices.items()]


def _webhook() -> Iterator[str]:
    url = settings.BASE_URL + reverse("billing_webhook")
    if keys.is_loopback(settings.BASE_URL) and not settings.STRIPE_API_BASE:
        yield f"webhook: Stripe cannot reach {url}. Set BASE_URL, or run: stripe listen --forward-to {url}"
        return
    ours = [one for one in gateway.webhook_endpoints() if one["url"] == url]
    for endpoint in ours:
        if endpoint.get("api_version") == gateway.API_VERSION:
            gateway.update_webhook_endpoint(
                endpoint["id"], {"enabled_events": events.TYPES, "disabled": False}
            )
            yield f"webhook: up to date ({endpoint['id']})"
            return
    params = {"url": url, "enabled_events": events.TYPES, "api_version": gateway.API_VERSION}
    made = gateway.create_webhook_endpoint(params)
    yield f"webhook: made ({made['id']})"
    if made["secret"] not in settings.STRIPE_WEBHOOK_SECRETS:
        also = ",".join([made["secret"], *settings.STRIPE_WEBHOOK_SECRETS])
        yield f"Set this, and start again: STRIPE_WEBHOOK_SECRET={also}"
    for endpoint in ours:
        yield f"Then delete the old endpoint {endpoint['id']} at Stripe: it speaks {endpoint.get('api_version')}."
