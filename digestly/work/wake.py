"""Wake a worker for a row. The row says what is to be done; the message only says "look now"."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from celery import Task
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from kombu.exceptions import OperationalError

from . import lease
from .sweep import BATCH

log = logging.getLogger(__name__)

UNHEARD_AFTER = timedelta(minutes=2)  # a message this old without a worker was lost


def wake(task: Task, pk: int) -> None:
    """Enqueue `task(pk)` once the transaction is committed.

    A broken broker costs time and no work: it is logged, and the sweeper finds the row.
    """

    def send() -> None:
        try:
            task.delay(pk)
        except (OperationalError, OSError) as error:
            log.warning("No broker for %s(%s), left to the sweeper: %s", task.name, pk, type(error).__name__)

    transaction.on_commit(send)


def wake_all(task: Task, rows: QuerySet[Any]) -> int:
    """Wake a worker for each that was not called for lately; a second message for the same row does no harm, since
    the row is claimed once."""
    unheard = lease.unheard(rows, since=UNHEARD_AFTER)
    pks = list(unheard.order_by("pk").values_list("pk", flat=True)[:BATCH])
    rows.model._default_manager.filter(pk__in=pks).update(woken_at=Now())
    for pk in pks:
        wake(task, pk)
    return len(pks)
