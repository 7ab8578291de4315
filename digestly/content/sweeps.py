"""What the sweeper does for content: find rows that a dead worker or a lost message left lying."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from digestly.work import lease
from digestly.work.sweep import BATCH, sweeps
from digestly.work.wake import wake_all

from . import editorial, hubs, retention, spending, tasks
from .models import Digest, Episode, HubSubscription, Source, Transition
from .models.transition import log
from .search import index

LEASE_OVER = "lease over"


@sweeps("sources woken to be fetched")
def wake_sources() -> int:
    """The beat does so too: there may be no beat."""
    return tasks.wake_due_sources()


@sweeps("sources woken to be led elsewhere")
def wake_led() -> int:
    return wake_all(tasks.lead_source, Source.objects.wanted_elsewhere())


@sweeps("hubs asked to call")
def wake_hubs() -> int:
    return wake_all(tasks.ask_hub, HubSubscription.objects.to_ask()) if hubs.can_be_called() else 0


@sweeps("transcripts left by dead workers")
def release_transcripts() -> int:
    return release(
        Episode.objects.filter(state=Episode.State.TRANSCRIPT_RUNNING),
        pending=Episode.State.TRANSCRIPT_PENDING,
        poisoned=Episode.State.WAITING_TRANSCRIPT,
    )


@sweeps("drafts left by dead workers")
def release_drafts() -> int:
    return release(
        Digest.objects.filter(state=Digest.State.RUNNING),
        pending=Digest.State.PENDING,
        poisoned=Digest.State.FAILED,
    )


@sweeps("episodes woken for their transcript")
def wake_transcripts() -> int:
    return tasks.wake_transcribers()


@sweeps("digests woken to be written")
def wake_drafts() -> int:
    return wake_all(tasks.draft_digest, Digest.objects.filter(state=Digest.State.PENDING))


@sweeps("digests published at their time")
def publish_due() -> int:
    return editorial.publish_due(batch=BATCH)


@sweeps("editions closed")
def close_editions() -> int:
    return editorial.close_editions()


@sweeps("looks at sources forgotten")
def forget_looks() -> int:
    return retention.forget_looks(batch=BATCH)


@sweeps("steps of the program forgotten")
def forget_steps() -> int:
    return retention.forget_steps(batch=BATCH)


@sweeps("requests to models left by dead workers")
def settle_lost() -> int:
    return spending.settle_lost(batch=BATCH)


def release(rows: QuerySet[Any], *, pending: str, poisoned: str) -> int:
    """Put rows whose lease is over back in line; one that killed its workers goes to a person instead."""
    released = 0
    for row in lease.run_out(rows).order_by("pk")[:BATCH]:
        deaths = deaths_of(row) + 1
        became = pending if deaths < lease.POISONED_AFTER else poisoned
        freed = {
            "lease_token": None,
            "lease_until": None,
            **({} if became == pending else epitaph(row, deaths)),
        }
        with transaction.atomic():
            if rows.filter(pk=row.pk, lease_token=row.lease_token).update(state=became, **freed):
                log(row, row.state, became, why=LEASE_OVER)
                released += 1
    return released


def deaths_of(row: Any) -> int:
    """How many workers in a row have died of it. A try that merely failed ends the row, and so does an editor."""
    steps = Transition.objects.filter(kind=row._meta.model_name, row=row.pk).order_by("-pk")
    deaths = 0
    for step in steps[: 2 * lease.POISONED_AFTER]:
        if step.why == LEASE_OVER:
            deaths += 1
        elif step.became != row.state:  # neither a death nor the claim before one
            break
    return deaths


def epitaph(row: Any, deaths: int) -> dict[str, Any]:
    told = f"{deaths} workers died of it. Look before trying again."
    nobody_tries = {"next_try_at": None} if isinstance(row, Episode) else {}
    return {"error_code": "worker_died", "error_text": told, **nobody_tries}


@sweeps("digests written down for search")
def index_for_search() -> int:
    """Those that changed, or closed at their date, and those that an older Digestly wrote down."""
    late = index.out_of_date()
    for pk in late:
        index.write_down(pk)
    return len(late)
