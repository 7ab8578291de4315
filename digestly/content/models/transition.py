"""Who moved what from which state to which, and why: an append-only log."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from digestly.work import lease


class Transition(models.Model):
    """One step of one row. Written in the same transaction as the step itself."""

    kind = models.CharField(_("kind"), max_length=20)
    row = models.BigIntegerField(_("row"))
    was = models.CharField(_("before"), max_length=20, blank=True)
    became = models.CharField(_("after"), max_length=20)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    why = models.CharField(_("why"), max_length=500, blank=True)
    at = models.DateTimeField(_("when"), auto_now_add=True)

    class Meta:
        verbose_name = _("transition")
        verbose_name_plural = _("transitions")
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["kind", "row"], name="transition_of_row"),
            # What the program did by itself grows fast, and is forgotten after a while.
            models.Index(fields=["at"], condition=models.Q(by=None), name="transition_age"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.row}: {self.was or '·'} → {self.became}"


def log(row: models.Model, was: str, became: str, *, by: User | None = None, why: str = "") -> None:
    """Write one line of the log."""
    Transition.objects.create(
        kind=row._meta.model_name or "", row=row.pk, was=was, became=became, by=by, why=why[:500]
    )


def move(row: Any, became: str, *, by: User | None = None, why: str = "", **changes: Any) -> bool:
    """Move `row` out of the state it is known in; False if somebody else has moved it meanwhile.

    The row in memory follows, so that the caller can go on with it.
    """
    was = row.state
    with transaction.atomic():
        rows = type(row).objects.filter(pk=row.pk, state=was)
        if not rows.update(state=became, **changes):
            return False
        log(row, was, became, by=by, why=why)
    _follow(row, state=became, **changes)
    return True


def claim(row: Any, running: str, *, waiting: tuple[str, ...], lasting: Any) -> uuid.UUID | None:
    """Lease `row` and move it from one of its `waiting` states to `running`; the token, or None."""
    was = row.state
    if was not in waiting:
        return None
    with transaction.atomic():
        token = lease.claim(type(row).objects.filter(pk=row.pk, state=was), lasting=lasting, state=running)
        if token:
            log(row, was, running)
    if token:
        _follow(row, state=running, attempts=row.attempts + 1)
    return token


def finish(row: Any, token: uuid.UUID, became: str, *, why: str = "", **changes: Any) -> bool:
    """Give a claimed `row` back in its next state; False, and nothing written, if the lease was lost."""
    was = row.state
    with transaction.atomic():
        rows = type(row).objects.filter(pk=row.pk)
        if not lease.finish(rows, token, state=became, **changes):
            return False
        log(row, was, became, why=why)
    _follow(row, state=became, **changes)
    return True


def _follow(row: Any, **changes: Any) -> None:
    for name, value in changes.items():
        setattr(row, name, value)
