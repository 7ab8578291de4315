"""Asking: what goes to a language model and what comes back, whoever the provider is.

One `Ask` is one request on the wire, so that each is budgeted and recorded by itself: whoever retries, asks again.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Protocol

Answer = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Ask:
    """A question to be answered with one JSON object of `schema`. `key` is the same for the same question."""

    step: str
    system: str
    user: str
    schema: Mapping[str, Any]
    key: str
    most_tokens: int = 4096  # of the answer


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens, as providers count them; `cached` is the part of `input` that was read from their cache."""

    input: int = 0
    cached: int = 0
    output: int = 0


@dataclass(frozen=True, slots=True)
class Reply:
    answer: Answer
    usage: Usage


class AskFailed(Exception):
    """No usable answer came. The message is our own: what a provider says may repeat the key it was given."""

    code = "failed"

    def __init__(self, message: str, *, usage: Usage | None = None, wait: float | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.usage = usage  # None when nothing was answered
        self.wait = wait  # seconds that the provider asked for


class Passing(AskFailed):
    """It may go better in a moment."""


class Busy(Passing):
    code = "rate_limited"


class Broken(Passing):
    code = "server_error"


class Slow(Passing):
    code = "timeout"


class Unreachable(Passing):
    code = "unreachable"


class Unusable(AskFailed):
    """Something was answered, and paid for, that is no answer. Asking again may help."""

    code = "unusable"


class Truncated(Unusable):
    code = "truncated"


class Declined(AskFailed):
    """The model will not, or cannot, answer this one question."""

    code = "refused"


class TooLong(Declined):
    code = "too_long"


class Denied(AskFailed):
    """No question will be answered: the key, the account, the model's name or the address is wrong."""

    code = "denied"


class OutOfQuota(Denied):
    code = "quota"


class Asker(Protocol):
    """Whoever answers. The future fails with an `AskFailed`."""

    def ask(self, ask: Ask) -> Future[Reply]: ...
