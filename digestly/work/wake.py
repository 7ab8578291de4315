"""Wake a worker for a row. The row says what is to be done; the message only says "look now"."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from celery import Task
from django.db import transaction
from django.db.models import F, QuerySet, Window
from django.db.models.functions import Now, RowNumber
from kombu.exceptions import OperationalError

from . import lease
from .sweep import BATCH

log = logging.getLogger(__name__)

UNHEARD_AFTER = timedelta(minutes=2)  # a message this old without a worker was lost
CHUNK = 200  # rows marked as called for at a time


def wake(task: Task, pk: int) -> None:
    """Enqueue `task(pk)` once the transaction is committed.

    A broken broker costs time and no work: it is logged, and the sweeper finds the row.
    """
    transaction.on_commit(lambda: say(task, pk))


def wake_all(task: Task, rows: QuerySet[Any], *, batch: int = BATCH) -> int:
    """Wake a worker for each that was not called for lately; a second message for the same row does no harm, since
    the row is claimed once. How many were called for."""
    unheard = lease.unheard(rows, since=UNHEARD_AFTER).order_by("pk")
    return _call(task, rows, [(pk, 0.0) for pk in unheard.values_list("pk", flat=True)[:batch]])


def wake_in_turn(
    task: Task,
    rows: QuerySet[Any],
    *,
    sharing: str,
    first: str,
    pause: timedelta,
    at_most: int,
    batch: int = BATCH,
) -> int:
    """The same for rows of which those with the same `sharing` may be worked on one after another only.

    They are called for with a pause between, `at_most` of them now, so that the others get their turn; the `first`
    come first.
    """
    turn = Window(RowNumber(), partition_by=F(sharing), order_by=[F(first).asc(), F("pk").asc()])
    unheard = lease.unheard(rows, since=UNHEARD_AFTER).annotate(turn=turn).filter(turn__lte=at_most)
    told = unheard.order_by("turn", first, "pk").values_list("pk", "turn")[:batch]
    return _call(task, rows, [(pk, (turn - 1) * pause.total_seconds()) for pk, turn in told])


def say(task: Task, pk: int, **options: Any) -> bool:
    """Send the message now; False if no broker takes it."""
    try:
        task.apply_async((pk,), **options)
    except (OperationalError, OSError) as error:
        log.warning("No broker for %s(%s), left to the sweeper: %s", task.name, pk, type(error).__name__)
        return False
    return True


def _call(task: Task, rows: QuerySet[Any], calls: list[tuple[int, float]]) -> int:
    """Marked first, then said: whoever dies in between has called for too few, and they are found again."""
    expires = UNHEARD_AFTER.total_seconds()
    everything = rows.model._default_manager
    for start in range(0, len(calls), CHUNK):
        chunk = calls[start : start + CHUNK]
        everything.filter(pk__in=[pk for pk, _ in chunk]).update(woken_at=Now())
        for number, (pk, wait) in enumerate(chunk):
            if not say(task, pk, countdown=wait or None, expires=wait + expires):
                # Without a broker the rest would only wait for it one by one.
                everything.filter(pk__in=[pk for pk, _ in chunk[number:]]).update(woken_at=None)
                return start + number
    return len(calls)
