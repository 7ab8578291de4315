"""Bodies: every honest packing is unpacked, every bomb stops at the limit, nothing torn passes for whole."""

from __future__ import annotations

import gzip
import socket
import time
import tracemalloc
import zlib
from collections.abc import Callable
from contextlib import suppress

import pytest

from digestly.fetch.client import FEED, Client, Limits
from digestly.fetch.errors import BadEncoding, Failure, TooLarge, Truncated, Unreachable
from tests.fetch.loopback import Site, bomb, reply

TEXT = "".join(f"<item>{number}</item>" for number in range(20_000)).encode()
SMALL = Limits(max_bytes=100_000, total=5)


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("gzip", gzip.compress(TEXT)),
        ("x-gzip", gzip.compress(TEXT)),
        (" GZip ", gzip.compress(TEXT)),
        ("deflate", zlib.compress(TEXT)),
        ("deflate", zlib.compress(TEXT, level=1)),
        ("deflate", raw_deflate(TEXT)),
        ("gzip, gzip", gzip.compress(gzip.compress(TEXT))),
        ("deflate, gzip", gzip.compress(raw_deflate(TEXT))),
        ("identity", TEXT),
        ("", TEXT),
        ("gzip", gzip.compress(TEXT[:500]) + gzip.compress(TEXT[500:])),
        ("gzip", gzip.compress(TEXT) + bytes(512)),
        ("gzip", gzip.compress(TEXT) + b"\x1f"),
        ("gzip", b""),
    ],
)
def test_every_honest_packing_is_unpacked(site: Site, client: Client, coding: str, packed: bytes) -> None:
    site.answers["/"] = reply(body=packed, Content_Encoding=coding)
    assert client.fetch(site.url()).body == (TEXT if packed else b"")


@pytest.mark.parametrize("coding", ["", "gzip"])
def test_a_gz_file_is_unpacked_without_being_announced(site: Site, client: Client, coding: str) -> None:
    file = gzip.compress(TEXT)
    site.answers["/"] = reply(body=gzip.compress(file) if coding else file, Content_Encoding=coding)
    assert client.fetch(site.url()).body == TEXT


def test_we_ask_only_for_packings_that_we_unpack(site: Site, client: Client) -> None:
    site.answers["/"] = reply(body=b"x")
    client.fetch(site.url())
    assert site.requests[0].headers["accept-encoding"] == "gzip, deflate"


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("br", b"\x0b\x02\x80hello\x03"),
        ("zstd", b"x"),
        ("rot13", b"x"),
        ("gzip", TEXT),
        ("deflate", b"\xff\xff\xff\xff"),
        ("gzip, gzip", gzip.compress(TEXT)),
        ("gzip, gzip, gzip, gzip", gzip.compress(TEXT)),
        ("", b"\x1f\x8b\x08 but no gzip after all"),
        ("gzip", gzip.compress(TEXT)[:-8] + b"\x00" * 8),
        ("gzip", gzip.compress(b"") * 3_000),
    ],
)
def test_what_cannot_be_unpacked_is_said_so(site: Site, client: Client, coding: str, body: bytes) -> None:
    site.answers["/"] = reply(body=body, Content_Encoding=coding)
    with pytest.raises(BadEncoding):
        client.fetch(site.url())


def test_unknown_framing_is_bad_encoding(site: Site, client: Client) -> None:
    site.answers["/"] = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"
    with pytest.raises(BadEncoding):
        client.fetch(site.url())


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("gzip", lambda: bomb(200)),
        ("", lambda: bomb(200)),
        ("gzip, gzip", lambda: gzip.compress(bomb(200))),
        ("deflate", lambda: zlib.compress(bytes(60_000_000))),
        # The outer packing unpacks to 60 MB of empty inner members.
        ("gzip, gzip", lambda: gzip.compress(gzip.compress(b"") * 3_000_000, compresslevel=1)),
    ],
    ids=["gzip", "unannounced", "twice", "deflate", "empty members"],
)
def test_a_bomb_stops_at_the_limit_in_time_and_memory(
    site: Site, client: Client, coding: str, packed: Callable[[], bytes]
) -> None:
    site.answers["/"] = reply(body=packed(), Content_Encoding=coding)
    started = time.monotonic()
    tracemalloc.start()
    with pytest.raises((TooLarge, BadEncoding)) as caught:
        client.fetch(site.url(), limits=FEED)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert caught.type is TooLarge or "parts" in caught.value.message
    assert peak < 2 * FEED.max_bytes
    assert time.monotonic() - started < 5


