"""The wire between a process and its reader: whole messages, each a length and a pickle.

The reader believes its master. The master builds nothing out of an answer but the plain packages' own values, so
that a reader that a document took over cannot have code run.
"""

from __future__ import annotations

import io
import pickle
import socket
import struct
import time
from typing import Any

# Beside text, numbers and tuples: what our frozen dataclasses and failures are made of.
_TRUSTED = ("digestly.feeds.", "digestly.transcripts.", "digestly.fetch.errors", "digestly.parsing.errors")
_LENGTH = struct.Struct("!Q")


class HungUp(ConnectionError):
    """The other side is gone."""


class TooLong(Exception):
    """The other side has more to say than anybody wants to hear."""


class Garbled(Exception):
    """The other side does not speak like one of us."""


def packed(message: Any) -> bytes:
    """A message, whole before anything of it is sent."""
    return pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)


def say(line: socket.socket, message: bytes) -> None:
    line.sendall(_LENGTH.pack(len(message)))
    line.sendall(message)


def heard(line: socket.socket, *, until: float | None = None, at_most: int | None = None) -> bytearray:
    """The next message, still packed. TimeoutError when the moment `until` (monotonic) passes."""
    length = _LENGTH.unpack(_exactly(_LENGTH.size, line, until))[0]
    if at_most is not None and length > at_most:
        raise TooLong
    return _exactly(length, line, until)


def trusted(message: bytes | bytearray) -> Any:
    """What our own side says."""
    return pickle.loads(message)  # noqa: S301


def checked(message: bytes | bytearray) -> Any:
    """What a reader says, built of known values only."""
    try:
        return _Careful(io.BytesIO(message)).load()
    except Exception as reason:  # a broken pickle may raise anything
        raise Garbled from reason


class _Careful(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if module == "datetime" or (module.startswith(_TRUSTED) and name[:1].isupper() and "." not in name):
            return super().find_class(module, name)
        raise Garbled(f"{module}.{name}")


def _exactly(count: int, line: socket.socket, until: float | None) -> bytearray:
    taken = bytearray(count)
    view = memoryview(taken)
    while view:
        if until is not None:
            left = until - time.monotonic()
            if left <= 0:
                raise TimeoutError
            line.settimeout(left)
        got = line.recv_into(view)
        if not got:
            raise HungUp
        view = view[got:]
    return taken
