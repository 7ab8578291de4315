"""Model: which one answers, and where, as an operator names it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from digestly.engine.errors import EngineError

PROVIDERS = ("openai", "anthropic", "google")
OUTPUTS = ("tool", "schema", "prompt")
TIMEOUT = 180.0  # seconds for one answer


class NoLanguageModel(EngineError):
    """The engine is not set up here."""

    code = "no_llm"


@dataclass(frozen=True, slots=True)
class Model:
    """Which model answers, and where. `output` is how it is told to answer in JSON."""

    provider: str
    name: str
    key: str = field(default="", repr=False)
    base_url: str = ""
    output: Literal["tool", "schema", "prompt"] = "tool"
    timeout: float = TIMEOUT

    @property
    def label(self) -> str:
        return f"{self.provider}:{self.name}"

    @classmethod
    def named(cls, text: str, **about: Any) -> Model:
        """`provider:name`, or the bare name of a model at an OpenAI-compatible address."""
        provider, colon, name = text.partition(":")
        if colon and provider in PROVIDERS:
            return cls(provider, name, **about)
        return cls("openai", text, **about)  # a colon may belong to the name, as in "llama3.1:8b"
