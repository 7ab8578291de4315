"""Leases: who works on a row right now, written on the row itself.

A worker claims with one conditional UPDATE and finishes with another. Between the two no transaction is held,
so the worker may take minutes, or die. The token is a fence: whoever lost the lease changes no row on finishing,
and drops its result. Times are the database's own, so that workers with wrong clocks agree.
"""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

POISONED_AFTER = 3  # a row whose workers died this often would kill the next one too


class Leased(models.Model):
    """A row that one worker at a time may work on. `attempts` counts claims since the last success."""

    lease_token = models.UUIDField(null=True, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)
    # When the sweeper last called for a worker, so that a long queue is not called for over and over.
    woken_at = models.DateTimeField(null=True, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)

    class Meta:
        abstract = True


def claim(rows: models.QuerySet[Any], *, lasting: timedelta, **changes: Any) -> uuid.UUID | None:
    """Take the one row that `rows` selects, unless it is taken or not in the state that `rows` asks for.

    Returns the token to finish with, or None.
    """
    token = uuid.uuid4()
    free = rows.filter(Q(lease_until=None) | Q(lease_until__lt=Now()))
    won = free.update(lease_token=token, lease_until=Now() + lasting, attempts=F("attempts") + 1, **changes)
    return token if won else None


def finish(rows: models.QuerySet[Any], token: uuid.UUID, **changes: Any) -> bool:
    """Write the result and give the row back; False if the lease was lost meanwhile."""
    return bool(rows.filter(lease_token=token).update(lease_token=None, lease_until=None, **changes))


def renew(rows: models.QuerySet[Any], token: uuid.UUID, *, lasting: timedelta) -> bool:
    """Keep the row for longer; False if the lease was lost meanwhile."""
    return bool(rows.filter(lease_token=token).update(lease_until=Now() + lasting))


def unheard(rows: models.QuerySet[Any], *, since: timedelta) -> models.QuerySet[Any]:
    """Rows that no worker was called for, or so long ago that the message must be lost."""
    return rows.filter(Q(woken_at=None) | Q(woken_at__lt=Now() - since))


def run_out(rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
    """Rows whose worker died or hangs: their lease is over and nobody has finished them."""
    return rows.filter(lease_until__lt=Now())
