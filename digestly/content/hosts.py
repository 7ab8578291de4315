"""Hosts: when each may be asked again. One host may serve hundreds of sources, and must not notice."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.db.models.functions import Now

from .models import HostState

PAUSE = timedelta(seconds=2)  # between two requests
REST = timedelta(minutes=15)  # for a host that wants fewer requests and does not say for how long


def take_turn(host: str) -> bool:
    """Take the host's turn, if it may be asked now."""
    HostState.objects.get_or_create(host=host)
    allowed = HostState.objects.filter(Q(blocked_until=None) | Q(blocked_until__lt=Now()), host=host)
    return bool(allowed.filter(next_allowed_at__lte=Now()).update(next_allowed_at=Now() + PAUSE))


def next_turn(host: str) -> Any:
    """When to come back: soon, or after the rest it asked for. Not all at the same moment."""
    resting = HostState.objects.filter(host=host, blocked_until__gt=Now())
    until: datetime | None = resting.values_list("blocked_until", flat=True).first()
    return (until or Now()) + PAUSE * random.uniform(1, 5)  # noqa: S311


def leave_alone(host: str, seconds: int | None) -> None:
    """The whole host gets its rest: as long as it said, or as long as we think right."""
    rest = REST if seconds is None else timedelta(seconds=seconds)
    HostState.objects.filter(host=host).update(blocked_until=Now() + rest)
