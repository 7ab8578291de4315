"""Taking back: who has the money back has no gift to give."""

from __future__ import annotations

import uuid

from django.db import transaction
from django.utils import timezone

from billing.gateway import Json
from billing.models import AccessGrant, Gift


def paid_by(charge: Json) -> Gift | None:
    """The gift that a charge paid for, even before we heard that it was paid."""
    marked = (charge.get("metadata") or {}).get("gift", "")
    try:
        return Gift.objects.filter(uuid=uuid.UUID(marked)).first()
    except ValueError:
        return None


def revoke(gift: Gift, *, even_redeemed: bool) -> list[str]:
    """What nobody has redeemed is worth nothing from here on; what was, is closed only if that is asked for. What was
    done, in words."""
    now = timezone.now()
    with transaction.atomic():
        unredeemed = Gift.objects.filter(pk=gift.pk, redeemed_at=None).exclude(state=Gift.State.REVOKED)
        if unredeemed.update(state=Gift.State.REVOKED, revoked_at=now, url=""):
            return [f"gift {gift.pk} revoked"]
        gift.refresh_from_db()
        if even_redeemed and AccessGrant.objects.filter(gift=gift, revoked_at=None).update(revoked_at=now):
            return [f"gift {gift.pk} closed for who redeemed it"]
    return []
