"""Tasks: an id comes in, the room is called. Running one twice is the same as once."""

from __future__ import annotations

from celery import shared_task

from . import closing


@shared_task
def close_account(pk: int) -> None:
    """A worker's turn to close an account."""
    closing.attempt(pk)
