"""The command: results on standard output, errors as JSON, a batch that goes on."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from digestly.engine.llm.model import Model
from digestly.outline import document, markdown
from tests.engine.llm.speakers import diligent
from tests.engine.llm.wire import Stub

TALK = Path(__file__).parent.parent / "data" / "engine" / "night_trains.vtt"


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("make_digest", *arguments, stdout=out)
    return out.getvalue()


class Piped:
    def __init__(self, text: str) -> None:
        self.buffer = io.BytesIO(text.encode())


def line(**extra: Any) -> str:
    said = TALK.read_text().splitlines()
    texts = [text.split(">", 1)[1].removesuffix("</v>") for text in said if text.startswith("<v")]
    return json.dumps(
        {"segments": [{"start": None, "end": None, "speaker": None, "text": text} for text in texts], **extra}
    )


def test_json_has_every_key_of_the_contract() -> None:
    made = json.loads(run(str(TALK)))
    assert set(made) == {
        "title", "language", "engine", "summary", "key_points", "sections", "insights", "analysis",
    }  # fmt: skip
    assert made["language"] == "en"
    assert document.load(made).sections


def test_markdown_reads_back() -> None:
    outline = markdown.parse(run(str(TALK), "--format", "markdown"))
    assert outline.summary == json.loads(run(str(TALK)))["summary"]


def test_an_error_is_json_and_exit_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    short = tmp_path / "short.txt"
    short.write_text("Three words only.")
    out = io.StringIO()
    with pytest.raises(SystemExit) as stopped:
        call_command("make_digest", str(short), stdout=out)
    assert stopped.value.code == 1
    assert json.loads(out.getvalue())["error"]["code"] == "too_short"


def test_an_unknown_engine_is_a_clear_error() -> None:
    out = io.StringIO()
    with pytest.raises(SystemExit):
        call_command("make_digest", str(TALK), "--engine", "oracle", stdout=out)
    assert json.loads(out.getvalue())["error"]["code"] == "unknown_engine"


def test_a_batch_keeps_its_order_and_goes_on_after_a_bad_line(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [line(title="One"), "{broken", json.dumps({"segments": []}), line(title="Two", language="en-GB")]
    monkeypatch.setattr("sys.stdin", Piped("\n".join(lines) + "\n"))
    first, broken, empty, last = map(json.loads, run("-", "--batch").splitlines())
    assert (first["title"], last["title"], last["language"]) == ("One", "Two", "en")
    assert broken["error"]["code"] == "transcript_bad"
    assert set(empty) == {"error"}


def test_a_language_model_writes_the_same_shape(settings: Any) -> None:
    stub = Stub(diligent)
    settings.LLM = Model.named("small", key="k", base_url=stub.base_url)
    try:
        plain, made = (json.loads(run(str(TALK), "--engine", engine)) for engine in ("extractive", "llm"))
        korean = json.loads(run(str(TALK), "--engine", "llm", "--into", "ko"))
    finally:
        stub.close()
    assert set(made) == set(plain)
    assert (made["engine"], made["language"], korean["language"]) == ("llm 1 (openai:small)", "en", "ko")
    assert document.load(made).analysis
    bullet, other = (told["sections"][0]["bullets"][0] for told in (made, plain))
    assert set(bullet) == set(other)


def test_a_language_model_that_is_not_set_up_is_a_clear_error(settings: Any) -> None:
    settings.LLM = None
    out = io.StringIO()
    with pytest.raises(SystemExit):
        call_command("make_digest", str(TALK), "--engine", "llm", stdout=out)
    assert json.loads(out.getvalue())["error"] == {
        "code": "no_llm",
        "message": "No language model is set up here. Set LLM_MODEL and LLM_API_KEY.",
    }
