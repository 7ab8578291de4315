"""Station 4 with a language model: who pays, what is kept, and what is left when workers die."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from digestly.content import drafting, editorial, spending, sweeps, tasks, transcribe
from digestly.content.models import Digest, Episode, LlmCall, ModelPrice, Source, SpendingDay, Transition
from digestly.content.models.spending import MICRO
from digestly.engine import extractive
from digestly.engine.llm.asking import Ask, Usage
from digestly.engine.llm.ledger import BudgetSpent
from digestly.engine.llm.model import Model
from digestly.work.sweep import sweep_all
from tests.content.world import ENGLISH, at_once, lease_runs_out
from tests.crashes import database_url, wait_until
from tests.engine.llm.speakers import diligent
from tests.engine.llm.wire import Fault, Question, Stub

KEY = "sk-very-secret-0123456789"
State = Digest.State


@pytest.fixture
def stub() -> Iterator[Stub]:
    served = Stub(diligent)
    yield served
    served.close()


@pytest.fixture
def model(stub: Stub, settings: Any) -> Model:
    settings.LLM = Model.named("small-model", key=KEY, base_url=stub.base_url)
    return settings.LLM


@pytest.fixture
def price(model: Model, db: None) -> ModelPrice:
    """Two a million in, half of it from the cache, ten out: a request of the stub costs 0.0026."""
    return ModelPrice.objects.create(model=model.label, input=2, cached=1, output=10)


@pytest.fixture
def wanted(source: Source, model: Model) -> Callable[..., Digest]:
    """A pending digest of the talk."""

    def want(**about: Any) -> Digest:
        Source.objects.filter(pk=source.pk).update(**about)
        number = Episode.objects.count()
        episode = Episode.objects.create(
            source=Source.objects.get(pk=source.pk), identity=f"talk-{number}", title=f"Talk {number}",
            state=Episode.State.WAITING_TRANSCRIPT,
        )  # fmt: skip
        transcribe.accept(episode, ENGLISH, name="talk.vtt")
        digest = episode.digests.last()
        assert digest
        return digest

    return want


def drafted(digest: Digest) -> Digest:
    tasks.draft_digest(digest.pk)
    return Digest.objects.get(pk=digest.pk)


def test_a_model_writes_and_each_request_stands_in_the_ledger(
    wanted: Any, price: ModelPrice, stub: Stub
) -> None:
    digest = drafted(wanted())
    assert (digest.state, digest.engine) == (State.IN_REVIEW, "llm 1 (openai:small-model)")
    calls = LlmCall.objects.filter(digest=digest)
    assert calls.count() == len(stub.questions)
    assert set(calls.values_list("outcome", "input", "cached", "output", "cost", "model")) == {
        ("answered", 1000, 400, 100, 2600, "openai:small-model")
    }
    assert {"overview", "analysis"} <= set(calls.values_list("step", flat=True))
    spent = 2600 * calls.count()
    assert (digest.spent, SpendingDay.objects.get().spent) == (spent, spent)
    report = digest.report
    assert (report["cost"], report["calls"], report["model"]) == (spent, calls.count(), "openai:small-model")
    assert report["support"][0] == report["support"][1] > 0
    assert {"coverage", "redundancy", "cleanliness", "support"} == set(report["measures"])
    assert not editorial.errors_in(digest)


def test_answers_are_kept_no_longer_than_they_are_needed(wanted: Any) -> None:
    drafted(wanted())
    assert LlmCall.objects.exists()
    assert not LlmCall.objects.exclude(answer=None).exists()


def test_a_price_that_nobody_knows_makes_no_cost_and_not_zero(wanted: Any) -> None:
    digest = drafted(wanted())
    assert set(LlmCall.objects.values_list("cost", flat=True)) == {None}
    assert digest.report["cost"] is None
    assert digest.spent > 0, "the budget is kept by a cautious guess"
    assert not ModelPrice.objects.get().is_known


def test_the_price_that_a_provider_lists_is_the_first_in_the_table(db: None) -> None:
    price = spending.price_of(Model.named("openai:gpt-4o-mini", key=KEY))
    assert price.is_known
    assert price.input
    assert price.output
    assert 0 < price.input < price.output
    price.input = Decimal(7)
    price.save()
    assert spending.price_of(Model.named("openai:gpt-4o-mini", key=KEY)).input == 7, (
        "the operator's word stands"
    )


def test_glossary_and_instructions_of_the_source_are_given_to_the_model(wanted: Any, stub: Stub) -> None:
    drafted(wanted(glossary="Wren Castellow", instructions="For beginners."))
    assert all("Wren Castellow" in q.system and "For beginners." in q.system for q in stub.questions)


def test_an_operator_may_have_bullets_read_twice_and_unsupported_ones_flagged(
    wanted: Any, stub: Stub, settings: Any
) -> None:
    invention = {"text": "Whales sing beneath frozen mountains every winter.", "lines": ["s1"]}

    def invents(question: Question) -> Any:
        if question.wants == {"bullets"}:
            return {"bullets": [invention]}
        answer = diligent(question)
        for topic in answer.get("topics", []):
            topic["bullets"].append(invention)
        return answer

    stub.speaker = invents
    settings.LLM_KEEP_UNSUPPORTED = settings.LLM_READS_TWICE = True
    digest = drafted(wanted())
    assert "Whales" in digest.report["unverified"][0]
    assert "Whales" in str(digest.outline)
    assert LlmCall.objects.filter(step__endswith="checked", outcome="answered").count() >= 3


def test_a_source_may_want_its_digests_in_other_languages(wanted: Any) -> None:
    digest = wanted(digest_languages=["en", "ko"])
    both = [drafted(each) for each in digest.episode.digests.order_by("language")]
    assert [(each.language, each.state) for each in both] == [
        ("en", State.IN_REVIEW),
        ("ko", State.IN_REVIEW),
    ]
    assert both[0].report["originals"] == {}
    assert both[1].report["originals"]
    assert both[1].content.sections[0].bullets[0].text.startswith("연사는")


def test_a_budget_for_a_digest_stops_before_anything_is_paid(
    wanted: Any, price: ModelPrice, stub: Stub, settings: Any
) -> None:
    settings.LLM_DIGEST_BUDGET = Decimal("0.01")
    digest = drafted(wanted())
    assert stub.questions == []
    assert digest.engine.endswith("(fallback)")
    assert "a digest may cost 0.01" in digest.report["fallback"]


def test_a_digest_pays_for_no_request_that_its_own_budget_might_not_cover(
    wanted: Any, price: ModelPrice, stub: Stub, settings: Any
) -> None:
    settings.LLM_DIGEST_BUDGET = Decimal("0.2")
    digest = wanted()
    Digest.objects.update(spent=0.17 * MICRO)  # by earlier drafts; one request may take up to 0.044
    digest = drafted(digest)
    assert "The budget of 0.20 for this digest is spent" in digest.report["fallback"]
    assert stub.questions == []
    assert digest.spent == 0.17 * MICRO
    assert SpendingDay.objects.get().spent == 0, "what the digest could not pay is not taken from the day"


def test_a_day_that_is_spent_gives_the_recordings_own_sentences_and_says_so(
    wanted: Any, price: ModelPrice, settings: Any
) -> None:
    settings.LLM_DAY_BUDGET = Decimal("0.09")  # one request may take up to 0.044: two at once, never three
    digest = drafted(wanted())
    assert digest.state == State.IN_REVIEW
    assert digest.engine.endswith("(fallback)")
    assert "Today's budget of 0.09 is spent" in digest.report["fallback"]
    assert SpendingDay.objects.get().spent <= 0.09 * MICRO


def test_a_translation_that_cannot_be_paid_fails_and_goes_on_from_there_later(
    wanted: Any, price: ModelPrice, stub: Stub, settings: Any, editor: Any
) -> None:
    settings.LLM_DAY_BUDGET = Decimal("0.05")
    digest = wanted(digest_languages=["ko"])
    digest = drafted(digest)
    assert (digest.state, digest.error_code) == (State.FAILED, "llm_budget")
    answered = len(stub.questions)
    assert answered
    settings.LLM_DAY_BUDGET = Decimal(20)
    editorial.write_again(digest, by=editor)
    digest = drafted(digest)
    assert digest.state == State.IN_REVIEW
    asked = [question.user.split("\n", 1)[1].rsplit("\n", 1)[0] for question in stub.questions]
    assert len(asked) == len(set(asked)), "nothing was asked twice"


@pytest.mark.django_db(transaction=True)
def test_workers_side_by_side_cannot_overspend(
    wanted: Any, price: ModelPrice, model: Model, settings: Any
) -> None:
    settings.LLM_DAY_BUDGET = Decimal("0.2")
    ledgers = []
    for _ in range(4):
        digest = wanted()
        token = drafting.claim(digest, State.RUNNING, waiting=(State.PENDING,), lasting=drafting.LEASE)
        ledgers.append(spending.DigestLedger(digest, token, model, lease=drafting.LEASE, shift=None))
    most = Usage(input=1000, output=1000)  # 0.012 each, so that sixteen fit
    turns = iter(ledgers)
    lock = threading.Lock()

    def spend() -> int:
        with lock:
            ledger = next(turns)
        opened = 0
        try:
            for number in range(10):
                ledger.open(Ask(f"section {number}", "", "", {}, f"{number}"), most)
                opened += 1
        except BudgetSpent:
            pass
        return opened

    assert sum(at_once(spend, times=4)) == 16
    assert SpendingDay.objects.get().spent == 16 * 12_000
    assert LlmCall.objects.count() == 16


def test_what_was_reserved_and_not_used_is_given_back(wanted: Any, price: ModelPrice, stub: Stub) -> None:
    stub.faults += [Fault(429), Fault(500), Fault(text="no json")]
    digest = drafted(wanted())
    costs = list(LlmCall.objects.order_by("outcome").values_list("outcome", "cost"))
    assert ("rate_limited", 0) in costs
    assert ("unusable", 2600) in costs
    assert digest.spent == sum(cost for _, cost in costs)


def test_an_answer_that_never_came_counts_as_if_it_had(wanted: Any, price: ModelPrice, stub: Stub) -> None:
    """Whether the provider charges for it, nobody knows."""
    stub.faults.append(Fault(hangs_up=True))
    digest = drafted(wanted())
    lost = LlmCall.objects.get(outcome="unreachable")
    assert lost.cost is None
    assert digest.spent == lost.reserved + 2600 * LlmCall.objects.filter(outcome="answered").count()


@pytest.mark.parametrize("status", [401, 402, 404])
def test_when_no_model_answers_the_extractive_draft_says_so(status: int, wanted: Any, stub: Stub) -> None:
    stub.speaker = lambda question: Fault(status, {"error": {"message": f"key {KEY}"}})
    digest = drafted(wanted())
    assert digest.engine == f"extractive {extractive.VERSION} (fallback)"
    assert digest.report["fallback"]
    assert digest.report["warnings"][0].startswith("No language model wrote this")
    everything = [digest.report, *LlmCall.objects.values(), *Transition.objects.values(), digest.error_text]
    assert KEY not in str(everything)


def test_an_editor_may_have_it_drafted_from_the_recordings_own_sentences(
    wanted: Any, stub: Stub, editor: Any
) -> None:
    digest = drafted(wanted())
    asked = len(stub.questions)
    editorial.write_again(digest, by=editor, engine="extractive")
    digest = drafted(digest)
    assert (digest.engine, digest.version, len(stub.questions)) == (
        f"extractive {extractive.VERSION}", 2, asked,
    )  # fmt: skip
    editorial.write_again(digest, by=editor)
    assert drafted(digest).engine.startswith("llm")


def test_written_again_a_finished_digest_is_written_anew(wanted: Any, stub: Stub, editor: Any) -> None:
    digest = drafted(wanted())
    asked = len(stub.questions)
    editorial.write_again(digest, by=editor)
    drafted(digest)
    assert len(stub.questions) == 2 * asked


def test_when_its_shift_is_over_a_worker_hands_on_and_nothing_is_asked_twice(
    wanted: Any, stub: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("digestly.engine.llm.errand.BEAT", 0.01)
    stub.speaker = lambda question: (threading.Event().wait(0.1), diligent(question))[1]
    digest = wanted()
    shifts = 0
    while Digest.objects.get(pk=digest.pk).state == State.PENDING:
        digest = Digest.objects.get(pk=digest.pk)
        drafting.draft(digest, shift=timedelta(seconds=0.05))
        shifts += 1
        assert shifts < 20
    digest.refresh_from_db()
    assert digest.state == State.IN_REVIEW
    assert shifts > 1
    assert (
        LlmCall.objects.count()
        == len(stub.questions)
        == len({question.user[30:] for question in stub.questions})
    )
    assert "shift over" in Transition.objects.filter(kind="digest", row=digest.pk).values_list(
        "why", flat=True
    )


@pytest.mark.django_db(transaction=True)
def test_the_lease_is_renewed_and_no_transaction_held_while_a_model_thinks(
    wanted: Any, stub: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("digestly.engine.llm.errand.BEAT", 0.01)
    monkeypatch.setattr(spending, "RENEWED_EVERY", 0.05)
    digest = wanted()
    leases = []
    one_by_one = threading.Lock()  # of answers given at once, what is read first shall stand first

    def slow(question: Question) -> Any:
        threading.Event().wait(0.3)
        Source.objects.update(note=question.user[:20])  # who held a transaction would hold this up
        with one_by_one:
            leases.append(Digest.objects.values_list("lease_until", flat=True).get(pk=digest.pk))
        connection.close()
        return diligent(question)

    stub.speaker = slow
    drafted(digest)
    assert len(set(leases)) > 1
    assert leases == sorted(leases)


def test_who_lost_the_lease_asks_no_more_and_writes_nothing(
    wanted: Any, stub: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = wanted()
    opened = spending.DigestLedger.open

    def taken_over(self: Any, ask: Any, most: Any) -> Any:
        if ask.step == "overview":
            Digest.objects.filter(pk=digest.pk).update(lease_token="00000000-0000-0000-0000-000000000001")
        return opened(self, ask, most)

    monkeypatch.setattr(spending.DigestLedger, "open", taken_over)
    tasks.draft_digest(digest.pk)
    digest.refresh_from_db()
    assert (digest.state, digest.version) == (State.RUNNING, 0)
    assert not any("summary" in question.wants for question in stub.questions)


WORKER = """
import django; django.setup()
from django.conf import settings
from digestly.content import tasks
from digestly.engine.llm.model import Model
settings.LLM = Model.named("small-model", key="k", base_url={base!r})
tasks.draft_digest({pk})
"""


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_is_killed_leaves_a_trace_and_the_next_one_pays_nothing_twice(
    wanted: Any, price: ModelPrice, stub: Stub, home: Path
) -> None:
    digest = wanted()
    stuck, release = threading.Event(), threading.Event()

    def speak(question: Question) -> Any:
        if "summary" in question.wants and not release.is_set():
            stuck.set()  # all sections are answered by now; here the worker will die
            release.wait(60)
            return Fault(hangs_up=True)  # nobody is there to hear an answer
        return diligent(question)

    stub.speaker = speak
    env = os.environ | {
        "DEBUG": "1",
        "DATABASE_URL": database_url(),
        "DJANGO_SETTINGS_MODULE": "digestly.settings",
    }
    code = WORKER.format(base=stub.base_url, pk=digest.pk)
    worker = subprocess.Popen([sys.executable, "-c", code], cwd=home, env=env)
    try:
        # The analysis is asked beside the overview: once it is answered, the overview alone is on its way.
        analysed = LlmCall.objects.filter(step="analysis", outcome="answered")
        wait_until(lambda: stuck.is_set() and analysed.exists())
    finally:
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
        release.set()
    sections = LlmCall.objects.filter(step__startswith="section", outcome="answered").count()
    assert sections >= 3
    assert LlmCall.objects.filter(step="overview", outcome="").count() == 1
    asked = len(stub.questions)

    lease_runs_out(digest)
    sweep_all()
    digest = drafted(digest)
    assert (digest.state, digest.version) == (State.IN_REVIEW, 1)
    [again] = stub.questions[asked:]
    assert "summary" in again.wants, "sections and analysis were paid for"

    LlmCall.objects.filter(outcome="").update(begun_at=timezone.now() - timedelta(hours=1))
    assert sweeps.settle_lost() == 1
    lost = LlmCall.objects.get(outcome="lost")
    assert lost.cost is None
    answered = LlmCall.objects.filter(outcome="answered").count()
    digest.refresh_from_db()
    assert digest.spent == lost.reserved + 2600 * answered
