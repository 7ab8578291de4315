"""Runs: one comparison with Stripe from its first page to its last, by as many workers as die on the way."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from datetime import timedelta

from django.db.models import F, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from billing import gateway, keys
from billing.models import Reconciliation
from digestly.work import lease

from . import stages
from .stages import Found, Step

Scope = Reconciliation.Scope

LEASE = timedelta(minutes=12)  # longer than a page of a hundred customers who all differ
TURN = 240.0  # seconds after which a worker makes way for others; the next goes on at the next page
NIGHT = 3  # the hour, in the site's time zone, from which on a night's comparison may begin


def begin_due() -> list[Reconciliation]:
    """This hour's comparison, and this night's, each made by whoever asks first."""
    if not keys.is_selling():
        return []
    now = timezone.localtime()
    night = now - timedelta(hours=NIGHT)
    wanted = ((Scope.ALL, f"{night:%Y-%m-%d}"), (Scope.RECENT, f"{now:%Y-%m-%d %H}"))
    made = (
        Reconciliation.objects.get_or_create(
            key=f"{scope} {period} {keys.livemode()}", defaults={"scope": scope, "livemode": keys.livemode()}
        )
        for scope, period in wanted
    )
    return [run for run, is_new in made if is_new]


def by_hand(scope: str = Scope.ALL) -> Reconciliation:
    """One that somebody asked for."""
    return Reconciliation.objects.create(key=f"by hand {uuid.uuid4()}", scope=scope, livemode=keys.livemode())


def go_on(pk: int, *, turn: float = TURN) -> Iterator[Found]:
    """Go on from where it was left, for a turn or to the end, and hand on what is found. Nothing happens if somebody
    else is at it. Raises StripeFailure; then the sweeper has it gone on with later."""
    rows = Reconciliation.objects.filter(pk=pk, finished_at=None, livemode=keys.livemode())
    token = lease.claim(rows, lasting=LEASE)
    if not token:
        return
    run, deadline = rows.get(), time.monotonic() + turn
    try:
        while time.monotonic() < deadline:
            stage = run.stage or stages.of(run)[0]
            step = stages.step(run, stage, run.after)
            yield from step.found
            if not _turned(rows, token, run, stage, step):
                return
    except gateway.StripeFailure as error:
        rows.filter(lease_token=token).update(last_error=str(error)[:300])
        raise
    finally:
        lease.finish(rows, token, woken_at=None)


def _turned(
    rows: QuerySet[Reconciliation], token: uuid.UUID, run: Reconciliation, stage: str, step: Step
) -> bool:
    """Write down how far it is; False if that was the end, or somebody else has it by now."""
    run.stage, run.after = (stage, step.after) if step.after else (_next(run, stage), "")
    is_over = not run.stage
    counts = {
        "compared": F("compared") + step.looked_at,
        "differed": F("differed") + len(step.found),
        "late_events": F("late_events") + step.late_events,
    }
    place = {"stage": run.stage, "after": run.after, "attempts": 0, "last_error": ""}
    if is_over:
        lease.finish(rows, token, **place, **counts, finished_at=timezone.now())
        return False
    held = {"lease_until": Now() + LEASE}
    return bool(rows.filter(lease_token=token).update(**place, **counts, **held))


def _next(run: Reconciliation, stage: str) -> str:
    order = stages.of(run)
    return dict(zip(order, [*order[1:], ""], strict=True)).get(stage, "")
