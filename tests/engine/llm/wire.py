"""A language model of our own on loopback, on the wires that providers speak, with faults by script.

It is served over real HTTP, so what is tested is what a provider would get and say. A `Speaker` decides what it
answers to a question; `faults` are handed out first, in order, one a request.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Speaker = Callable[["Question"], Any]  # an object to answer with, or a Fault


@dataclass(frozen=True)
class Question:
    """What was asked, whichever wire it came on."""

    path: str
    system: str
    user: str
    schema: dict[str, Any]
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def wants(self) -> set[str]:
        return set(self.schema.get("properties", {}))


@dataclass(frozen=True)
class Fault:
    """Anything but a good answer."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    hangs_up: bool = False
    finish: str = ""
    text: str | None = None


@dataclass
class Stub:
    """The endpoint. `questions` keeps what was asked, in order."""

    speaker: Speaker
    faults: list[Fault] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    usage: tuple[int, int, int] = (1000, 400, 100)  # input, cached, output

    def __post_init__(self) -> None:
        stub = self
        self._lock = threading.Lock()

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                stub._meet(self)

            def log_message(self, *args: Any) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        ).start()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def root(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _meet(self, handler: BaseHTTPRequestHandler) -> None:
        body = json.loads(handler.rfile.read(int(handler.headers["Content-Length"])))
        wire = wire_of(handler.path)
        question = wire.read(handler.path, {k.lower(): v for k, v in handler.headers.items()}, body)
        with self._lock:
            self.questions.append(question)
            given = self.faults.pop(0) if self.faults else None
        given = self.speaker(question) if given is None else given
        fault = given if isinstance(given, Fault) else Fault()
        time.sleep(fault.delay)
        if fault.hangs_up:
            handler.close_connection = True
            handler.connection.close()
            return
        if fault.status != 200:
            said: Any = fault.body if fault.body is not None else wire.refuse(fault.status)
        else:
            answer = None if given is fault else given
            said = wire.write(question, answer, fault, self.usage)
        raw = said.encode() if isinstance(said, str) else json.dumps(said).encode()
        handler.send_response(fault.status)
        for name, value in {"Content-Type": "application/json", **fault.headers}.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(raw)))
        handler.end_headers()
        handler.wfile.write(raw)


class OpenAI:
    """Chat completions: https://platform.openai.com/docs/api-reference/chat"""

    @staticmethod
    def read(path: str, headers: dict[str, str], body: dict[str, Any]) -> Question:
        said = {role: "\n".join(text_of(m) for m in body["messages"] if m["role"] in roles)
                for role, roles in {"system": ("system", "developer"), "user": ("user",)}.items()}  # fmt: skip
        if tools := body.get("tools"):
            schema = tools[0]["function"]["parameters"]
        else:
            schema = (body.get("response_format") or {}).get("json_schema", {}).get("schema", {})
        return Question(path, said["system"], said["user"], schema, headers, body)

    @staticmethod
    def write(question: Question, answer: Any, fault: Fault, usage: tuple[int, int, int]) -> dict[str, Any]:
        text = fault.text if fault.text is not None else json.dumps(answer)
        message: dict[str, Any] = {"role": "assistant", "content": None}
        finish = fault.finish or "stop"
        if question.body.get("tools") and (answer is not None or fault.finish == "length"):
            call = {"name": question.body["tools"][0]["function"]["name"], "arguments": text}
            message["tool_calls"] = [{"id": "call_1", "type": "function", "function": call}]
            finish = fault.finish or "tool_calls"
        else:
            message["content"] = text
        read, cached, written = usage
        return {
            "id": "chatcmpl-1", "object": "chat.completion", "created": 1_790_000_000,
            "model": question.body["model"],
            "choices": [{"index": 0, "message": message, "finish_reason": finish, "logprobs": None}],
            "usage": {
                "prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written,
                "prompt_tokens_details": {"cached_tokens": cached},
            },
        }  # fmt: skip

    @staticmethod
    def refuse(status: int) -> dict[str, Any]:
        return {"error": {"message": "no"}}


