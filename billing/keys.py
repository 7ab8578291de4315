"""What the Stripe keys say: whether Plus is sold here, in which mode, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from ipaddress import ip_address
from urllib.parse import urlsplit

from django.conf import settings

LIVE = ("sk_live_", "rk_live_")
TEST = ("sk_test_", "rk_test_")


def is_selling() -> bool:
    """Without a key Plus is not on sale, and nothing is asked of Stripe."""
    return bool(settings.STRIPE_SECRET_KEY)


def livemode() -> bool:
    """Real money? Rows of the other mode are as good as absent."""
    return settings.STRIPE_SECRET_KEY.startswith(LIVE)


def problems(*, key: str, secrets: Sequence[str], base: str, try_out: bool) -> Iterator[str]:
    """What must be mended before anything starts, each with the variable's name, never with its value."""
    if secrets and not key:
        yield "STRIPE_SECRET_KEY is not set, but STRIPE_WEBHOOK_SECRET is. Set both, or neither."
    if key and not secrets:
        yield (
            "STRIPE_WEBHOOK_SECRET is not set, but STRIPE_SECRET_KEY is. "
            "`manage.py billing_setup` makes the webhook and prints its secret."
        )
    if any(not secret.startswith("whsec_") for secret in secrets):
        yield "STRIPE_WEBHOOK_SECRET must be one or more signing secrets, which begin with whsec_."
    if key and not key.startswith(LIVE + TEST):
        yield "STRIPE_SECRET_KEY must be a secret or restricted key: sk_live_…, rk_live_…, sk_test_… or rk_test_…"
    if key.startswith(LIVE) and try_out:
        yield "STRIPE_SECRET_KEY is a live key, and DEBUG is on. Real money is not for trying out."
    if key.startswith(TEST) and not try_out:
        yield "STRIPE_SECRET_KEY is a test key, and DEBUG is off. Set the live key."
    if base and not is_loopback(base):
        yield "STRIPE_API_BASE may point only at this machine, such as http://127.0.0.1:8001"
    if base and key.startswith(LIVE):
        yield "STRIPE_API_BASE is set, and STRIPE_SECRET_KEY is a live key. A live key goes to Stripe alone."


def is_loopback(address: str) -> bool:
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        return parts.scheme in ("http", "https") and (host == "localhost" or ip_address(host).is_loopback)
    except ValueError:
        return False
