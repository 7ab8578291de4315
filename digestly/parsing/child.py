"""The reader's side: a process that reads one document after another, and nothing else.

It is handed no secrets and sets its own limits. It ends when its master does.
"""

from __future__ import annotations

import importlib
import logging
import os
import resource
import select
import socket
import threading
import time
from typing import Any

from digestly.fetch.errors import Failure
from digestly.parsing import wire
from digestly.parsing.errors import ParseLimits
from digestly.parsing.limits import CPU_SECONDS, DATA_BYTES, MOST_DOCUMENTS, STAYING_BYTES

# Loaded while the master waits for the network. Any other reader is loaded when it is asked for.
USUAL = ("digestly.feeds.parse", "digestly.transcripts.parse")

log = logging.getLogger(__name__)


def serve(line: socket.socket) -> None:
    """Answer `(function, arguments, named arguments)` with `(value, failure, whether this was the last)`."""
    _limit()
    threading.Thread(target=_end_with_master, args=(line,), daemon=True).start()
    for module in USUAL:
        importlib.import_module(module)
    for number in range(1, MOST_DOCUMENTS + 1):
        try:
            request = wire.heard(line)
        except ConnectionError:
            return
        _allow_cpu()
        value, failure = _attempt(request)
        is_last = number == MOST_DOCUMENTS or _resident() > STAYING_BYTES
        try:
            answer = wire.packed((value, failure, is_last))
        except MemoryError:
            answer, is_last = wire.packed((None, _exhausted(), True)), True
        wire.say(line, answer)
        if is_last:
            return


def _attempt(request: bytearray) -> tuple[Any, Failure | None]:
    try:
        read, args, kwargs = wire.trusted(request)
        return read(*args, **kwargs), None
    except Failure as failure:
        return None, failure.with_traceback(None)
    except (MemoryError, RecursionError):
        return None, _exhausted()
    except Exception:
        log.exception("A reader broke")
        return None, ParseLimits("This document broke our reader. Its operator finds the reason in the log.")


def _exhausted() -> ParseLimits:
    return ParseLimits("This document takes more memory to read than any honest one.")


def _limit() -> None:
    """Limits that hold from now on. Data counts every private page, so it bounds what is resident."""
    for kind, most in ((resource.RLIMIT_DATA, DATA_BYTES), (resource.RLIMIT_CORE, 0)):
        resource.setrlimit(kind, (most, resource.getrlimit(kind)[1]))


def _allow_cpu() -> None:
    """The limit counts from the process's birth; each document has its own allowance."""
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time()) + CPU_SECONDS, hard))


def _resident() -> int:
    """Bytes of memory in use. Where the system does not say, the most that was ever in use."""
    try:
        with open("/proc/self/statm", "rb") as told:
            return int(told.read().split()[1]) * resource.getpagesize()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _end_with_master(line: socket.socket) -> None:
    """Even in the middle of a document: nobody waits for it any more."""
    hung_up = select.poll()
    hung_up.register(line, 0)  # a hang-up is always reported
    hung_up.poll()
    os._exit(0)


if __name__ == "__main__":
    serve(socket.socket(fileno=0))
