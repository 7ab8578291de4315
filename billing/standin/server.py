"""Server: the stand-in on a port of this machine. Form fields in, JSON out, as at Stripe; pages for people."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import stripe

from . import api, clock, control, pages, parameters
from .deliveries import Deliveries
from .faults import Fault, Faults
from .refusals import Declined, Refused
from .store import Object, Store

LOOPBACK = "127.0.0.1"
HOSTS = (LOOPBACK, "localhost", "[::1]")
LARGEST = 1024 * 1024  # bytes of a request
IDEMPOTENT = clock.DAY  # seconds that an answer is kept for its key
BETWEEN_LOOKS = 5.0  # seconds, at the clock


def serve(port: int, file: Path, *, seed: str | None = None) -> Standin:
    """A stand-in that listens but does not answer yet; port 0 is any free one. With a seed, ids repeat."""
    return Standin(port, file, seed)


class Standin(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port: int, file: Path, seed: str | None) -> None:
        super().__init__((LOOPBACK, port), Handler, bind_and_activate=False)
        try:
            self.server_bind()
            self.server_activate()
        except OSError:
            self.socket.close()
            raise
        self.store = Store(file, seed=seed)
        self.store.address = self.url
        self.faults = Faults()
        self.deliveries = Deliveries(self.store)
        self._looked = 0.0

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.server_address[1]}"

    def service_actions(self) -> None:
        """Called again and again while serving: what falls due by itself, happens."""
        if time.monotonic() - self._looked > BETWEEN_LOOKS:
            with self.store.transaction():
                clock.catch_up(self.store)
            self._looked = time.monotonic()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Who hangs up before the answer, as a test may, is no news."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    def server_close(self) -> None:
        super().server_close()
        self.deliveries.stop()
        self.store.close()


class Handler(BaseHTTPRequestHandler):
    server: Standin
    protocol_version = "HTTP/1.1"
    server_version = "stripe-standin"
    wbufsize = 65_536  # an answer leaves in one piece
    timeout = 60

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def do_DELETE(self) -> None:
        self._answer()

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the request log is asked for by control."""

    def _answer(self) -> None:
        parts = urlsplit(self.path)
        try:
            body = self._body()
            if self.headers.get("Host", "").rpartition(":")[0] not in HOSTS:
                raise Refused("The stand-in answers to this machine's own names only.", status=403)
            if parts.path.startswith("/v1/"):
                self._api(parts.path, parts.query, body)
            elif parts.path.startswith("/fonts/"):
                self._font(parts.path.removeprefix("/fonts/"))
            elif parts.path.startswith("/_fake/"):
                self._control(parts.path.removeprefix("/_fake/"), body)
            else:
                self._page(parts.path, parts.query, body)
        except Refused as refused:
            self._json(refused.status, refused.body)

    def _body(self) -> str:
        length = self.headers.get("Content-Length", "0")
        if not length.isdecimal() or int(length) > LARGEST:
            self.close_connection = True
            raise Refused("The request is too large.", status=413)
        return self.rfile.read(int(length)).decode(errors="replace")

    # Requests of the SDK ---------------------------------------------------------------------------------------

    def _api(self, path: str, query: str, body: str) -> None:
        pairs = parse_qsl(query, keep_blank_values=True) + parse_qsl(body, keep_blank_values=True)
        ident = self.server.store.new_id("req", 14)
        key = self.headers.get("Idempotency-Key") if self.command == "POST" else None
        entry: dict[str, Any] = {
            "id": ident, "at": time.time(), "method": self.command, "path": path, "params": dict(pairs),
            "idempotency_key": key, "status": None, "replayed": False, "fault": None,
        }  # fmt: skip
        self.server.faults.log.append(entry)
        request = Request(self.server.store, self.command, path, pairs, key, ident)
        fault = self.server.faults.take(self.command, path)
        entry["fault"] = fault and fault.kind
        if fault and fault.kind == "timeout":
            time.sleep(fault.seconds)
            self.close_connection = True
            return
        try:
            signed_with = key_of(self.headers.get("Authorization", ""))
            if fault and fault.kind in ("error", "rate_limit"):
                reply = spoilt(fault, request)
            else:
                reply = request.perform(signed_with)
        except Refused as refused:
            reply = Reply(refused.status, json.dumps(refused.body))
        entry |= {"status": reply.status, "replayed": reply.is_replayed}
        self.server.deliveries.wake()
        if fault and fault.kind == "delay":
            time.sleep(fault.seconds)
        if fault and fault.kind == "drop_reply":
            self.close_connection = True
            return
        headers = {"Request-Id": ident, "Stripe-Version": stripe.api_version}
        if key:
            headers["Idempotency-Key"] = key
        if reply.is_replayed:
            headers["Idempotent-Replayed"] = "true"
        self._send(reply.status, "application/json", reply.text, headers)

    # Control and pages -----------------------------------------------------------------------------------------

    def _control(self, name: str, body: str) -> None:
        # A page elsewhere could send a form here, but not this type, without asking the browser first.
        if self.command != "POST" or self.headers.get_content_type() != "application/json":
            raise Refused("Controls are JSON, sent by POST.", status=405)
        try:
            given = json.loads(body or "{}")
        except ValueError:
            raise Refused("This is no JSON.") from None
        if not isinstance(given, dict):
            raise Refused("Controls take an object.")
        self._json(200, control.run(self.server, name, given))

    def _page(self, path: str, query: str, body: str) -> None:
        if self.command not in ("GET", "POST"):
            raise Refused("Pages are read and sent.", status=405)
        visit = pages.Visit(
            self.server.store, self.command, path, dict(parse_qsl(query)), dict(parse_qsl(body)),
            self.headers.get("Accept-Language", ""),
        )  # fmt: skip
        page = pages.respond(visit)
        # Checkout waits for the endpoints before it sends the buyer back, and so does Stripe's.
        if self.command == "POST":
            self.server.deliveries.settle()
        headers = {"Location": page.location} if page.location else pages.HEADERS
        self._send(page.status, "text/html; charset=utf-8", page.html, headers)

    def _font(self, name: str) -> None:
        found = pages.font(name)
        if not found:
            raise Refused("There is no such font.", status=404)
        self._send(200, *found, {"Cache-Control": "max-age=86400"})

    def _json(self, status: int, thing: Object) -> None:
        self._send(status, "application/json", json.dumps(thing), {})

    def _send(self, status: int, kind: str, text: str | bytes, headers: dict[str, str]) -> None:
        body = text.encode() if isinstance(text, str) else text
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


