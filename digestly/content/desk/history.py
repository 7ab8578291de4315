"""What happened to a row, in words for the page that shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from digestly.content.models import Transition

SHOWN = 50


@dataclass(frozen=True)
class Step:
    """One line of the log. `by` is empty where the program did it."""

    was: str
    became: str
    by: str
    at: datetime
    why: str


def steps_of(row: models.Model, states: type[models.TextChoices]) -> list[Step]:
    """The newest steps of a row first, in one query."""
    labels = {str(value): str(label) for value, label in states.choices}
    return [
        Step(
            labels.get(line.was, line.was),
            labels.get(line.became, line.became),
            name_of(line.by),
            line.at,
            line.why,
        )
        for line in transitions_of(row)[:SHOWN]
    ]


def last_step(row: models.Model, states: type[models.TextChoices]) -> Step | None:
    return next(iter(steps_of(row, states)), None)


def transitions_of(row: models.Model) -> models.QuerySet[Transition]:
    return (
        Transition.objects.filter(kind=row._meta.model_name, row=row.pk).select_related("by").order_by("-pk")
    )


def name_of(user: User | None) -> str:
    return user.get_short_name() if user else ""


def who(name: str) -> str:
    """The subject of a sentence."""
    return name or _("Digestly")


def clock(at: datetime) -> str:
    """A moment in the site's time zone, for a sentence."""
    return date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT")
