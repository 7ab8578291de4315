"""Readers as no document should have them: each does to its process what a hostile document might."""

from __future__ import annotations

import os
import resource
import signal
import time
from collections.abc import Callable
from typing import Any

from digestly.feeds.types import ParsedFeed
from digestly.parsing.limits import ANSWER_BYTES, STAYING_BYTES

_kept: list[bytes] = []


def who() -> int:
    return os.getpid()


def environment() -> str:
    return "\n".join(f"{name}={value}" for name, value in os.environ.items())


def too_much_memory() -> None:
    _kept.extend(bytes(2**20) for _ in range(100_000))


def too_deep() -> None:
    too_deep()


def killed() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def talkative() -> str:
    return "x" * (ANSWER_BYTES + 1)


def broken() -> None:
    raise KeyError("nobody thought of this")


def asleep() -> None:
    time.sleep(60)


def endless_for() -> None:
    """The system's own clock of processor time, set to run out at once."""
    resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time()) + 1, -1))
    while True:
        pass


def grown() -> None:
    _kept.append(b"x" * STAYING_BYTES)


class Treachery:
    def __reduce__(self) -> tuple[Callable[..., Any], tuple[str]]:
        return os.system, ("kill -9 $PPID",)


def treacherous() -> ParsedFeed:
    return Treachery()  # type: ignore[return-value]
