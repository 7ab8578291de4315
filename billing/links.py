"""Links: ways in from a letter, for whoever holds it. A link shows a page and changes nothing; the page's form does.

Good until the site's key is changed: a receipt may be years old. Only what it names can be done with it.
"""

from __future__ import annotations

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

from .models import Gift

CANCEL = "billing.cancel"


def to_cancel(subscription_id: str) -> str:
    """Where a subscription is ended without signing in."""
    token = Signer(salt=CANCEL).sign(subscription_id)
    return settings.BASE_URL + reverse("billing_cancel_by_link", args=[token])


def subscription_of(token: str) -> str | None:
    """The subscription that a link may cancel; None if we never signed it."""
    try:
        return Signer(salt=CANCEL).unsign(token)
    except BadSignature:
        return None


def to_gift(gift: Gift) -> str:
    return settings.BASE_URL + reverse("billing_redeem_code", args=[gift.spelled])
