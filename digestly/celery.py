"""Celery: messages are wake-ups. What is to be done stands in the database.

What asks hosts outside waits in a line of its own, and a worker takes from both lines in turn: ten thousand feeds
after a night's outage keep nobody's mail waiting.
"""

from __future__ import annotations

import os
from typing import Any

from celery import Celery
from celery.signals import celeryd_init

from digestly.work import folder

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "digestly.settings")

OUTSIDE = frozenset(
    f"digestly.content.tasks.{name}" for name in ("refresh_source", "transcribe_episode", "ask_hub")
)

folder.take_place()
app = Celery("digestly")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.set_default()
app.autodiscover_tasks()


def line_outside() -> str:
    return f"{app.conf.task_default_queue}.outside"


def line_of(name: str, *args: Any, **kwargs: Any) -> dict[str, str] | None:
    return {"queue": line_outside()} if name in OUTSIDE else None


@celeryd_init.connect
def take_from_both(**kwargs: Any) -> None:
    """A worker that is not told otherwise (`-Q`) takes from every line it knows."""
    app.amqp.queues.select_add(line_outside())


app.conf.task_routes = (line_of,)
