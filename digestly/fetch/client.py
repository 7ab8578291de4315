"""The one guarded HTTP client: every byte that comes from outside comes through `Client.fetch`.

It speaks plain HTTP over a line that `connections` dialled: there are no proxies, no cookies, no .netrc, no
pooled connections to switch off. Redirects are followed here, and each hop is judged like the first.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import IO, cast

import certifi

from digestly.fetch import answers, errors, links, urls
from digestly.fetch.addresses import NOTHING, AllowList
from digestly.fetch.bodies import ACCEPT_ENCODING, read_body, write_body
from digestly.fetch.connections import Deadline, Patience, dial
from digestly.fetch.urls import Place

_GOOD = frozenset({200, 202, 203, 204})
_NOT_MODIFIED = 304


@dataclass(frozen=True, slots=True)
class Limits:
    """How much an answer may cost us. Bytes are counted unpacked; times are in seconds."""

    max_bytes: int
    total: float = 30
    connect: float = 10
    read: float = 15
    max_redirects: int = 5


FEED = Limits(max_bytes=15_000_000)
TRANSCRIPT = Limits(max_bytes=10_000_000)


@dataclass(frozen=True, slots=True)
class Fetched:
    """A good answer. `etag` and `last_modified` are what to send with the next fetch.

    `permanent_url` is where the address moved for good: set when every redirect on the way was permanent.
    `max_age` (seconds) and `expires` (aware) say how long the host wants the answer kept. `links` are the relations
    that its headers name, with their addresses.
    """

    url: str
    status: int
    body: bytes
    content_type: str | None
    etag: str | None
    last_modified: str | None
    permanent_url: str | None
    max_age: int | None
    expires: datetime | None
    elapsed_ms: int
    links: tuple[tuple[str, str], ...] = ()

    def link(self, relation: str) -> str | None:
        """The first address that the headers name for this relation."""
        return next((address for name, address in self.links if name == relation), None)

    @property
    def not_modified(self) -> bool:
        return self.status == _NOT_MODIFIED


class Client:
    """Built once per process. Threads may share it, for it keeps nothing between fetches."""

    def __init__(self, *, user_agent: str, allow: AllowList = NOTHING, ca_file: str | None = None) -> None:
        """`ca_file` holds the certificates to trust instead of the public ones, say those of a company."""
        if not (user_agent.isascii() and user_agent.isprintable()):
            raise ValueError("a user agent is printable ASCII")
        self._user_agent = user_agent
        self._allow = allow
        self._tls = ssl.create_default_context(cafile=ca_file or certifi.where())
        self._tls.minimum_version = ssl.TLSVersion.TLSv1_2

    def fetch(
        self,
        url: str,
        *,
        limits: Limits = FEED,
        etag: str | None = None,
        last_modified: str | None = None,
        accept: str | None = None,
        accept_language: str | None = None,
        into: IO[bytes] | None = None,
    ) -> Fetched:
        """GET a URL, follow its redirects. All but a good answer or "not modified" raises a `Failure`.

        `into` is a file that takes the body, where it is too large to hold; `Fetched.body` is empty then.
        """
        started = time.monotonic()
        patience = _patience(limits)
        way = _Way(urls.check(url, allow=self._allow), limits.max_redirects)
        known = _Validators(answers.validator(etag), answers.validator(last_modified))
        while True:
            headers = {"Accept": accept or "*/*", **known.headers}
            headers |= {"Accept-Language": accept_language} if accept_language else {}
            with self._ask(way.place, patience, headers) as answer:
                there = answers.location(answer)
                if there is None:
                    return _fetched(answer, way, known, limits, started, into)
            permanent = answer.status in answers.PERMANENT_REDIRECTS
            way.go(self._judged(there, seen_from=way.place), permanent=permanent)
            if way.downgraded:
                known = _Validators()  # what was said in confidence is not repeated in the open

    def post(self, url: str, body: bytes, *, content_type: str, limits: Limits = FEED) -> Fetched:
        """POST to a URL. A redirect is a refusal: what was sent is for the one it was addressed to."""
        started = time.monotonic()
        way = _Way(urls.check(url, allow=self._allow), 0)
        headers = {"Accept": "*/*", "Content-Type": content_type}
        with self._ask(way.place, _patience(limits), headers, method="POST", body=body) as answer:
            return _fetched(answer, way, _Validators(), limits, started)

    @contextmanager
    def _ask(
        self, place: Place, patience: Patience, headers: dict[str, str],
        *, method: str = "GET", body: bytes | None = None,
    ) -> Iterator[HTTPResponse]:  # fmt: skip
        """The place's answer, its body unread. Trouble before and while reading becomes a `Failure`."""
        with (
            _failures_named(place.host),
            dial(place, tls=self._tls, allow=self._allow, patience=patience) as line,
        ):
            speaker = _Speaker(place.host, place.port)
            speaker.sock = cast(socket.socket, line)
            speaker.request(
                method,
                place.target,
                body=body,
                headers={
                    "Host": place.netloc,
                    "User-Agent": self._user_agent,
                    "Accept-Encoding": ACCEPT_ENCODING,
                    "Connection": "close",
                    **headers,
                },
            )
            yield speaker.getresponse()

    def _judged(self, there: str, *, seen_from: Place) -> Place:
        try:
            return urls.check(urls.join(seen_from, there), allow=self._allow)
        except errors.Failure as failure:
            said = f"{seen_from.host} redirects to where we do not go. {failure.message}"
            raise type(failure)(said) from None


