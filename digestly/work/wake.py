"""Wake a worker for a row. The row says what is to be done; the message only says "look now"."""

from __future__ import annotations

import logging

from celery import Task
from django.db import transaction
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)


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
