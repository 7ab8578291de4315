"""Sending: the letters about a gift, each written down once, in the transaction that decided it."""

from __future__ import annotations

from django.utils import timezone

from billing import notices
from billing.models import Gift


def thank(gift: Gift) -> None:
    """The buyer learns that it is paid, and has the link in case the letter to the recipient gets lost."""
    if gift.buyer:
        notices.write_down(notices.GIFT_BOUGHT, str(gift.uuid), user=gift.buyer, facts={"gift": gift.pk})


def send_if_due(gift: Gift) -> bool:
    """Write to the recipient, if the day has come and nobody else did."""
    if not Gift.objects.to_be_sent().filter(pk=gift.pk).update(sent_at=timezone.now()):
        return False
    notices.write_down(
        notices.GIFT, str(gift.uuid), address=gift.recipient, language=gift.language, facts={"gift": gift.pk}
    )
    return True


def send_due(most: int) -> int:
    """Those whose day has come; how many."""
    return sum(send_if_due(gift) for gift in Gift.objects.to_be_sent().order_by("pk")[:most])
