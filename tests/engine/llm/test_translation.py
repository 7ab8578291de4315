"""From any language into any other: what stays beside a translated bullet, and what is checked in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from digestly.engine import Draft, NeedsModel, Options, make_outline
from digestly.outline import document
from digestly.transcripts.parse import parse
from digestly.transcripts.types import Segment
from tests.engine.llm.conftest import SAMPLES
from tests.engine.llm.speakers import diligent
from tests.engine.llm.test_claims import bullets
from tests.engine.llm.wire import Question, Stub

Make = Callable[..., Draft]


def test_a_talk_in_english_becomes_a_digest_in_korean_with_the_original_beside_it(
    stub: Stub, digest: Make, talk: Any
) -> None:
    draft = digest(into="ko")
    said = " ".join(segment.text for segment in talk)
    assert draft.language == "ko"
    assert "Korean" in stub.questions[0].system
    assert bullets(draft.outline)
    for section in draft.outline.walk():
        originals = draft.report.originals[section.id]
        assert len(originals) == len(section.bullets)
        assert all(original.split(".")[0][:20] in said for original in originals)
    assert document.load(document.dump(draft.outline)) == draft.outline
    assert draft.report.measures
    assert draft.report.measures.support is None


def test_a_talk_in_korean_becomes_a_digest_in_english(stub: Stub, digest: Make) -> None:
    korean = parse((SAMPLES / "commute-whiteboard-2.vtt").read_bytes(), content_type="text/vtt").segments

    def speak(question: Question) -> Any:
        answer = diligent(question)
        for topic in answer.get("topics", []):
            topic["heading"] = "the first topic"
            for number, told in enumerate(topic["bullets"]):
                told["text"] = f"The speakers explain point {number + 1} of their work."
        answer.pop("quotes", None) if "summary" not in question.wants else None
        return {"quotes": [], **answer} if "topics" in question.wants else answer

    stub.speaker = speak
    draft = digest(korean, into="en")
    assert draft.language == "en"
    assert draft.report.support
    assert draft.report.support[0] > 0
    assert any(original for originals in draft.report.originals.values() for original in originals)


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda told: told | {"original": ""}, "its sentence in English is missing"),
        (lambda told: told | {"original": "Whales sing beneath frozen mountains."}, "do not say this"),
        (lambda told: told | {"text": "이 회사에는 4711명이 있습니다."}, "4711"),
        (lambda told: told | {"text": "그는 Zebulon을 언급했습니다."}, "Zebulon"),
    ],
)
def test_a_translated_claim_is_checked_by_its_original_its_numbers_and_its_names(
    spoil: Any, reason: str, stub: Stub, digest: Make
) -> None:
    def speak(question: Question) -> Any:
        answer = diligent(question)
        if question.wants == {"bullets"}:
            return {"bullets": [spoil(told) for told in answer["bullets"]]}
        if "topics" in question.wants and "[s0]" in question.user:
            answer["topics"][0]["bullets"][0] = spoil(answer["topics"][0]["bullets"][0])
        return answer

    stub.speaker = speak
    report = digest(into="ko").report
    assert len(report.dropped) == 1
    assert reason in report.dropped[0]


def test_without_a_model_another_language_is_refused_and_not_faked(talk: tuple[Segment, ...]) -> None:
    with pytest.raises(NeedsModel, match="“ko” needs a language model"):
        make_outline(talk, Options(into="ko"))


def test_a_language_without_a_name_is_asked_for_by_its_tag(stub: Stub, digest: Make) -> None:
    digest(into="qya")
    assert "the language “qya”" in stub.questions[0].system
