"""Provider: one request to OpenAI, Anthropic, Google or any endpoint that speaks OpenAI's format.

The only room that imports the library. What it asks goes to the provider, or to the address that the operator
configured, and not through the fetcher: that one guards against addresses from outside, and would refuse the model
on the operator's own network that `LLM_BASE_URL` may well name. No address in a transcript is ever followed.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any

from digestly.engine.llm.asking import (
    Ask,
    AskFailed,
    Broken,
    Busy,
    Declined,
    Denied,
    OutOfQuota,
    Reply,
    Slow,
    TooLong,
    Truncated,
    Unreachable,
    Unusable,
    Usage,
)
from digestly.engine.llm.model import Model, NoLanguageModel

ANSWER = "answer"  # what the tool is called whose arguments are the answer
TRANSIENT = (408, 409, 425, 429)  # of the statuses below 500

_FENCED = re.compile(r"^\s*```(?:json)?\s*(.*?)\s*```\s*$", re.S)


class Provider:
    """Asks one model. Requests run on a loop of its own, so any thread may ask many at once."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._client = _client_of(model)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="llm", daemon=True)
        self._thread.start()

    def ask(self, ask: Ask) -> Future[Reply]:
        return asyncio.run_coroutine_threadsafe(self._answered(ask), self._loop)

    def close(self) -> None:
        asyncio.run_coroutine_threadsafe(self._closed(), self._loop).result(timeout=10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=10)
        self._loop.close()

    async def _closed(self) -> None:
        ours = asyncio.current_task()
        for task in asyncio.all_tasks():
            if task is not ours:
                task.cancel()
        await self._client.__aexit__(None, None, None)

    async def _answered(self, ask: Ask) -> Reply:
        from pydantic_ai import messages
        from pydantic_ai.direct import model_request
        from pydantic_ai.settings import ModelSettings

        said = messages.ModelRequest(
            parts=[messages.UserPromptPart(content=ask.user)], instructions=ask.system
        )
        # Retrying is ours to do: each request has its own budget and its own line in the ledger.
        limits = ModelSettings(
            max_tokens=ask.most_tokens, timeout=self.model.timeout, request_timeout=self.model.timeout, max_retries=0
        )  # fmt: skip
        form = _form(ask, self.model.output)
        try:
            response = await model_request(
                self._client, [said], model_settings=limits, model_request_parameters=form
            )
        except Exception as problem:
            raise _told(problem, self.model) from None  # the chain may print what the provider said
        usage = Usage(
            response.usage.input_tokens, response.usage.cache_read_tokens, response.usage.output_tokens
        )
        return Reply(_answer_in(response, usage, ask.schema), usage)


@contextmanager
def opened(model: Model) -> Iterator[Provider]:
    provider = Provider(model)
    try:
        yield provider
    finally:
        provider.close()


def _client_of(model: Model) -> Any:
    """The library's client. Raises NoLanguageModel where it is not installed, or the key is missing."""
    if not model.key and not model.base_url:
        raise NoLanguageModel(f"There is no key for {model.label}. Set LLM_API_KEY.")
    about: dict[str, Any] = {"api_key": model.key or "none", "base_url": model.base_url or None}
    # The library and its clients log each request at INFO, with its address.
    for name in ("httpx", "httpx2", "httpcore", "openai", "anthropic", "google_genai"):
        logging.getLogger(name).setLevel(logging.WARNING)
    try:
        if model.provider == "anthropic":
            from pydantic_ai.models.anthropic import AnthropicModel
            from pydantic_ai.providers.anthropic import AnthropicProvider

            return AnthropicModel(model.name, provider=AnthropicProvider(**about))
        if model.provider == "google":
            from pydantic_ai.models.google import GoogleModel
            from pydantic_ai.providers.google import GoogleProvider

            return GoogleModel(model.name, provider=GoogleProvider(**about))
        from pydantic_ai.models.openai import OpenAIChatModel

        if model.base_url:
            from pydantic_ai.providers.openai_compatible import OpenAICompatibleProvider

            return OpenAIChatModel(
                model.name, provider=OpenAICompatibleProvider("openai-compatible", **about)
            )
        from pydantic_ai.providers.openai import OpenAIProvider

        return OpenAIChatModel(model.name, provider=OpenAIProvider(api_key=model.key))
    except ImportError:
        raise NoLanguageModel(
            "The library for language models is not installed. Set DIGESTLY_EXTRAS=llm and start again, "
            'or install "digestly[llm]".'
        ) from None


