"""The logs are pruned after a while; what people did, and what readers saw, is remembered for good."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from digestly.content import sweeps
from digestly.content.models import FetchAttempt, Source, Transition


@pytest.fixture(autouse=True)
def _ninety_days(settings: Any) -> None:
    settings.KEEP_LOG_DAYS = 90


def aged(row: Any, days: int) -> Any:
    type(row)._default_manager.filter(pk=row.pk).update(at=timezone.now() - timedelta(days=days))
    return row


def step(
    was: str, became: str, *, by: User | None = None, kind: str = "episode", days: int = 91
) -> Transition:
    return aged(Transition.objects.create(kind=kind, row=1, was=was, became=became, by=by), days)


def test_old_looks_go_and_the_last_of_each_source_stays(source: Source) -> None:
    quiet = Source.objects.create(
        slug="quiet", url="https://quiet.example/f", url_norm="https://quiet.example/f"
    )
    only = aged(FetchAttempt.objects.create(source=quiet, outcome="new"), 400)
    aged(FetchAttempt.objects.create(source=source, outcome="new"), 91)
    young = aged(FetchAttempt.objects.create(source=source, outcome="timeout"), 89)
    last = FetchAttempt.objects.create(source=source, outcome="unchanged")
    assert sweeps.forget_looks() == 1
    assert set(FetchAttempt.objects.all()) == {only, young, last}
    assert sweeps.forget_looks() == 0


def test_the_programs_own_steps_go_and_the_record_stays(source: Source, editor: User) -> None:
    step("transcript_pending", "transcript_running")
    step("pending", "running", kind="digest")
    kept = {
        step("transcript_pending", "transcript_running", days=89),
        step("in_review", "approved", kind="digest", by=editor),
        step("approved", "published", kind="digest"),
        step("published", "withdrawn", kind="digest"),
        step("withdrawn", "in_review", kind="digest"),
        step("backlog", "skipped", by=editor),
        step("active", "gone", kind="source"),
    }
    assert sweeps.forget_steps() == 2
    assert set(Transition.objects.all()) == kept


def test_a_sweep_takes_a_batch_at_most(source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeps, "BATCH", 2)
    for _ in range(5):
        step("pending", "running")
    assert [sweeps.forget_steps() for _ in range(4)] == [2, 2, 1, 0]
