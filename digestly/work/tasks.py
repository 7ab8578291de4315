from __future__ import annotations

from celery import shared_task

from . import sweep as sweeper


@shared_task
def sweep() -> None:
    """The beat's way to the sweeper."""
    sweeper.sweep_all()
