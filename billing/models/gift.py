"""Gifts: Plus that somebody pays for once, and somebody else redeems."""

from __future__ import annotations

import secrets
import uuid
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .customer import BillingCustomer
from .grant import AccessGrant

LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # none of them is taken for another
LENGTH = 16  # of five bits each: nobody guesses one


def new_code() -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(LENGTH))


class GiftQuerySet(models.QuerySet["Gift"]):
    def unfinished(self) -> Self:
        return self.filter(state__in=Gift.UNFINISHED)

    def redeemable(self) -> Self:
        return self.filter(state=Gift.State.PAID, redeemed_at=None)

    def to_be_sent(self) -> Self:
        """Paid, and their day has come where the site is."""
        today = timezone.localdate()
        return self.redeemable().filter(Q(send_on=None) | Q(send_on__lte=today), sent_at=None)

    def to_be_settled(self) -> Self:
        """Redeemed by somebody whose next payment is still to be moved to after the gift."""
        return self.exclude(postpones="").filter(postponed_at=None, redeemed_at__isnull=False)


class Gift(models.Model):
    """Somebody pays, somebody else reads. The uuid came with the form and is the idempotency key: sent twice, the form
    buys one gift. The code opens it, once."""

    class State(models.TextChoices):
        CREATING = "creating", _("being made")
        OPEN = "open", _("to be paid")
        PAID = "paid", _("paid")
        EXPIRED = "expired", _("expired")
        FAILED = "failed", _("failed")
        REVOKED = "revoked", _("revoked")

    UNFINISHED = (State.CREATING, State.OPEN)

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(max_length=32, unique=True, default=new_code, editable=False)
    buyer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="gifts_given"
    )
    customer = models.ForeignKey(BillingCustomer, models.PROTECT, related_name="gifts")
    livemode = models.BooleanField(default=False)
    sender = models.CharField(_("from"), max_length=100)
    recipient = models.EmailField(_("for"))
    message = models.TextField(_("message"), max_length=1000, blank=True)
    language = models.CharField(_("language"), max_length=10)
    send_on = models.DateField(_("to be sent on"), null=True, blank=True)
    months = models.PositiveSmallIntegerField(_("months"))
    amount = models.PositiveIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    params = models.JSONField(editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.CREATING)
    stripe_session_id = models.CharField(max_length=255, unique=True, null=True, blank=True)
    stripe_payment_id = models.CharField(max_length=255, unique=True, null=True, blank=True)
    url = models.URLField(max_length=2000, blank=True)
    expires_at = models.DateTimeField(_("expires"))
    created_at = models.DateTimeField(auto_now_add=True)
    paid_at = models.DateTimeField(_("paid"), null=True)
    sent_at = models.DateTimeField(_("sent"), null=True)
    redeemed_at = models.DateTimeField(_("redeemed"), null=True)
    redeemed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="gifts_had"
    )
    grant = models.OneToOneField(AccessGrant, models.SET_NULL, null=True, blank=True, related_name="gift")
    revoked_at = models.DateTimeField(_("revoked"), null=True)
    # The subscription of whoever redeemed it, which is charged again only once the gift is over.
    postpones = models.CharField(max_length=255, blank=True, editable=False)
    postponed_at = models.DateTimeField(null=True, editable=False)
    woken_at = models.DateTimeField(null=True, editable=False)

    objects: ClassVar[GiftQuerySet] = GiftQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("gift")
        verbose_name_plural = _("gifts")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["send_on"], condition=Q(state="paid", sent_at=None), name="gifts_to_send")
        ]

    def __str__(self) -> str:
        return f"{self.recipient} ({self.state})"

    @property
    def spelled(self) -> str:
        """The code as people type it, in fours."""
        return "-".join(self.code[at : at + 4] for at in range(0, len(self.code), 4))
