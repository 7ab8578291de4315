"""What the desk says of how a draft was made, what it took, and why there is none."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from digestly.content.models import Digest, LlmCall, ModelPrice, SpendingDay
from digestly.engine.llm.model import Model
from digestly.outline.types import Outline

REPORT = {
    "warnings": ["The transcript is short."],
    "measures": {"coverage": 0.95, "redundancy": 0.17, "cleanliness": 1.0, "support": None},
    "model": "openai:small-model",
    "fallback": "",
    "support": [47, 48],
    "mended": 3,
    "dropped": ["Whales sing. (the cited lines do not say this)"],
    "unverified": [],
    "originals": {},
    "calls": 12,
    "tokens": 48123,
    "cost": 31200,
    "seconds": 41.5,
}


@pytest.fixture
def desk(signed_in: Callable[..., Client], editor: Any) -> Client:
    return signed_in(editor)


@pytest.fixture
def model(settings: Any) -> None:
    settings.LLM = Model.named("small-model", key="sk-very-secret", base_url="http://127.0.0.1:9/v1")


def page_of(desk: Client, digest: Digest) -> str:
    return desk.get(reverse("admin:content_digest_change", args=[digest.pk])).content.decode()


def test_the_review_page_says_how_a_draft_was_made(
    desk: Client, model: None, make_digest: Any, talk: Outline
) -> None:
    digest = make_digest(talk, engine="llm 1 (openai:small-model)", report=REPORT)
    SpendingDay.objects.create(date=datetime.now(UTC).date(), spent=1_250_000)
    page = page_of(desk, digest)
    for words in (
        "llm 1 (openai:small-model)", "95%", "47 of 48 claims, 3 at the second try", "17%", "100%",
        "0.0312 (12 requests, 48,123 tokens)", "41.5 s", "1 claim was left out", "Whales sing.",
        "1.25 of 20.00", "The transcript is short.",
    ):  # fmt: skip
        assert words in page
    assert "sk-very-secret" not in page


def test_a_draft_without_a_report_is_shown_all_the_same(
    desk: Client, make_digest: Any, talk: Outline
) -> None:
    page = page_of(desk, make_digest(talk))
    assert "How it was made" in page
    assert "Spent today" not in page


def test_a_fallback_is_said_where_the_editor_decides(
    desk: Client, model: None, make_digest: Any, talk: Outline
) -> None:
    report = {"fallback": "openai does not accept the key (HTTP 401). Check LLM_API_KEY.", "warnings": []}
    page = page_of(desk, make_digest(talk, engine="extractive 1 (fallback)", report=report))
    assert "A language model was to write it, and could not" in page
    assert "HTTP 401" in page


def test_a_translation_is_shown_beside_its_original(
    desk: Client, model: None, make_digest: Any, talk: Outline
) -> None:
    section = next(section for section in talk.walk() if section.bullets)
    report = REPORT | {"originals": {section.id: ["What was really said."] * len(section.bullets)}}
    page = page_of(desk, make_digest(talk, language="ko", report=report))
    assert "Beside the original" in page
    assert page.count("What was really said.") == len(section.bullets)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("needs_llm", "Nobody here translates"),
        ("llm_budget", "It can be written again tomorrow"),
        ("llm_failed", "what was answered so far is kept"),
    ],
)
def test_a_failure_says_what_can_be_done_about_it(
    code: str, words: str, desk: Client, make_digest: Any, talk: Outline
) -> None:
    digest = make_digest(talk, state=Digest.State.FAILED, error_code=code, error_text="Why it failed.")
    page = page_of(desk, digest)
    assert "Why it failed." in page
    assert words in page
    assert "Have it written again" in page


def test_the_extractive_engine_can_be_asked_for_instead(
    desk: Client, model: None, make_digest: Any, talk: Outline
) -> None:
    digest = make_digest(talk, engine="llm 1 (openai:small-model)", report=REPORT)
    page = page_of(desk, digest)
    assert 'value="extract"' in page
    address = reverse("admin:content_digest_change", args=[digest.pk])
    desk.post(address, {"act": "extract", "version": 1})
    digest.refresh_from_db()
    assert (digest.state, digest.engine_wanted) == (Digest.State.PENDING, "extractive")


@pytest.mark.parametrize("facts", [{"engine": "extractive 1"}, {"language": "ko", "engine": "llm 1 (m)"}])
def test_nobody_is_offered_what_would_change_nothing_or_cannot_be_done(
    facts: dict[str, str], desk: Client, model: None, make_digest: Any, talk: Outline
) -> None:
    digest = make_digest(talk, **facts)
    if "language" in facts:
        type(digest.transcript).objects.filter(pk=digest.transcript_id).update(language="en")
    assert 'value="extract"' not in page_of(desk, digest)


def test_the_ledger_is_read_and_never_written(desk: Client, make_digest: Any, talk: Outline) -> None:
    call = LlmCall.objects.create(
        digest=make_digest(talk), step="section 1", model="openai:small-model", key="k", outcome="answered",
        input=1000, cached=400, output=100, reserved=44000, cost=2600, day=datetime.now(UTC).date(),
        answer={"heading": "A locked heading"},
    )  # fmt: skip
    listed = desk.get(reverse("admin:content_llmcall_changelist")).content.decode()
    page = desk.get(reverse("admin:content_llmcall_change", args=[call.pk])).content.decode()
    assert "0.0026" in listed
    assert "section 1" in listed
    for shown in (listed, page):
        assert "A locked heading" not in shown
        assert 'name="_save"' not in shown
    assert desk.post(reverse("admin:content_llmcall_change", args=[call.pk]), {"cost": 1}).status_code == 403


def test_the_ledger_takes_as_many_queries_for_many_rows(
    desk: Client, make_digest: Any, talk: Outline, django_assert_max_num_queries: Any
) -> None:
    digest = make_digest(talk)
    LlmCall.objects.bulk_create(
        LlmCall(
            digest=digest,
            step=f"section {n}",
            model="m",
            key=f"{n}",
            reserved=1,
            day=datetime.now(UTC).date(),
        )
        for n in range(40)
    )
    with django_assert_max_num_queries(9):
        assert desk.get(reverse("admin:content_llmcall_changelist")).status_code == 200


def test_the_price_table_is_kept_by_hand(desk: Client) -> None:
    told = {"model": "openai:local", "input": "0", "cached": "", "output": "0"}
    assert desk.post(reverse("admin:content_modelprice_add"), told).status_code == 302
    price = ModelPrice.objects.get()
    assert (price.is_known, price.input, price.cached) == (True, Decimal(0), None)
    wrong = desk.post(
        reverse("admin:content_modelprice_change", args=[price.pk]), {"input": "-1", "output": "1"}
    )
    assert wrong.status_code == 200


def test_the_first_page_says_what_was_spent_today(desk: Client, model: None) -> None:
    SpendingDay.objects.create(date=datetime.now(UTC).date(), spent=300_000)
    assert "0.30 of 20.00 spent today" in desk.get(reverse("admin:index")).content.decode()


def test_a_source_says_that_other_languages_need_a_model_which_is_not_here(
    desk: Client, source: Any, settings: Any
) -> None:
    address = reverse("admin:content_source_change", args=[source.pk])
    assert "the operator sets LLM_MODEL" in desk.get(address).content.decode()
    settings.LLM = Model.named("small-model", key="k")
    assert "the operator sets LLM_MODEL" not in desk.get(address).content.decode()


@pytest.mark.parametrize(
    ("engine", "words"),
    [
        ("llm 1 (openai:small-model)", "A language model drafted it"),
        ("extractive 1 (fallback)", "made of the recording's own sentences"),
        ("import", ""),
    ],
)
def test_a_readers_page_says_what_kind_of_engine_drafted_it(
    engine: str, words: str, make_digest: Any, publish: Any, talk: Outline, client: Client
) -> None:
    digest = publish(make_digest(talk, engine=engine))
    page = client.get(digest.get_absolute_url()).content.decode()
    assert words in page
    assert ("drafted it" in page, "own sentences" in page) == (engine[0] == "l", engine[0] == "e")
