"""The person as Stripe knows them, and the lease under which their state is fetched."""

from __future__ import annotations

import uuid
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from billing import keys
from digestly.work.lease import Leased


class BillingCustomerQuerySet(models.QuerySet["BillingCustomer"]):
    def of_this_mode(self) -> Self:
        return self.filter(livemode=keys.livemode())

    def current(self) -> Self:
        """Those that are still there at Stripe, as far as we know; at most one for each user."""
        return self.of_this_mode().filter(deleted_at=None)

    def known(self) -> Self:
        return self.current().exclude(stripe_customer_id=None)


def card_name(brand: str, last4: str) -> str:
    """A card as its owner knows it: "Visa •••• 4242"."""
    return f"{brand.title()} •••• {last4}" if last4 else ""


class BillingCustomer(Leased):
    """Somebody at Stripe. Whoever syncs it holds its lease; who finds the lease taken marks `needs_sync`.

    The row is there before the customer is: `create_key` and `create_params` stay as they are, so that a try
    that was cut off is repeated as it was, and makes no second customer.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="billing_customers"
    )
    livemode = models.BooleanField(default=False)
    # Null until Stripe knows them: many may be blank at once.
    stripe_customer_id = models.CharField(max_length=255, null=True, blank=True)  # noqa: DJ001
    create_key = models.UUIDField(default=uuid.uuid4, editable=False)
    create_params = models.JSONField(default=dict, editable=False)
    deleted_at = models.DateTimeField(_("deleted at Stripe"), null=True, blank=True)
    card_brand = models.CharField(max_length=40, blank=True)
    card_last4 = models.CharField(max_length=4, blank=True)
    needs_sync = models.BooleanField(_("needs a sync"), default=False)
    last_synced_at = models.DateTimeField(_("last synced"), null=True, blank=True)
    last_error = models.CharField(_("last error"), max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[BillingCustomerQuerySet] = BillingCustomerQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["livemode", "stripe_customer_id"], name="one_row_per_customer"),
            models.UniqueConstraint(
                fields=["livemode", "user"], condition=Q(deleted_at=None), name="one_customer_per_user"
            ),
        ]
        indexes = [
            models.Index(fields=["needs_sync"], condition=Q(needs_sync=True), name="customers_to_sync")
        ]

    @property
    def card(self) -> str:
        """The card that pays where a subscription has none of its own; blank if there is none."""
        return card_name(self.card_brand, self.card_last4)

    def __str__(self) -> str:
        who = self.user or _("a closed account")
        known_as = self.stripe_customer_id or _("not at Stripe yet")
        return f"{who} ({known_as})"
