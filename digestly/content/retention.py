"""Retention: the logs are pruned, so that a busy site does not drown in them.

What a person did stays for good, and so does every step to or from the public. Of each source the last look
stays, however old, because its page tells of it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.utils import timezone

from .models import Digest, FetchAttempt, Transition

PUBLIC = (Digest.State.APPROVED, Digest.State.PUBLISHED, Digest.State.WITHDRAWN, Digest.State.REJECTED)


def forget_looks(*, batch: int) -> int:
    """Delete up to `batch` looks at sources that are old enough; how many."""
    later = FetchAttempt.objects.filter(source=OuterRef("source"), pk__gt=OuterRef("pk"))
    old = FetchAttempt.objects.filter(Exists(later), at__lt=limit()).order_by("at")
    pks = list(old.values_list("pk", flat=True)[:batch])
    return FetchAttempt.objects.filter(pk__in=pks).delete()[0]


def forget_steps(*, batch: int) -> int:
    """Delete up to `batch` steps that the program took by itself, behind the scenes; how many."""
    old = Transition.objects.filter(by=None, at__lt=limit()).exclude(kind="source")
    behind = old.exclude(became__in=PUBLIC).exclude(was__in=PUBLIC).order_by("at")
    pks = list(behind.values_list("pk", flat=True)[:batch])
    return Transition.objects.filter(pk__in=pks).delete()[0]


def limit() -> datetime:
    return timezone.now() - timedelta(days=settings.KEEP_LOG_DAYS)
