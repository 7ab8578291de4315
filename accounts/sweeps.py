"""What the sweeper does for accounts."""

from __future__ import annotations

from django.db.models import Q
from django.utils import timezone

from digestly.work.sweep import BATCH, sweeps
from digestly.work.wake import wake

from .closing import RETRY_AFTER
from .models import User
from .tasks import close_account


@sweeps("accounts still to be closed")
def close_accounts() -> int:
    due = Q(closing_tried_at=None) | Q(closing_tried_at__lt=timezone.now() - RETRY_AFTER)
    waiting = (
        User.objects.closing().filter(due).order_by("closing_since").values_list("pk", flat=True)[:BATCH]
    )
    for pk in waiting:
        wake(close_account, pk)
    return len(waiting)
