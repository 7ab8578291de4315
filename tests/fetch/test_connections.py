"""Connections: one look-up, judged; certificates checked; no wait longer than promised."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from digestly.fetch import errors
from digestly.fetch.addresses import AllowList
from digestly.fetch.client import FEED, Client, Limits
from tests.fetch.loopback import CERTIFICATES, Site, redirect, reply, server_tls

HASTY = Limits(max_bytes=1_000_000, total=0.4, connect=0.3, read=0.3)

Resolver = Callable[..., list[Any]]


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[list[str]]]:
    """The world's name servers: for each host the answers to give, one list of addresses per look-up."""
    known: dict[str, list[list[str]]] = {}

    def getaddrinfo(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        if host not in known:
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        families = {True: socket.AF_INET6, False: socket.AF_INET}
        addresses = known[host].pop(0)
        return [
            (families[":" in address], socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses
        ]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return known


def test_a_name_is_looked_up_once_and_the_judged_address_is_the_connected_one(
    site: Site, client: Client, names: dict[str, list[list[str]]]
) -> None:
    names["rebinding.example"] = [["127.0.0.1"], ["10.0.0.1"]]
    site.answers["/"] = reply(body=b"here")
    assert client.fetch(site.url(host="rebinding.example")).body == b"here"
    assert site.requests[0].headers["host"] == f"rebinding.example:{site.port}"
    assert names["rebinding.example"] == [["10.0.0.1"]]


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["93.184.215.14", "127.0.0.1"],
        ["2606:4700::1111", "::1"],
        ["::ffff:127.0.0.1"],
        ["64:ff9b::7f00:1"],
        ["fe80::1%lo"],
    ],
)
def test_a_name_that_leads_inwards_is_blocked(
    addresses: list[str], names: dict[str, list[list[str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def connect(*_: Any) -> None:
        raise AssertionError("a connection was tried")

    monkeypatch.setattr(socket.socket, "connect", connect)
    names["inside.example"] = [addresses]
    with pytest.raises(errors.BlockedAddress):
        Client(user_agent="tests").fetch("http://inside.example/")


def test_every_hop_is_looked_up_and_judged_anew(
    site: Site, client: Client, names: dict[str, list[list[str]]]
) -> None:
    names["turncoat.example"] = [["127.0.0.1"], ["10.0.0.1"]]
    site.answers["/"] = redirect("/again")
    with pytest.raises(errors.BlockedAddress):
        client.fetch(site.url(host="turncoat.example"))
    assert site.connections == 1


def test_the_next_address_is_tried_when_one_does_not_answer(
    site: Site, client: Client, names: dict[str, list[list[str]]]
) -> None:
    names["two.example"] = [["127.0.0.2", "127.0.0.1"]]
    site.answers["/"] = reply(body=b"here")
    assert client.fetch(site.url(host="two.example")).body == b"here"


def test_a_port_that_only_an_allowed_network_may_use_is_refused_on_public_addresses(
    names: dict[str, list[list[str]]],
) -> None:
    names["public.example"] = [["93.184.215.14"]]
    with pytest.raises(errors.BadUrl):
        Client(user_agent="tests", allow=AllowList.parse("10.0.0.0/8")).fetch("http://public.example:6379/")


def test_an_unknown_name_is_a_dns_error(names: dict[str, list[list[str]]]) -> None:
    with pytest.raises(errors.DnsError) as caught:
        Client(user_agent="tests").fetch("http://nowhere.example/?token=hunter2")
    assert caught.value.code == "dns_error"
    assert "hunter2" not in caught.value.message
    assert names == {}


def test_a_closed_port_is_a_failure(site: Site, client: Client) -> None:
    site.close()
    with pytest.raises(errors.Unreachable) as caught:
        client.fetch(site.url())
    assert caught.value.code == "http_error"


def test_proxies_and_netrc_in_the_environment_are_ignored(
    site: Site,
    client: Client,
    open_site: Callable[..., Site],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    proxy = open_site()
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, proxy.url())
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login jo password hunter2\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    site.answers["/"] = reply(body=b"here")
    assert client.fetch(site.url()).body == b"here"
    assert proxy.connections == 0
    assert not {"authorization", "proxy-authorization"} & site.requests[0].headers.keys()


# Time


def dripping(site: Site, start: bytes, drop: bytes = b"x") -> Callable[[socket.socket], None]:
    def drip(caller: socket.socket) -> None:
        caller.sendall(start)
        while not site.closing.wait(0.05):
            caller.sendall(drop)

    return drip


@pytest.mark.parametrize(
    ("start", "drop"),
    [
        (b"", b"H"),
        (b"HTTP/1.1 200 OK\r\n", b"x"),
        (b"HTTP/1.1 200 OK\r\n", b"a: b\r\n"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", b"x"),
        (b"HTTP/1.1 200 OK\r\n\r\n", b"x"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", b"a: b\r\n"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    ],
    ids=["status", "header", "headers", "body", "endless body", "chunks", "trailers", "interim answers"],
)
def test_a_trickle_does_not_outlast_the_deadline(
    site: Site, client: Client, start: bytes, drop: bytes
) -> None:
    site.answers["/"] = dripping(site, start, drop)
    started = time.monotonic()
    with pytest.raises(errors.TimedOut) as caught:
        client.fetch(site.url(), limits=HASTY)
    assert caught.value.code == "timeout"
    assert 0.3 < time.monotonic() - started < 1.2


@pytest.mark.parametrize(
    "limits", [Limits(max_bytes=1_000, total=5, read=0.2), Limits(max_bytes=1_000, total=0.2, read=5)]
)
def test_silence_is_not_waited_out(site: Site, client: Client, limits: Limits) -> None:
    def say_nothing(_: socket.socket) -> None:
        site.closing.wait(5)

    site.answers["/"] = say_nothing
    started = time.monotonic()
    with pytest.raises(errors.TimedOut):
        client.fetch(site.url(), limits=limits)
    assert time.monotonic() - started < 1


def test_the_deadline_spans_all_redirects(site: Site, client: Client) -> None:
    def slowly(there: str) -> Callable[[socket.socket], None]:
        def answer(caller: socket.socket) -> None:
            time.sleep(0.25)
            caller.sendall(redirect(there))

        return answer

    site.answers |= {f"/{hop}": slowly(f"/{hop + 1}") for hop in range(5)}
    started = time.monotonic()
    with pytest.raises(errors.TimedOut):
        client.fetch(site.url("/0"), limits=HASTY)
    assert time.monotonic() - started < 1.2


def test_a_name_server_that_is_silent_is_not_waited_out(monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: over.wait(5))
    started = time.monotonic()
    with pytest.raises(errors.TimedOut):
        Client(user_agent="tests").fetch("http://silent.example/", limits=HASTY)
    assert time.monotonic() - started < 1.2
    over.set()


def test_a_secure_handshake_that_never_begins_is_not_waited_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        port = mute.getsockname()[1]
        client = Client(user_agent="tests", allow=AllowList.parse(f"127.0.0.0/8:{port}"))
        started = time.monotonic()
        with pytest.raises(errors.TimedOut):
            client.fetch(f"https://127.0.0.1:{port}/", limits=HASTY)
        assert time.monotonic() - started < 1.2


# Certificates


def trusting(site: Site, certificate: str = "localhost.pem") -> Client:
    return Client(user_agent="tests", allow=site.allowed(), ca_file=str(CERTIFICATES / certificate))


def test_the_certificate_is_checked_against_the_name_not_the_address(open_site: Callable[..., Site]) -> None:
    asked: list[str | None] = []
    context = server_tls("localhost.pem")
    context.sni_callback = lambda _socket, name, _context: asked.append(name)
    site = open_site(tls=context)
    site.answers["/"] = reply(body=b"here")
    assert trusting(site).fetch(site.url(host="localhost")).body == b"here"
    assert asked == ["localhost"]
    with pytest.raises(errors.TlsError):
        trusting(site).fetch(site.url(host="127.0.0.1"))


def test_nobody_vouches_for_a_self_signed_certificate(open_site: Callable[..., Site]) -> None:
    site = open_site(tls=server_tls("localhost.pem"))
    site.answers["/"] = reply()
    with pytest.raises(errors.TlsError) as caught:
        Client(user_agent="tests", allow=site.allowed()).fetch(site.url(host="localhost"))
    assert caught.value.code == "tls_error"
    assert site.requests == []


def test_an_expired_certificate_is_no_certificate(open_site: Callable[..., Site]) -> None:
    site = open_site(tls=server_tls("expired.pem"))
    with pytest.raises(errors.TlsError, match="expired"):
        trusting(site, "expired.pem").fetch(site.url(host="localhost"))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_outdated_tls_is_refused(open_site: Callable[..., Site]) -> None:
    context = server_tls("localhost.pem")
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1
    site = open_site(tls=context)
    with pytest.raises(errors.TlsError):
        trusting(site).fetch(site.url(host="localhost"))


def test_plain_http_behind_https_is_a_tls_error_and_not_asked_again_in_the_open(
    open_site: Callable[..., Site],
) -> None:
    site = open_site()
    site.scheme = "https"
    with pytest.raises(errors.TlsError):
        trusting(site).fetch(site.url(host="localhost"))
    assert site.connections == 1
    assert site.requests == []


def test_the_usual_limits_are_those_we_promise() -> None:
    assert (FEED.max_bytes, FEED.total, FEED.max_redirects) == (15_000_000, 30, 5)
