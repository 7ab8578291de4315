"""Hosts: when each may be asked again. One host may serve hundreds of sources, and must not notice."""

from __future__ import annotations

import random
import time
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q
from django.db.models.functions import Greatest, Now

from .models import HostState

PAUSE = timedelta(seconds=2)  # between two requests
NAP = 0.2  # seconds between two looks at a closed door
REST = timedelta(minutes=15)  # for a host that wants fewer requests and does not say for how long


def take_turn(host: str, *, ahead: int = 0) -> bool:
    """Take the host's turn, if it may be asked now. `ahead` are turns that may be taken before their time, by what
    belongs together: a few files of one show are asked for in a row, and the pause after them is as long."""
    if _took_turn(host, ahead):
        return True
    # Whoever writes a new host down has its first turn.
    return HostState.objects.get_or_create(host=host, defaults={"next_allowed_at": Now() + PAUSE})[1]


def is_open(host: str, *, ahead: int = 0) -> bool:
    """Whether a turn could be taken now. It is not taken."""
    closed = Q(blocked_until__gte=Now()) | Q(next_allowed_at__gt=Now() + ahead * PAUSE)
    return not HostState.objects.filter(closed, host=host).exists()


def wait_for_turn(host: str, *, ahead: int = 0, patience: float) -> bool:
    """For a command that works in the foreground: take the turn as soon as it comes, within so many seconds."""
    until = time.monotonic() + patience
    while not take_turn(host, ahead=ahead):
        if time.monotonic() > until:
            return False
        time.sleep(NAP)
    return True


def next_turn(host: str) -> Any:
    """When to come back: soon, or after the rest it asked for. Not all at the same moment."""
    resting = HostState.objects.filter(host=host, blocked_until__gt=Now())
    until: datetime | None = resting.values_list("blocked_until", flat=True).first()
    return (until or Now()) + PAUSE * random.uniform(1, 5)  # noqa: S311


def leave_alone(host: str, seconds: int | None) -> None:
    """The whole host gets its rest: as long as it said, or as long as we think right."""
    rest = timedelta(seconds=seconds) if seconds else REST
    HostState.objects.update_or_create(host=host, defaults={"blocked_until": Now() + rest})


def _took_turn(host: str, ahead: int) -> bool:
    allowed = HostState.objects.filter(Q(blocked_until=None) | Q(blocked_until__lt=Now()), host=host)
    free = allowed.filter(next_allowed_at__lte=Now() + ahead * PAUSE)
    return bool(free.update(next_allowed_at=Greatest(F("next_allowed_at"), Now()) + PAUSE))
