"""Read a document apart: in a child process that is killed when the document costs too much.

Readers are kept warm, so that a common document pays for two messages and no start. They are started as programs,
not forked: a daemonic Celery worker may not fork through `multiprocessing`, and a fork would inherit our memory.
Each forked copy of this process starts readers of its own.
"""

from __future__ import annotations

import atexit
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from digestly.fetch.errors import Failure
from digestly.parsing import wire
from digestly.parsing.errors import ParseLimits
from digestly.parsing.limits import ANSWER_BYTES, WALL_SECONDS

MOST_IDLE = 2  # readers kept by a process whose threads read at once
# What Python needs to start. Nothing else of our environment is a reader's business: it holds secrets.
PASSED_ON = ("LANG", "LC_ALL", "LD_LIBRARY_PATH", "PATH", "SYSTEMROOT", "TMPDIR")
ROOT = Path(__file__).resolve().parents[2]

P = ParamSpec("P")
T = TypeVar("T")


def apart(read: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What `read(*args, **kwargs)` returns, or the `Failure` it raises.

    `read` is a function of a plain package, its arguments and its value are plain too. Raises ParseLimits where it
    takes too long, needs too much memory, says too much, or dies.
    """
    request = wire.packed((read, args, kwargs))
    reader = _a_reader()
    until = time.monotonic() + WALL_SECONDS
    try:
        value, failure, is_last = reader.answer(request, until=until)
    except BaseException:
        reader.end()
        raise
    if is_last:
        reader.end()
        prepare()
    else:
        _put_back(reader)
    if failure:
        raise failure
    return value


def prepare() -> None:
    """Have a reader ready. Called before a fetch, it starts while the host is thinking."""
    if not _idle:
        _idle.append(Reader())


class Reader:
    """A child process, and the line to it."""

    def __init__(self) -> None:
        self._line, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "digestly.parsing.child"],
                cwd=ROOT,
                env={name: os.environ[name] for name in PASSED_ON if name in os.environ},
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                start_new_session=True,  # a Ctrl-C is the master's to understand
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    def answer(self, request: bytes, *, until: float) -> tuple[Any, Failure | None, bool]:
        try:
            self._line.settimeout(max(until - time.monotonic(), 0.001))
            wire.say(self._line, request)
            answer = wire.heard(self._line, until=until, at_most=ANSWER_BYTES)
            value, failure, is_last = wire.checked(answer)
        except TimeoutError:
            raise ParseLimits(f"This document was not read within {WALL_SECONDS:g} seconds.") from None
        except wire.TooLong:
            raise ParseLimits("This document unfolds into more than can be kept.") from None
        except OSError:
            raise ParseLimits("Reading this document took more time or memory than it may.") from None
        except wire.Garbled:
            raise ParseLimits("The reader of this document did not answer sensibly.") from None
        return value, failure, is_last

    def end(self) -> None:
        """Hanging up would do, but not for one that is stopped or busy."""
        self.hang_up()
        self._process.kill()
        self._process.wait()

    def hang_up(self) -> None:
        self._line.close()


_idle: list[Reader] = []


def _a_reader() -> Reader:
    with suppress(IndexError):
        while True:  # one may have been killed while it had nothing to do
            reader = _idle.pop()
            if reader.is_alive:
                return reader
            reader.end()
    return Reader()


def _put_back(reader: Reader) -> None:
    if len(_idle) < MOST_IDLE:
        _idle.append(reader)
    else:
        reader.end()


def _forget() -> None:
    """After a fork: these readers are the other process's. Two masters on one line would mix their answers up."""
    for reader in _idle:
        reader.hang_up()
    _idle.clear()


def _end_all() -> None:
    while _idle:
        _idle.pop().end()


os.register_at_fork(after_in_child=_forget)
atexit.register(_end_all)