class _Speaker(HTTPConnection):
    """Speaks HTTP over the line it is given, and never dials by itself."""

    auto_open = 0


class _Way:
    """The redirects followed so far."""

    def __init__(self, start: Place, max_redirects: int) -> None:
        self.place = start
        self.downgraded = False
        self._been = {start}
        self._max_redirects = max_redirects
        self._permanent = True

    def go(self, place: Place, *, permanent: bool) -> None:
        if place in self._been:
            raise errors.RedirectLoop(f"{place.host} redirects in a circle.")
        if len(self._been) > self._max_redirects:
            raise errors.TooManyRedirects(
                f"More than {self._max_redirects} redirects, the last to {place.host}."
            )
        self.downgraded |= self.place.scheme == "https" and place.scheme == "http"
        self._permanent &= permanent and not self.downgraded
        self._been.add(place)
        self.place = place

    @property
    def permanent_url(self) -> str | None:
        return self.place.url if self._permanent and len(self._been) > 1 else None


@dataclass(frozen=True, slots=True)
class _Validators:
    """What we know about the version we have."""

    etag: str | None = None
    last_modified: str | None = None

    @property
    def headers(self) -> dict[str, str]:
        named = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in named.items() if value}


def _patience(limits: Limits) -> Patience:
    return Patience(
        deadline=Deadline(limits.total),
        connect=limits.connect,
        read=limits.read,
        # Twice, and some: headers and chunk marks are no content.
        wire_bytes=2 * limits.max_bytes + 1_000_000,
    )


def _fetched(
    answer: HTTPResponse, way: _Way, known: _Validators, limits: Limits, started: float,
    into: IO[bytes] | None = None,
) -> Fetched:  # fmt: skip
    """The answer at the end of the way, read. A host may say "not modified" unasked; then it is so."""
    unchanged = answer.status == _NOT_MODIFIED
    if answer.status not in _GOOD and not unchanged:
        raise answers.refusal(answer, host=way.place.host)
    headers, before = answer.headers, known if unchanged else _Validators()
    body = b""
    if into and not unchanged:
        write_body(answer, into, max_bytes=limits.max_bytes)
    elif not unchanged:
        body = read_body(answer, max_bytes=limits.max_bytes)
    return Fetched(
        url=way.place.url,
        status=answer.status,
        body=body,
        content_type=answers.content_type(headers),
        etag=answers.validator(headers.get("ETag")) or before.etag,
        last_modified=answers.validator(headers.get("Last-Modified")) or before.last_modified,
        permanent_url=way.permanent_url,
        max_age=answers.max_age(headers),
        expires=answers.expires(headers),
        elapsed_ms=round((time.monotonic() - started) * 1000),
        links=links.named(headers, way.place),
    )


@contextmanager
def _failures_named(host: str) -> Iterator[None]:
    """Say the network's troubles in our words. The order matters: most of them are kinds of OSError."""
    try:
        yield
    except TimeoutError:
        raise errors.TimedOut(f"{host} did not answer in time.") from None
    except ssl.SSLCertVerificationError as reason:
        raise errors.TlsError(f"The certificate of {host} is not valid: {reason.verify_message}.") from None
    except ssl.SSLError:
        raise errors.TlsError(f"No secure connection to {host} could be made.") from None
    except socket.gaierror:
        raise errors.DnsError(f"The host name {host} could not be found.") from None
    except HTTPException:
        raise errors.Unreachable(f"{host} does not answer in proper HTTP.") from None
    except OSError:
        raise errors.Unreachable(f"No connection to {host} could be made, or it broke.") from None
