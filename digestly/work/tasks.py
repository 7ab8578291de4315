"""The one task that every app shares: the beat's way to the sweeper."""

from __future__ import annotations

from celery import shared_task

from . import sweep as sweeper


@shared_task
def sweep() -> None:
    sweeper.sweep_all()
