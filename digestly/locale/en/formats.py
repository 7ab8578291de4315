"""How English dates read here: "Jan 8, 2025", as papers print them, without Django's dot after the month."""

from __future__ import annotations

DATE_FORMAT = "M j, Y"
DATETIME_FORMAT = "M j, Y, P"
