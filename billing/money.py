"""Prices as people write them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.utils.formats import number_format
from django.utils.translation import gettext

from .models import PlanPrice

# How many decimals Stripe's amounts have, where it is not two: docs.stripe.com/currencies. (Its amounts in
# shillings of Uganda and krónur of Iceland have two for historical reasons, always "00".)
DECIMALS = {
    **dict.fromkeys("bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf".split(), 0),
    **dict.fromkeys("bhd jod kwd omr tnd".split(), 3),
}
SIGNS = {"usd": "$", "eur": "€", "gbp": "£", "krw": "₩", "jpy": "¥"}


def money(amount: int, currency: str) -> str:
    """`amount` in the smallest unit, as "$5", "$5.50" or "CHF 12"; cents only where there are some."""
    currency = currency.lower()
    decimals = DECIMALS.get(currency, 2)
    is_whole = amount % 10**decimals == 0
    number = number_format(
        amount / 10**decimals, 0 if is_whole else decimals, use_l10n=True, force_grouping=True
    )
    return f"{SIGNS[currency]}{number}" if currency in SIGNS else f"{currency.upper()} {number}"


def smallest_unit(amount: Decimal, currency: str) -> int | None:
    """The other way round: 5.50 of a currency as Stripe counts it; None if it has no such small change."""
    units = amount.scaleb(DECIMALS.get(currency.lower(), 2))
    return int(units) if units == units.to_integral_value() else None


def tax_behavior() -> dict[str, str]:
    """How a price made here holds its tax; nothing where no tax is reckoned."""
    return {} if settings.STRIPE_TAX == "none" else {"tax_behavior": settings.STRIPE_TAX}


@dataclass(frozen=True)
class Sum:
    """An amount that is written in the language of whoever reads it, as late as that is known."""

    amount: int
    currency: str

    def __str__(self) -> str:
        return money(self.amount, self.currency)


def starting_at(price: PlanPrice) -> str:
    """ "Starting at $5/month." in the language that is active."""
    return gettext("Starting at %(price)s/month.") % {"price": money(price.amount, price.currency)}


@dataclass(frozen=True)
class Offer:
    """A price as the pages show it."""

    key: str
    text: str
    interval: str
    is_yearly: bool
    saving: str = ""
    per_year: str = ""  # what a year of it comes to
    per_month: str = ""  # what a month of a year comes to

    @classmethod
    def of(cls, price: PlanPrice, saving: str = "") -> Offer:
        is_yearly = price.interval == PlanPrice.Interval.YEAR
        return cls(
            key=price.lookup_key,
            text=money(price.amount, price.currency),
            interval=price.get_interval_display(),
            is_yearly=is_yearly,
            saving=saving,
            per_year=money(price.amount * (1 if is_yearly else 12), price.currency),
            per_month=money(_a_month(price), price.currency) if is_yearly else "",
        )


def _a_month(price: PlanPrice) -> int:
    """A twelfth, rounded up, so that nobody is promised less than they pay."""
    return -(-price.amount // 12)


def offers() -> list[Offer]:
    """What is on sale, monthly first. The yearly one says what it saves against twelve months."""
    prices = sorted(PlanPrice.objects.on_sale(), key=lambda price: (price.interval, price.amount, price.pk))
    monthly = {price.currency: price for price in prices[::-1] if price.interval == PlanPrice.Interval.MONTH}
    return [Offer.of(price, _saving(price, monthly.get(price.currency))) for price in prices]


def _saving(price: PlanPrice, monthly: PlanPrice | None) -> str:
    spared = (
        monthly.amount * 12 - price.amount if monthly and price.interval == PlanPrice.Interval.YEAR else 0
    )
    return money(spared, price.currency) if spared > 0 else ""
