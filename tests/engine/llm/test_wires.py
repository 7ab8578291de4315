"""Each provider's own wire, and the three ways to be told to answer in JSON."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from digestly.engine import Draft
from digestly.engine.errors import EngineError
from digestly.engine.llm.asking import Ask
from digestly.engine.llm.ledger import Notes
from digestly.engine.llm.model import OUTPUTS, Model, NoLanguageModel
from digestly.engine.llm.provider import opened
from tests.engine.llm.conftest import KEY
from tests.engine.llm.wire import Fault, Stub


@pytest.mark.parametrize(
    ("name", "path", "header"),
    [
        ("openai:small", "/v1/chat/completions", "authorization"),
        ("anthropic:claude-haiku-4-5", "/v1/messages", "authorization"),
        ("google:gemini-2.5-flash", "/v1beta/models/gemini-2.5-flash:generateContent", "x-goog-api-key"),
    ],
)
def test_a_digest_comes_over_each_providers_wire(
    name: str, path: str, header: str, stub: Stub, digest: Callable[..., Draft]
) -> None:
    base = stub.base_url if name.startswith("openai") else stub.root
    notes = Notes()
    draft = digest(model=Model.named(name, key=KEY, base_url=base), notes=notes)
    assert draft.outline.sections
    assert draft.outline.analysis
    assert (draft.report.model, draft.report.engine) == (name, f"llm 1 ({name})")
    assert {question.path.split("?")[0] for question in stub.questions} == {path}
    assert all(KEY in question.headers[header] for question in stub.questions)
    assert {(usage.input, usage.cached, usage.output) for _, _, usage in notes.calls} == {(1000, 400, 100)}


@pytest.mark.parametrize("output", OUTPUTS)
def test_an_endpoint_is_asked_for_json_as_it_understands_it(
    output: Any, stub: Stub, digest: Callable[..., Draft]
) -> None:
    if output == "prompt":  # then the schema stands in words, and no field of the request has it
        speak = stub.speaker
        stub.speaker = lambda question: speak(shown(question))
    draft = digest(model=Model.named("small", key=KEY, base_url=stub.base_url, output=output))
    assert draft.outline.sections
    first = stub.questions[0].body
    assert ("tools" in first) == (output == "tool")
    kind = (first.get("response_format") or {}).get("type")
    assert kind == {"tool": None, "schema": "json_schema", "prompt": "json_object"}[output]


def shown(question: Any) -> Any:
    start = question.system.index('{"')
    return replace(question, schema=json.JSONDecoder().raw_decode(question.system[start:])[0])


def test_a_colon_in_a_models_own_name_is_no_provider() -> None:
    assert Model.named("llama3.1:8b").label == "openai:llama3.1:8b"
    assert Model.named("google:gemini-x").label == "google:gemini-x"


def test_without_a_key_the_operator_is_told_which_variable_to_set(digest: Callable[..., Draft]) -> None:
    with pytest.raises(NoLanguageModel, match="LLM_API_KEY"):
        digest(model=Model.named("openai:gpt"))


def test_an_endpoint_of_ones_own_needs_no_key(stub: Stub, digest: Callable[..., Draft]) -> None:
    assert digest(model=Model.named("local", base_url=stub.base_url)).outline.sections


@pytest.mark.parametrize("status", [401, 403, 400, 404, 500, 429])
def test_a_key_is_said_nowhere_even_when_the_provider_repeats_it(
    status: int, stub: Stub, digest: Callable[..., Draft], caplog: pytest.LogCaptureFixture
) -> None:
    said = {"error": {"message": f"Incorrect API key provided: {KEY}", "code": "invalid", "type": "x"}}
    stub.speaker = lambda question: Fault(status, said)
    with caplog.at_level(logging.DEBUG), pytest.raises(EngineError) as told:
        digest()
    assert KEY not in f"{told.value} {told.value!r} {told.value.__cause__} {told.value.__context__}"
    ours = [line.getMessage() for line in caplog.records if not line.name.startswith(("httpx", "httpcore"))]
    assert KEY not in "\n".join(line for line in ours if "digestly" in line)


def test_what_is_shown_of_a_model_holds_no_key() -> None:
    assert KEY not in repr(Model.named("openai:x", key=KEY))


def test_closing_a_provider_gives_up_what_is_under_way(stub: Stub, model: Model) -> None:
    stub.speaker = lambda question: Fault(delay=3)
    with opened(model) as provider:
        asked = provider.ask(Ask("x", "s", "u", {"type": "object", "properties": {}}, "k"))
    assert asked.cancelled() or asked.exception(timeout=5)


def test_a_web_process_never_loads_the_library(home: Path) -> None:
    """It costs seconds and a hundred megabytes."""
    code = """
import sys
import digestly.wsgi, digestly.urls, digestly.content.drafting, digestly.content.desk.review
print([name for name in sys.modules if name.startswith(("pydantic", "openai", "anthropic", "google.genai"))])
"""
    env = os.environ | {"DEBUG": "1"}
    said = subprocess.run(
        [sys.executable, "-c", code], cwd=home, capture_output=True, text=True, check=True, env=env
    )
    assert said.stdout.strip().splitlines()[-1] == "[]"
