"""Prices as people write them."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from billing.models import PlanPrice
from billing.money import money, starting_at


@pytest.mark.parametrize(
    ("amount", "currency", "written"),
    [
        (500, "usd", "$5"),
        (500, "USD", "$5"),
        (550, "usd", "$5.50"),
        (5, "usd", "$0.05"),
        (0, "usd", "$0"),
        (123456, "usd", "$1,234.56"),
        (100_000_001, "eur", "€1,000,000.01"),
        (999, "gbp", "£9.99"),
        (6900, "krw", "₩6,900"),
        (800, "jpy", "¥800"),
        (1200, "chf", "CHF 12"),
        (1250, "chf", "CHF 12.50"),
        (5000, "kwd", "KWD 5"),
        (5120, "bhd", "BHD 5.120"),
        (50_000, "ugx", "UGX 500"),
        (1900, "isk", "ISK 19"),
        (10_000, "vnd", "VND 10,000"),
    ],
)
def test_an_amount_is_written_with_cents_only_where_there_are_some(
    amount: int, currency: str, written: str
) -> None:
    with override("en"):
        assert money(amount, currency) == written


def test_no_cent_is_lost_on_the_way() -> None:
    """Cents become a fraction on the way, and not every fraction is one that a computer can hold."""
    with override("en"):
        for cents in range(20_000):
            dollars, _, rest = money(cents, "usd").removeprefix("$").partition(".")
            assert (int(dollars), int(rest or 0)) == divmod(cents, 100)


def test_starting_at_is_said_in_the_readers_language() -> None:
    price = PlanPrice(amount=500, currency="usd", interval="month")
    with override("en"):
        assert starting_at(price) == "Starting at $5/month."
    with override("ko"):
        assert "$5" in starting_at(price)