def _form(ask: Ask, output: str) -> Any:
    """How the answer is to look, in the way that this endpoint understands."""
    from pydantic_ai.models import ModelRequestParameters
    from pydantic_ai.output import OutputObjectDefinition
    from pydantic_ai.tools import ToolDefinition

    schema = dict(ask.schema)
    if output == "tool":
        tool = ToolDefinition(
            name=ANSWER, parameters_json_schema=schema, description="Hand over the answer.", kind="output"
        )
        return ModelRequestParameters(output_mode="tool", output_tools=[tool], allow_text_output=False)
    shape = OutputObjectDefinition(json_schema=schema, name=ANSWER, description="The answer.")
    return ModelRequestParameters(
        output_mode="native" if output == "schema" else "prompted",
        output_object=shape,
        allow_text_output=True,
    )


def _answer_in(response: Any, usage: Usage, schema: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON object in a response: a tool's arguments, or a text that is one."""
    from pydantic_ai.messages import TextPart, ToolCallPart

    if response.finish_reason == "length":
        raise Truncated("The answer was cut off at its longest.", usage=usage)
    if response.finish_reason == "content_filter":
        raise Declined("The provider's filter stopped the answer.", usage=usage)
    calls = [part for part in response.parts if isinstance(part, ToolCallPart) and part.tool_name == ANSWER]
    text = "".join(part.content for part in response.parts if isinstance(part, TextPart))
    given: Any = calls[0].args if calls else text
    if not given:
        raise Declined("The model gave no answer.", usage=usage)
    if isinstance(given, str):
        given = _parsed(given)
    if not isinstance(given, dict):
        # Prose where an object was asked for is mostly a refusal in words; asking once more settles it.
        raise Unusable("The answer is not the JSON that was asked for.", usage=usage)
    missing = [name for name in schema.get("required", ()) if name not in given]
    if missing:
        raise Unusable(f"The answer lacks {', '.join(map(repr, missing))}.", usage=usage)
    return given


def _parsed(text: str) -> Any:
    fenced = _FENCED.match(text)
    try:
        return json.loads(fenced[1] if fenced else text)
    except (ValueError, RecursionError):
        return None


def _told(problem: Exception, model: Model) -> AskFailed:
    """What went wrong, in words of our own."""
    from pydantic_ai import exceptions as library

    status = getattr(problem, "status_code", None)
    wait = getattr(problem, "retry_after", None)
    code = f" (HTTP {status})" if status else ""
    match problem:
        case library.ModelQuotaExceededError():
            return OutOfQuota(f"The account's quota at {model.provider} is used up{code}.")
        case library.ModelAuthenticationError():
            return Denied(f"{model.provider} does not accept the key{code}. Check LLM_API_KEY.")
        case library.ModelNotFoundError():
            return Denied(f"There is no model “{model.name}” there{code}. Check LLM_MODEL and LLM_BASE_URL.")
        case library.ModelContextWindowExceededError():
            return TooLong("The question is longer than the model can read.")
        case library.ModelRateLimitError():
            return Busy(f"The provider asks for a pause{code}.", wait=wait)
        case library.ModelTimeoutError() | library.ModelRequestTimeout() | TimeoutError():
            return Slow(f"No answer within {model.timeout:g} seconds.")
        case library.ModelConnectionError():
            return Unreachable("The endpoint cannot be reached. Check LLM_BASE_URL and the network.")
        case library.ContentFilterError():
            return Declined("The provider's filter stopped the answer.")
        case library.ModelHTTPError() if status and (status >= 500 or status in TRANSIENT):
            return Broken(f"The provider is in trouble{code}.", wait=wait)
        case library.ModelServerError() | library.ModelUnavailableError():
            return Broken(f"The provider is in trouble{code}.", wait=wait)
        case library.ModelAPIError():
            return Denied(f"The provider rejects what it is asked{code}. Check LLM_MODEL and LLM_OUTPUT.")
        case library.UnexpectedModelBehavior():
            return Unusable("The provider's answer cannot be read.")
        case _:
            return Broken(f"Asking failed: {type(problem).__name__}.")