def test_the_limit_itself_is_allowed_and_one_byte_more_is_not(site: Site, client: Client) -> None:
    site.answers["/fits"] = reply(body=gzip.compress(bytes(100_000)), Content_Encoding="gzip")
    site.answers["/not"] = reply(body=gzip.compress(bytes(100_001)), Content_Encoding="gzip")
    assert len(client.fetch(site.url("/fits"), limits=SMALL).body) == 100_000
    with pytest.raises(TooLarge, match=r"0\.1 MB"):
        client.fetch(site.url("/not"), limits=SMALL)


def test_an_announced_giant_is_refused_before_its_body_is_read(site: Site, client: Client) -> None:
    def promise(caller: socket.socket) -> None:
        caller.sendall(reply(length=10_000_000_000))
        site.closing.wait(10)

    site.answers["/"] = promise
    started = time.monotonic()
    with pytest.raises(TooLarge):
        client.fetch(site.url(), limits=SMALL)
    assert time.monotonic() - started < 1


@pytest.mark.parametrize(
    "start",
    [
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffff\r\n",
        b"HTTP/1.0 200 OK\r\n\r\n",
    ],
    ids=["chunks", "negative chunk", "giant chunk", "no length"],
)
def test_endless_bodies_stop_at_the_limit(site: Site, client: Client, start: bytes) -> None:
    def pour(caller: socket.socket) -> None:
        caller.sendall(start)
        while True:
            caller.sendall(b"1000\r\n" + b"x" * 0x1000 + b"\r\n")

    site.answers["/"] = pour
    with pytest.raises(TooLarge):
        client.fetch(site.url(), limits=SMALL)


@pytest.mark.parametrize(
    "answer",
    [
        reply(body=TEXT, length=len(TEXT) + 1),
        reply(body=b"", length=10),
        reply(body=gzip.compress(TEXT)[:-9], Content_Encoding="gzip"),
        reply(body=raw_deflate(TEXT)[:-3], Content_Encoding="deflate"),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
    ids=["short", "none", "gzip", "deflate", "chunk", "no last chunk", "negative chunk", "no chunk"],
)
def test_a_body_that_breaks_off_is_truncated(site: Site, client: Client, answer: bytes) -> None:
    site.answers["/"] = answer
    with pytest.raises(Truncated):
        client.fetch(site.url())


def test_a_body_without_length_ends_with_the_connection(site: Site, client: Client) -> None:
    site.answers["/"] = b"HTTP/1.0 200 OK\r\n\r\n" + TEXT
    assert client.fetch(site.url()).body == TEXT


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"HTTP/1.1\r\n\r\n",
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"HTTP/9.9 200 OK\r\n\r\n",
        b"HTTP/1.1 200 " + b"x" * 100_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: x\r\n" * 100_000 + b"\r\n",
    ],
    ids=[
        "nothing",
        "blank",
        "ssh",
        "no status",
        "status abc",
        "version",
        "long status",
        "long header",
        "headers",
    ],
)
def test_an_answer_that_is_not_http_is_a_failure_not_a_crash(
    site: Site, client: Client, answer: bytes
) -> None:
    site.answers["/"] = answer
    with pytest.raises(Unreachable) as caught:
        client.fetch(site.url())
    assert caught.value.code == "http_error"


def test_odd_bytes_anywhere_end_in_an_answer_or_a_failure(site: Site, client: Client) -> None:
    whole = reply(
        body=gzip.compress(TEXT[:400]), Content_Encoding="gzip", ETag='"x"', Cache_Control="max-age=60"
    )
    for position in range(0, len(whole), 2):
        for odd in (b"\x00", b"\xff", b"\r\n", b":"):
            site.answers["/"] = whole[:position] + odd + whole[position + 1 :]
            with suppress(Failure):
                assert client.fetch(site.url(), limits=SMALL).status in (200, 203, 204, 304)
