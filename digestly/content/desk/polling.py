"""What an editor does to the polling of a source: look now, pause, go on.

A look that is under way loses its lease, so that it cannot undo what the editor decided meanwhile.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models.functions import Now

from accounts.models import User
from digestly.content.models import Source
from digestly.content.models.transition import log
from digestly.work.wake import wake

LEFT_ALONE = (Source.Status.PAUSED, Source.Status.GONE)


def fetch_now(source: Source) -> bool:
    """Have it looked at as soon as a worker is free; False if it is not polled at all."""
    if source.status in Source.AT_REST or source.url_norm is None:
        return False
    with transaction.atomic():
        Source.objects.fetched().filter(pk=source.pk).update(next_fetch_at=Now())
        look(source)
    return True


def pause(source: Source, *, by: User) -> bool:
    """Stop looking; False if nobody looks anyway."""
    return _turn(source, Source.POLLED, Source.Status.PAUSED, by=by)


def resume(source: Source, *, by: User) -> bool:
    """Look again, at once; False if it was not stopped."""
    status = Source.Status.ACTIVE if source.last_fetched_at else Source.Status.NEW
    with transaction.atomic():
        is_resumed = _turn(source, LEFT_ALONE, status, by=by, next_fetch_at=Now())
        if is_resumed and source.url_norm:
            look(source)
    return is_resumed


def look(source: Source) -> None:
    """Call a worker; the beat finds the source too, should nobody hear."""
    from digestly.content.tasks import refresh_source

    wake(refresh_source, source.pk)


def _turn(source: Source, out_of: tuple[str, ...], became: str, *, by: User, **changes: object) -> bool:
    was = source.status
    with transaction.atomic():
        rows = Source.objects.filter(pk=source.pk, status=was, status__in=out_of)
        if not rows.update(status=became, lease_token=None, lease_until=None, **changes):
            return False
        log(source, was, became, by=by)
    source.status = became
    return True
