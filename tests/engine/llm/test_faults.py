"""What goes wrong between us and a provider, fault by fault, and what becomes of the digest then."""

from __future__ import annotations

import email.utils
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from digestly.engine import Draft
from digestly.engine.llm.asking import Busy
from digestly.engine.llm.compose import compose
from digestly.engine.llm.errand import Pace, Unanswered
from digestly.engine.llm.ledger import Notes
from digestly.engine.llm.model import Model
from digestly.engine.llm.probe import COLOUR
from digestly.engine.llm.provider import opened
from digestly.engine.llm.style import Style
from digestly.outline import document
from digestly.transcripts.types import Segment
from tests.engine.llm.conftest import HURRIED, KEY
from tests.engine.llm.speakers import diligent
from tests.engine.llm.wire import Fault, Question, Stub

Make = Callable[..., Draft]
PASSING = [
    (Fault(429), "rate_limited"),
    (Fault(500), "server_error"),
    (Fault(503), "server_error"),
    (Fault(529), "server_error"),
    (Fault(hangs_up=True), "unreachable"),
]


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        *PASSING,
        (Fault(text='{"topics": [{"heading": "A'), "unusable"),
        (Fault(text="I would rather not."), "unusable"),
        (Fault(text='{"nothing": "of the kind"}'), "unusable"),
        (Fault(text="[" * 5000), "unusable"),
        (Fault(finish="length", text='{"heading": "A h'), "truncated"),
    ],
)
def test_a_passing_fault_costs_a_request_and_no_digest(
    fault: Fault, outcome: str, stub: Stub, digest: Make
) -> None:
    notes = Notes()
    stub.faults.append(fault)
    draft = digest(notes=notes)
    assert draft.report.fallback == ""
    assert draft.report.warnings == ()
    outcomes = [told for _, told, _ in notes.calls]
    assert outcomes.count(outcome) == 1
    assert outcomes.count("answered") == len(outcomes) - 1


NATIVE = ("anthropic:claude-haiku-4-5", "google:gemini-2.5-flash")


@pytest.mark.parametrize("name", NATIVE)
@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        *PASSING,
        (Fault(text="I would rather not."), "unusable"),
        (Fault(finish="length", text="Well, "), "truncated"),
        (Fault(finish="content_filter"), "refused"),
    ],
)
def test_the_same_faults_are_told_on_the_other_wires(
    fault: Fault, outcome: str, name: str, stub: Stub, digest: Make
) -> None:
    notes = Notes()
    stub.faults.append(fault)
    draft = digest(notes=notes, model=Model.named(name, key=KEY, base_url=stub.root))
    assert draft.report.fallback == ""
    outcomes = [told for _, told, _ in notes.calls]
    assert outcomes.count(outcome) == 1
    assert outcomes.count("answered") == len(outcomes) - 1


@pytest.mark.parametrize("name", NATIVE)
@pytest.mark.parametrize(
    ("status", "words"), [(401, "LLM_API_KEY"), (403, "LLM_API_KEY"), (404, "LLM_MODEL")]
)
def test_what_no_retry_mends_is_not_retried_on_the_other_wires(
    status: int, words: str, name: str, stub: Stub, digest: Make
) -> None:
    stub.speaker = lambda question: Fault(status)
    with pytest.raises(Unanswered, match=words):
        digest(model=Model.named(name, key=KEY, base_url=stub.root))
    assert len(stub.questions) <= 4


@pytest.mark.parametrize("name", ["openai:small", *NATIVE])
@pytest.mark.parametrize("form", ["seconds", "date"])
def test_a_pause_is_kept_in_either_form_on_each_wire(name: str, form: str, stub: Stub, model: Model) -> None:
    later = email.utils.format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    stub.faults.append(Fault(429, headers={"Retry-After": "30" if form == "seconds" else later}))
    base = stub.base_url if name.startswith("openai") else stub.root
    with opened(Model.named(name, key=KEY, base_url=base)) as provider, pytest.raises(Busy) as told:
        provider.ask(COLOUR).result()
    assert told.value.wait == pytest.approx(30, abs=5)


def test_google_says_in_the_body_how_long_to_pause(stub: Stub) -> None:
    info = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "34s"}
    error = {"code": 429, "message": "quota", "status": "RESOURCE_EXHAUSTED", "details": [info]}
    stub.faults.append(Fault(429, {"error": error}))
    with opened(Model.named(NATIVE[1], key=KEY, base_url=stub.root)) as provider, pytest.raises(Busy) as told:
        provider.ask(COLOUR).result()
    assert told.value.wait == 34


def test_a_slow_answer_is_not_waited_for_forever(stub: Stub, digest: Make) -> None:
    stub.faults.append(Fault(delay=2))
    notes = Notes()
    model = Model.named("small", key=KEY, base_url=stub.base_url, timeout=0.5)
    assert digest(model=model, notes=notes).report.fallback == ""
    assert "timeout" in [outcome for _, outcome, _ in notes.calls]


def test_the_pause_that_a_provider_asks_for_is_kept(stub: Stub, digest: Make) -> None:
    stub.faults.append(Fault(429, headers={"Retry-After": "1"}))
    begun = time.monotonic()
    digest(pace=Pace(at_once=1, first_wait=0.01))
    assert time.monotonic() - begun >= 1


