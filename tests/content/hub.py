"""A hub on loopback, as tests of `digestly.content.hubs` need it: it hears a request and asks back over HTTP."""

from __future__ import annotations

import hashlib
import hmac
import socket
from urllib.error import HTTPError
from urllib.parse import parse_qsl, urlencode, urlsplit
from urllib.request import Request, urlopen

from tests.fetch.loopback import Site, reply


class Hub:
    """It takes `https://digests.example` to live at `home`. What it was asked is in `asked`."""

    def __init__(self, home: str = "") -> None:
        self.home = home
        self.site = Site()
        self.site.answers["/hub"] = self.hear
        self.asked: list[dict[str, str]] = []
        self.told: list[tuple[int, str]] = []

    @property
    def url(self) -> str:
        return self.site.url("/hub")

    @property
    def link(self) -> str:
        return f'<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="hub" href="{self.url}"/>'

    def hear(self, caller: socket.socket) -> None:
        self.asked.append(dict(parse_qsl(self.site.bodies[-1].decode())))
        if self.home:
            self.ask_back()
        caller.sendall(reply(202))

    def path(self) -> str:
        return urlsplit(self.asked[-1]["hub.callback"]).path

    def ask_back(self) -> None:
        asked = self.asked[-1]
        query = {
            "hub.mode": "subscribe",
            "hub.topic": asked["hub.topic"],
            "hub.challenge": "a challenge",
            "hub.lease_seconds": asked["hub.lease_seconds"],
        }
        self.told.append(answered(f"{self.home}{self.path()}?{urlencode(query)}"))

    def call(self, body: bytes) -> tuple[int, str]:
        headers = {"X-Hub-Signature": signature(self.asked[-1]["hub.secret"], body)}
        return answered(Request(self.home + self.path(), body, headers))


def signature(secret: str, body: bytes, method: str = "sha256") -> str:
    return f"{method}={hmac.new(secret.encode(), body, getattr(hashlib, method)).hexdigest()}"


def answered(request: str | Request) -> tuple[int, str]:
    try:
        with urlopen(request, timeout=20) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as refusal:
        return refusal.code, ""
