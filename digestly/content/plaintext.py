"""A reading as plain text: for mail, and for whoever reads without a browser."""

from __future__ import annotations

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext

from billing.models import PlanPrice
from billing.money import starting_at
from digestly.outline import plaintext
from digestly.outline.labels import Labels

from .access import Reading


def written(reading: Reading, labels: Labels, price: PlanPrice | None) -> str:
    """Header, outline and wall in the language that is active, blocks parted by blank lines."""
    header = [
        settings.SITE_NAME,
        date_format(reading.date, "DATE_FORMAT"),
        reading.title,
        f"{reading.source} - {reading.episode}",
        plaintext.render(reading.preview, labels),
    ]
    return "\n\n".join([*header, *wall(reading, price)]) + "\n"


def wall(reading: Reading, price: PlanPrice | None) -> list[str]:
    """What the wall says, as one block, or nothing."""
    if not reading.wall:
        return []
    lines = [gettext("View Full Content"), reading.wall.promise]
    if price:
        lines.append(f"{starting_at(price)} {gettext('Cancel anytime.')}")
    return ["\n".join(lines)]
