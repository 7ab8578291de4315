"""Takedown: a rights-holder asks, and everything of one source is gone at once; or it comes back.

One transaction each, so that no reader finds half of it. What is withdrawn keeps its place, its text and its
words: its addresses answer 410 with the reason until an editor brings the source back.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models.functions import Now

from accounts.models import User
from digestly.work.wake import wake

from .models import Digest, Rendering, SearchText, Source, Transition
from .models.transition import log

BATCH = 500  # rows written at a time


def withdraw(source: Source, *, by: User, why: str) -> int | None:
    """Take away all that was published of it, and stop asking for more; how many digests, or None if it is
    withdrawn already. What was approved goes back to review."""
    with transaction.atomic():
        held = Source.objects.select_for_update().get(pk=source.pk)
        if held.status == Source.Status.WITHDRAWN:
            return None
        reason = why[:300]
        Source.objects.filter(pk=held.pk).update(
            status=Source.Status.WITHDRAWN, withdrawn_because=reason, lease_token=None, lease_until=None
        )
        log(held, held.status, Source.Status.WITHDRAWN, by=by, why=why)
        gone = turn(
            Digest.objects.published().filter(episode__source=held), Digest.State.WITHDRAWN, by=by, why=why,
            withdrawn_because=reason, withdrawn_with_source=True,
        )  # fmt: skip
        approved = Digest.objects.filter(episode__source=held, state=Digest.State.APPROVED)
        turn(approved, Digest.State.IN_REVIEW, by=by, why=why, publish_at=None)
        # Neither pages nor search keep what nobody may read; both are made anew when it comes back.
        Rendering.objects.filter(digest__episode__source=held).delete()
        SearchText.objects.filter(digest__episode__source=held).delete()
    source.refresh_from_db()
    return gone


def bring_back(source: Source, *, by: User, why: str = "") -> int | None:
    """Undo it: what went with the source is published again where it stood; None if it is not withdrawn."""
    from .tasks import refresh_source

    with transaction.atomic():
        held = Source.objects.select_for_update().get(pk=source.pk)
        if held.status != Source.Status.WITHDRAWN:
            return None
        status = status_before(held)
        Source.objects.filter(pk=held.pk).update(status=status, withdrawn_because="", next_fetch_at=Now())
        log(held, held.status, status, by=by, why=why)
        taken = Digest.objects.filter(
            episode__source=held, state=Digest.State.WITHDRAWN, withdrawn_with_source=True
        )
        back = turn(
            taken, Digest.State.PUBLISHED, by=by, why=why, withdrawn_because="", withdrawn_with_source=False
        )
        if status in Source.POLLED and held.url_norm:
            wake(refresh_source, held.pk)
    source.refresh_from_db()
    return back


def status_before(source: Source) -> str:
    """What it was when it was withdrawn."""
    steps = Transition.objects.filter(kind="source", row=source.pk, became=Source.Status.WITHDRAWN)
    last = steps.order_by("-pk").first()
    return last.was if last and last.was in Source.Status.values else Source.Status.ACTIVE


def turn(digests: Any, became: str, *, by: User, why: str, **changes: Any) -> int:
    """Move all of these digests, and write down each step."""
    rows = list(digests.select_for_update(of=("self",)).order_by("pk").values_list("pk", "state"))
    for start in range(0, len(rows), BATCH):
        Digest.objects.filter(pk__in=[pk for pk, _ in rows[start : start + BATCH]]).update(
            state=became, **changes
        )
    Transition.objects.bulk_create(
        (Transition(kind="digest", row=pk, was=was, became=became, by=by, why=why[:500]) for pk, was in rows),
        batch_size=BATCH,
    )
    return len(rows)
