"""A web of our own on loopback: sites that answer byte for byte what a test wants, however rude.

`certificates/` holds two key pairs made for these tests and good for nothing else, both for `localhost`: one
lasts until 2126, one ended in 2001.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from digestly.fetch.addresses import AllowList

CERTIFICATES = Path(__file__).parent / "certificates"

TLS_GREETING = b"\x16"

Answer = bytes | Callable[[socket.socket], None]


@dataclass
class Request:
    target: str
    headers: dict[str, str]


@dataclass
class Site:
    """A server on loopback. `connections` counts who came, `requests` and `bodies` keep what they said."""

    address: str = "127.0.0.1"
    scheme: str = "http"
    tls: ssl.SSLContext | None = None
    answers: dict[str, Answer] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    connections: int = 0

    def __post_init__(self) -> None:
        self.closing = threading.Event()
        self._listener = socket.create_server((self.address, 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def url(self, path: str = "/", *, host: str = "") -> str:
        return f"{self.scheme}://{host or self.address}:{self.port}{path}"

    def allowed(self) -> AllowList:
        return AllowList.parse(f"127.0.0.0/8:{self.port}")

    def close(self) -> None:
        self.closing.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                caller, _ = self._listener.accept()
                self.connections += 1
                threading.Thread(target=self._meet, args=(caller,), daemon=True).start()

    def _meet(self, caller: socket.socket) -> None:
        with contextlib.suppress(OSError), caller:
            if self.tls:
                caller = self.tls.wrap_socket(caller, server_side=True)
            with caller:
                self._answer(caller)

    def _answer(self, caller: socket.socket) -> None:
        with caller.makefile("rb") as heard:
            if heard.peek(1)[:1] == TLS_GREETING:
                caller.sendall(reply(400))
                return
            said = heard.readline().decode()
            if not said:  # whoever called is dead
                return
            target = said.split(" ")[1]
            lines = iter(lambda: heard.readline().decode().strip(), "")
            headers = {
                name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)
            }
            if length := int(headers.get("content-length", 0)):
                self.bodies.append(heard.read(length))
        self.requests.append(Request(target, headers))
        answer = self.answers.get(target.partition("?")[0], reply(404))
        if callable(answer):
            answer(caller)
        else:
            caller.sendall(answer)


def reply(status: int = 200, body: bytes = b"", *, length: int | None = None, **headers: str) -> bytes:
    """A whole HTTP answer. Header names are spelled with underscores."""
    lines = [f"HTTP/1.1 {status} Words", f"Content-Length: {len(body) if length is None else length}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode("utf-8") + b"\r\n\r\n" + body


@cache
def bomb(megabytes: int) -> bytes:
    """A gzip of so many megabytes of nothing."""
    packer = zlib.compressobj(wbits=16 + zlib.MAX_WBITS)
    zeros = bytes(1_000_000)
    return b"".join(packer.compress(zeros) for _ in range(megabytes)) + packer.flush()


def redirect(there: str, status: int = 302) -> bytes:
    return reply(status, Location=there)


def server_tls(certificate: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATES / certificate)
    return context
