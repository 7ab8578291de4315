"""What the probe says of a provider that behaves, and of ones that do not."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from digestly.engine.llm.model import Model
from tests.engine.llm.conftest import KEY
from tests.engine.llm.speakers import diligent
from tests.engine.llm.test_wires import shown
from tests.engine.llm.wire import Fault, Question, Stub


def behaved(question: Question) -> Any:
    if question.headers["authorization"] != f"Bearer {KEY}":
        return Fault(401)
    if question.body["model"] == "no-such-model":
        return Fault(404, {"error": {"message": "no", "code": "model_not_found"}})
    if question.body["max_completion_tokens"] <= 16:
        return Fault(finish="length", text='{"colour": "In the beg')
    if not question.schema:
        question = shown(question)
    return {"colour": "yellow"} if question.wants == {"colour"} else diligent(question)


def probed(stub: Stub, settings: Any, speaker: Callable[[Question], Any]) -> str:
    stub.speaker = speaker
    settings.LLM = Model.named("small", key=KEY, base_url=stub.base_url)
    out = StringIO()
    try:
        call_command("llm_probe", stdout=out)
    except CommandError as told:
        out.write(str(told))
    return out.getvalue()


def test_a_provider_that_behaves_differs_in_nothing(stub: Stub, settings: Any) -> None:
    said = probed(stub, settings, behaved)
    assert said.endswith("All as expected.\n")
    assert said.count("expected:") == 11
    assert KEY not in said


def test_what_differs_is_said(stub: Stub, settings: Any) -> None:
    def careless(question: Question) -> Any:
        """Takes any key, and makes things up."""
        question.headers["authorization"] = f"Bearer {KEY}"
        answer = behaved(question)
        if isinstance(answer, Fault):
            return answer
        if "topics" in answer:
            answer["topics"][0]["bullets"] = [{"text": "Whales sing beneath mountains.", "lines": ["s1"]}]
        elif "bullets" in answer:
            answer["bullets"][0]["text"] = "Whales sing beneath mountains."
        return answer

    said = probed(stub, settings, careless)
    assert "refuses a wrong key: DIFFERS: answered (expected: denied)" in said
    assert "digests a talk: DIFFERS" in said
    assert "of these differ" in said


def test_without_a_model_there_is_nothing_to_probe(settings: Any) -> None:
    settings.LLM = None
    with pytest.raises(CommandError, match="LLM_MODEL"):
        call_command("llm_probe")