@dataclass(frozen=True)
class Reply:
    status: int
    text: str  # JSON
    is_replayed: bool = False


def spoilt(fault: Fault, request: Request) -> Reply:
    """An answer that has nothing to do with what was asked."""
    if fault.kind == "rate_limit":
        return Reply(429, json.dumps(Refused("Request rate limit exceeded.", code="rate_limit").body))
    reply = Reply(fault.status, json.dumps(Refused("An error occurred on our end.", kind="api_error").body))
    if fault.keep:
        request.keep(reply)
    return reply


class Request:
    """One request of the SDK; asked twice with one idempotency key, it happens once."""

    def __init__(
        self, store: Store, method: str, path: str, pairs: list[tuple[str, str]], key: str | None, ident: str
    ) -> None:
        self._store, self._method, self._path, self._pairs, self._key = store, method, path, pairs, key
        self._ident = ident
        self._asked = json.dumps([method, path, sorted(pairs)])

    def perform(self, signed_with: str) -> Reply:
        route, names = api.find(self._method, self._path)
        given = parameters.read(self._pairs, route.shape)
        with self._store.lock:
            if kept := self._kept():
                return kept
            call = api.Call(self._store, clock.now(), given, signed_with)
            reply = self._once(lambda: route.act(call, **names))
            self.keep(reply)
            return reply

    def _once(self, act: Callable[[], Object]) -> Reply:
        self._store.request = {"id": self._ident, "idempotency_key": self._key}
        try:
            with self._store.transaction():
                try:
                    return Reply(200, json.dumps(act(), default=str, indent=2))
                except Declined as declined:
                    return Reply(declined.status, json.dumps(declined.body))
        except Refused as refused:
            return Reply(refused.status, json.dumps(refused.body))
        finally:
            self._store.request = {"id": None, "idempotency_key": None}

    def _kept(self) -> Reply | None:
        found = self._key and self._store.reply_to(self._key, since=time.time() - IDEMPOTENT)
        if not found:
            return None
        asked, status, text = found
        if asked != self._asked:
            raise Refused(
                "Keys for idempotent requests can only be used with the same parameters they were first used with. "
                f"Try using a key other than '{self._key}' if you meant to execute a different request.",
                kind="idempotency_error",
            )
        return Reply(status, text, is_replayed=True)

    def keep(self, reply: Reply) -> None:
        if self._key:
            with self._store.lock:
                self._store.keep_reply(
                    self._key, at=time.time(), request=self._asked, status=reply.status, body=reply.text
                )


def key_of(authorization: str) -> str:
    """The secret key of a Bearer header; a live one is never taken."""
    scheme, _, key = authorization.partition(" ")
    if scheme != "Bearer" or not key:
        raise Refused("You did not provide an API key: Authorization: Bearer YOUR_SECRET_KEY", status=401)
    if key.startswith(("sk_live_", "rk_live_")):
        raise Refused("The stand-in refuses live keys: real money belongs to Stripe alone.", status=401)
    if not key.startswith(("sk_test_", "rk_test_")):
        raise Refused("Invalid API Key provided: it must begin with sk_test_ or rk_test_.", status=401)
    return key
