"""Connections: look a host up once, judge every address it has, connect to a judged one, in time.

A name that answers differently the second time (rebinding) gains nothing: there is no second time.
"""

from __future__ import annotations

import io
import queue
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

from digestly.fetch.addresses import Address, AllowList, reachable
from digestly.fetch.errors import TooLarge
from digestly.fetch.urls import Place


class Deadline:
    """A moment that no wait may pass."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self, *, at_most: float) -> float:
        """Seconds that the next wait may take."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return min(left, at_most)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait (seconds, and until when) and how many bytes to take off the wire."""

    deadline: Deadline
    connect: float
    read: float
    wire_bytes: int


@contextmanager
def dial(place: Place, *, tls: ssl.SSLContext, allow: AllowList, patience: Patience) -> Iterator[Line]:
    """A line to the place. Certificate and server name are those of the host, whichever address answers."""
    sock = _connect(place, allow=allow, patience=patience)
    try:
        if place.scheme == "https":
            sock.settimeout(patience.deadline.left(at_most=patience.connect))
            sock = tls.wrap_socket(sock, server_hostname=place.host)
        yield Line(sock, patience)
    finally:
        sock.close()


class Line:
    """What `http.client` takes for a socket. Each wait on it is cut to what is left of the deadline.

    So one byte now and then does not keep it open, be it in the headers or in the body.
    """

    def __init__(self, sock: socket.socket, patience: Patience) -> None:
        self._sock = sock
        self._patience = patience

    def sendall(self, data: bytes) -> None:
        self._sock.settimeout(self._patience.deadline.left(at_most=self._patience.read))
        self._sock.sendall(data)

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Wire(self._sock, self._patience), buffer_size=64 * 1024)

    def close(self) -> None:
        """Nothing: `http.client` hangs up before the body is read, `dial` does so after."""


class _Wire(io.RawIOBase):
    """The bytes as they arrive, counted: a chunk of size -1 makes `http.client` read without end."""

    def __init__(self, sock: socket.socket, patience: Patience) -> None:
        self._sock = sock
        self._patience = patience
        self._bytes_left = patience.wire_bytes

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._sock.settimeout(self._patience.deadline.left(at_most=self._patience.read))
        count = self._sock.recv_into(buffer)
        self._bytes_left -= count
        if self._bytes_left < 0:
            raise TooLarge("The host sends more than we are willing to take.")
        return count


def _connect(place: Place, *, allow: AllowList, patience: Patience) -> socket.socket:
    """Connect to the first reachable address that answers; the last one's trouble is the host's."""
    found = _look_up(place, patience.deadline.left(at_most=patience.connect))
    trouble: OSError = ConnectionError("no address")
    for address in reachable(found, place.port, allow=allow):
        try:
            return _connected(address, place.port, patience)
        except OSError as refusal:
            trouble = refusal
    raise trouble


def _connected(address: Address, port: int, patience: Patience) -> socket.socket:
    # Not socket.create_connection: it would look the address up again.
    sock = socket.socket(socket.AF_INET if address.version == 4 else socket.AF_INET6, socket.SOCK_STREAM)
    try:
        sock.settimeout(patience.deadline.left(at_most=patience.connect))
        sock.connect((str(address), port))
    except OSError:
        sock.close()
        raise
    return sock


def _look_up(place: Place, seconds: float) -> list[Address]:
    """The host's addresses in the resolver's order. A thread, because the resolver knows no time limit."""
    answer: queue.SimpleQueue[list[Any] | OSError | UnicodeError] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answer.put(socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as failure:
            answer.put(failure)

    threading.Thread(target=ask, name="look-up", daemon=True).start()
    try:
        found = answer.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError from None
    if isinstance(found, UnicodeError):
        raise socket.gaierror(socket.EAI_NONAME, "not a name") from found
    if isinstance(found, OSError):
        raise found
    return list(dict.fromkeys(ip_address(sockaddr[0]) for *_, sockaddr in found))
