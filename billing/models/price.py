"""What Plus costs. Rows are never deleted: old members stay on theirs."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from billing import keys


class PlanPriceQuerySet(models.QuerySet["PlanPrice"]):
    def of_this_mode(self) -> Self:
        return self.filter(livemode=keys.livemode())

    def on_sale(self) -> Self:
        """What may be bought now; nothing where no key is set."""
        return self.of_this_mode().filter(purchasable=True) if keys.is_selling() else self.none()

    def monthly(self) -> Self:
        return self.filter(interval=PlanPrice.Interval.MONTH)


class PlanPrice(models.Model):
    """A price of Plus. Rows are never deleted: old members stay on theirs."""

    class Interval(models.TextChoices):
        MONTH = "month", _("month")
        YEAR = "year", _("year")

    lookup_key = models.CharField(_("lookup key"), max_length=100)
    stripe_price_id = models.CharField(max_length=255, unique=True, null=True, blank=True)
    stripe_product_id = models.CharField(max_length=255, blank=True)
    amount = models.PositiveIntegerField(
        _("amount"), help_text=_("In the currency's smallest unit, such as cents.")
    )
    currency = models.CharField(_("currency"), max_length=3)
    interval = models.CharField(_("interval"), max_length=5, choices=Interval)
    purchasable = models.BooleanField(_("on sale"), default=True)
    livemode = models.BooleanField(default=False)

    objects: ClassVar[PlanPriceQuerySet] = PlanPriceQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("price")
        verbose_name_plural = _("prices")
        ordering = ["amount"]
        constraints = [
            models.UniqueConstraint(
                fields=["livemode", "lookup_key"],
                condition=Q(purchasable=True),
                name="one_price_on_sale_per_key",
            )
        ]

    def __str__(self) -> str:
        return f"{self.lookup_key}: {self.amount} {self.currency} / {self.interval}"