class Anthropic:
    """Messages: https://docs.anthropic.com/en/api/messages"""

    @staticmethod
    def read(path: str, headers: dict[str, str], body: dict[str, Any]) -> Question:
        system = body.get("system") or ""
        system = system if isinstance(system, str) else "\n".join(part["text"] for part in system)
        user = "\n".join(text_of(message) for message in body["messages"] if message["role"] == "user")
        schema = body["tools"][0]["input_schema"] if body.get("tools") else {}
        return Question(path, system, user, schema, headers, body)

    @staticmethod
    def write(question: Question, answer: Any, fault: Fault, usage: tuple[int, int, int]) -> dict[str, Any]:
        read, cached, written = usage
        if answer is None:
            said = fault.text or ""
            content = [{"type": "text", "text": said}] if said else []
            stop = {"length": "max_tokens", "content_filter": "refusal"}.get(fault.finish, "end_turn")
        else:
            name = question.body["tools"][0]["name"]
            content = [{"type": "tool_use", "id": "toolu_1", "name": name, "input": answer}]
            stop = "tool_use"
        return {
            "id": "msg_1", "type": "message", "role": "assistant", "model": question.body["model"],
            "content": content, "stop_reason": stop, "stop_sequence": None,
            # Here the cached tokens stand beside the others, not among them.
            "usage": {
                "input_tokens": read - cached, "output_tokens": written,
                "cache_read_input_tokens": cached, "cache_creation_input_tokens": 0,
            },
        }  # fmt: skip

    @staticmethod
    def refuse(status: int) -> dict[str, Any]:
        kind = {401: "authentication_error", 429: "rate_limit_error", 529: "overloaded_error"}
        error = {"type": kind.get(status, "api_error"), "message": "no"}
        return {"type": "error", "error": error, "request_id": "req_1"}


class Google:
    """generateContent: https://ai.google.dev/api/generate-content"""

    @staticmethod
    def read(path: str, headers: dict[str, str], body: dict[str, Any]) -> Question:
        system = "\n".join(part["text"] for part in (body.get("systemInstruction") or {}).get("parts", []))
        user = "\n".join(part["text"] for content in body["contents"] for part in content["parts"])
        declared = body["tools"][0]["functionDeclarations"][0]
        schema = (
            declared.get("parametersJsonSchema")
            or declared.get("parameters_json_schema")
            or declared.get("parameters")
            or {}
        )
        return Question(path, system, user, schema, headers, body)

    @staticmethod
    def write(question: Question, answer: Any, fault: Fault, usage: tuple[int, int, int]) -> dict[str, Any]:
        read, cached, written = usage
        if answer is None:
            parts = [{"text": fault.text}] if fault.text else []
            finish = {"length": "MAX_TOKENS", "content_filter": "SAFETY"}.get(fault.finish, "STOP")
        else:
            name = question.body["tools"][0]["functionDeclarations"][0]["name"]
            parts, finish = [{"functionCall": {"name": name, "args": answer}}], "STOP"
        return {
            "candidates": [{"content": {"role": "model", "parts": parts}, "finishReason": finish, "index": 0}],
            "usageMetadata": {
                "promptTokenCount": read, "cachedContentTokenCount": cached,
                "candidatesTokenCount": written, "totalTokenCount": read + written,
            },
            "modelVersion": "stub",
        }  # fmt: skip

    @staticmethod
    def refuse(status: int) -> dict[str, Any]:
        kind = {
            401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND", 429: "RESOURCE_EXHAUSTED",
            503: "UNAVAILABLE",
        }  # fmt: skip
        return {"error": {"code": status, "message": "no", "status": kind.get(status, "INTERNAL")}}


def wire_of(path: str) -> Any:
    if "generateContent" in path:
        return Google
    return Anthropic if path.split("?")[0].endswith("/messages") else OpenAI


def text_of(message: dict[str, Any]) -> str:
    content = message.get("content") or ""
    return content if isinstance(content, str) else "\n".join(part.get("text", "") for part in content)
