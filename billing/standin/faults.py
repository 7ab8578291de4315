"""Faults: what goes wrong with the next requests, when somebody orders it, and what was asked so far."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass
from typing import Any

KINDS = ("delay", "error", "rate_limit", "timeout", "drop_reply")


@dataclass
class Fault:
    """What goes wrong, and how often.

    `delay` does what was asked and answers `seconds` later, when that may be old news already; `drop_reply` does it
    and hangs up; `timeout` does nothing, and says nothing for `seconds`.
    """

    kind: str
    times: int = 1
    path: str = "/v1/"  # that begins so
    method: str = ""  # any
    seconds: float = 0.0
    status: int = 500
    keep: bool = False  # an error that Stripe keeps for the idempotency key, and repeats

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"kind must be one of {', '.join(KINDS)}")


class Faults:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ordered: list[Fault] = []
        self.log: deque[dict[str, Any]] = deque(maxlen=5_000)

    def order(self, fault: Fault) -> None:
        with self._lock:
            self._ordered.append(fault)

    def take(self, method: str, path: str) -> Fault | None:
        """The fault that this request meets; each counts down until it is used up."""
        with self._lock:
            for fault in self._ordered:
                if fault.times > 0 and path.startswith(fault.path) and fault.method in ("", method):
                    fault.times -= 1
                    return fault
        return None

    def clear(self) -> None:
        with self._lock:
            self._ordered.clear()
            self.log.clear()