def test_a_truncated_answer_is_asked_for_with_more_room(stub: Stub, digest: Make) -> None:
    stub.faults.append(Fault(finish="length", text='{"heading": "A h'))
    digest(pace=Pace(at_once=1, first_wait=0.01))
    rooms = [question.body["max_completion_tokens"] for question in stub.questions]
    assert max(rooms) == 2 * min(rooms)


@pytest.mark.parametrize("fault", [Fault(finish="content_filter", text=""), Fault(text="")])
def test_a_refused_part_is_told_in_the_transcripts_own_words(fault: Fault, stub: Stub, digest: Make) -> None:
    stub.faults.append(fault)
    draft = digest()
    assert draft.report.fallback == ""
    assert any("own words" in warning for warning in draft.report.warnings)
    assert all(section.bullets or section.sections for section in draft.outline.sections)
    assert document.load(document.dump(draft.outline)) == draft.outline


@pytest.mark.parametrize(
    ("fault", "words", "requests"),
    [
        (Fault(401), "LLM_API_KEY", 4),
        (Fault(403), "LLM_API_KEY", 4),
        (Fault(404), "LLM_MODEL", 4),
        (Fault(402), "quota", 4),
        (
            Fault(
                429, {"error": {"code": "insufficient_quota", "message": "m", "type": "insufficient_quota"}}
            ),
            "quota",
            4,
        ),
        (Fault(400), "rejects", 4),
    ],
)
def test_what_no_retry_mends_is_not_retried(
    fault: Fault, words: str, requests: int, stub: Stub, digest: Make
) -> None:
    stub.speaker = lambda question: fault
    with pytest.raises(Unanswered, match=words):
        digest()
    assert len(stub.questions) <= requests


def test_a_provider_that_stays_down_is_given_up_after_five_tries_of_a_question(
    stub: Stub, digest: Make
) -> None:
    stub.speaker = lambda question: Fault(503)
    with pytest.raises(Unanswered, match="in trouble"):
        digest(pace=Pace(at_once=1, first_wait=0.001))
    tries = [question.user.split("\n", 1)[1][:200] for question in stub.questions]
    assert max(tries.count(each) for each in tries) == 5


def test_who_asks_for_a_pause_of_an_hour_is_not_waited_for(stub: Stub, digest: Make) -> None:
    stub.speaker = lambda question: Fault(429, headers={"Retry-After": "3600"})
    with pytest.raises(Unanswered):
        digest()


def test_when_nobody_answers_the_extractive_engine_writes_and_is_labelled(stub: Stub, digest: Make) -> None:
    stub.speaker = lambda question: Fault(401)
    draft = digest(fall_back=True)
    assert draft.report.engine.startswith("extractive")
    assert draft.report.engine.endswith("(fallback)")
    assert "LLM_API_KEY" in draft.report.fallback
    assert "No language model wrote this" in draft.report.warnings[0]
    assert draft.outline.sections


def test_a_translation_has_nobody_to_fall_back_on(stub: Stub, digest: Make) -> None:
    stub.speaker = lambda question: Fault(401)
    with pytest.raises(Unanswered):
        digest(into="ko", fall_back=True)


@pytest.mark.parametrize("step", ["summary", "paragraphs"])
def test_without_an_opening_or_an_analysis_the_sections_still_stand(
    step: str, stub: Stub, digest: Make
) -> None:
    stub.speaker = lambda question: (
        Fault(finish="content_filter", text="") if step in question.wants else diligent(question)
    )
    draft = digest()
    assert draft.outline.summary
    assert len(draft.outline.key_points) >= 3
    assert (draft.outline.analysis is None) == (step == "paragraphs")
    assert any("filter" in warning for warning in draft.report.warnings)


def test_ten_times_as_many_bullets_are_cut_to_what_a_section_holds(stub: Stub, digest: Make) -> None:
    def chatty(question: Question) -> Any:
        answer = diligent(question)
        for topic in answer.get("topics", []):
            topic["bullets"] = topic["bullets"] * 10
        if "topics" in answer:
            answer["topics"] = answer["topics"] * 10
        return answer

    stub.speaker = chatty
    draft = digest()
    for section in draft.outline.walk():
        assert len(section.bullets) <= 7
        assert len(section.sections) <= 4


def test_four_parts_are_asked_about_at_once_and_stay_in_order(stub: Stub, digest: Make, talk: Any) -> None:
    flying, most, lock = 0, 0, threading.Lock()

    def slow(question: Question) -> Any:
        nonlocal flying, most
        with lock:
            flying += 1
            most = max(most, flying)
        time.sleep(0.05)
        with lock:
            flying -= 1
        return diligent(question)

    stub.speaker = slow
    length = talk[-1].end
    long_talk = [
        replace(segment, start=segment.start + turn * length, end=segment.end + turn * length)
        for turn in range(4) for segment in talk
    ]  # fmt: skip
    draft = digest(long_talk, pace=HURRIED)
    assert 1 < most <= 4
    starts = [section.start for section in draft.outline.sections]
    assert len(starts) > 4
    assert starts == sorted(starts)


def test_what_is_no_recording_is_not_asked_about_part_by_part(stub: Stub, model: Model) -> None:
    endless = [Segment(None, None, None, "the garden " * 1000) for _ in range(600)]
    with opened(model) as provider, pytest.raises(Unanswered, match="too long"):
        compose(endless, Style("en", "en", model.label), provider, Notes())
    assert stub.questions == []
