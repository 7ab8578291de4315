"""Hostile answers, numbers 1 to 5, 11, 13 to 20, 23 to 26, 43 and 44: what servers say before anybody parses."""

from __future__ import annotations

import gzip
import socket
import ssl
import zlib
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from digestly.content import ingest, outside
from digestly.content.models import Episode, Source
from digestly.fetch.addresses import AllowList
from digestly.fetch.errors import Failure
from tests.content.world import Show, item, look, rss, transcribe
from tests.fetch.loopback import Site, bomb, redirect, reply, server_tls

from .conftest import Patient

FEED = rss(item(1), item(2), title="Harbour Talk")
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


def test_h01_a_bomb_is_too_large(patient: Patient) -> None:
    patient.suffers(reply(body=bomb(200), Content_Encoding="gzip"), "too_large")


def test_h02_honest_packings_are_unpacked_and_unknown_ones_named(patient: Patient) -> None:
    assert (
        patient.gets(reply(body=gzip.compress(gzip.compress(FEED)), Content_Encoding="gzip, gzip")).new == 1
    )
    assert patient.gets(reply(body=zlib.compress(FEED), Content_Encoding="deflate")).outcome == "unchanged"
    for coding in ("br", "rot13", "gzip, rot13"):
        patient.suffers(reply(body=FEED, Content_Encoding=coding), "bad_encoding")


def test_h02_a_bomb_in_a_bomb_is_too_large(patient: Patient) -> None:
    patient.suffers(reply(body=gzip.compress(bomb(200)), Content_Encoding="gzip, gzip"), "too_large")


def test_h03_a_packing_is_known_by_its_first_bytes_and_missed_where_it_was_announced(
    patient: Patient,
) -> None:
    assert patient.gets(reply(body=gzip.compress(FEED))).new == 1
    patient.suffers(reply(body=FEED, Content_Encoding="gzip"), "bad_encoding")


def test_h04_lengths_are_not_believed(patient: Patient) -> None:
    def pour(caller: socket.socket) -> None:
        caller.sendall(CHUNKED)
        while True:
            caller.sendall(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")

    patient.suffers(reply(body=FEED, length=10**10), "too_large")
    patient.suffers(reply(body=FEED, length=len(FEED) + 100), "truncated")
    patient.suffers(pour, "too_large")


def test_h05_a_hundred_thousand_headers_are_not_read(patient: Patient) -> None:
    headers = b"".join(b"X-%d: y\r\n" % number for number in range(100_000))
    patient.suffers(b"HTTP/1.1 200 OK\r\n" + headers + b"\r\n" + FEED, "http_error", "too_large")


def test_h11_what_comes_in_place_of_a_feed_is_named(patient: Patient) -> None:
    login = b"<html><body><form>Password</form></body></html>"
    patient.suffers(reply(body=login, Content_Type="text/html"), "not_a_feed")
    patient.suffers(reply(body=b"<!doctype html><title>Before you continue</title>"), "not_a_feed")
    patient.suffers(reply(body=b'{"error": "no such feed"}', Content_Type="application/json"), "not_a_feed")
    for nothing in (reply(), reply(204), reply(body=b" \r\n\t ")):
        patient.suffers(nothing, "empty")


def test_h13_redirects_end(patient: Patient) -> None:
    patient.show.answers("/round", redirect("/feed.xml", 301))
    patient.suffers(redirect("/round", 301), "redirect_loop")
    for hop in range(1, 6):
        patient.show.answers(f"/hop{hop}", redirect(f"/hop{hop + 1}"))
    patient.suffers(redirect("/hop1"), "too_many_redirects")
    for there in ("file:///etc/passwd", "gopher://127.0.0.1/", "data:text/xml,<rss/>", "ftp://a/"):
        patient.suffers(redirect(there), "bad_scheme")


def test_h14_a_redirect_inwards_sends_nothing_there(patient: Patient, elsewhere: Callable[[], Site]) -> None:
    inside = elsewhere()
    for host in ("127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "localhost"):
        patient.suffers(redirect(inside.url("/secrets", host=host)), "blocked_address")
    for host in ("169.254.169.254", "[::ffff:10.0.0.1]", "10.0.0.1", "192.168.0.1"):
        patient.suffers(redirect(f"http://{host}/latest"), "blocked_address")
    assert inside.connections == 0


SPELLINGS = [
    "0x7f.1", "2130706433", "0177.0.0.1", "127.1", "0", "localhost", "localhost.", "127.0.0.1.", "0x7f000001",
]  # fmt: skip
TUNNELS = [
    "[64:ff9b::7f00:1]", "[64:ff9b::a9fe:a9fe]", "[2002:7f00:1::]", "[2001:0:7f00:1::1]", "[::7f00:1]",
    "[fec0::1]", "100.64.0.1", "224.0.0.1", "[ff02::1]", "[fe80::1]", "[fd00::1]", "255.255.255.255",
]  # fmt: skip


def test_h15_no_spelling_of_this_machine_gets_through(patient: Patient) -> None:
    for host in SPELLINGS:
        refused_at_the_door(f"http://{host}/feed.xml", "blocked_address")
        patient.suffers(redirect(f"http://{host}/feed.xml"), "blocked_address")
    refused_at_the_door("http://user:pw@127.0.0.1/feed.xml", "blocked_address", "bad_url")
    patient.suffers(redirect("http://user:pw@127.0.0.1/"), "blocked_address", "bad_url")


def test_h16_no_tunnel_or_special_network_gets_through(patient: Patient) -> None:
    for host in TUNNELS:
        refused_at_the_door(f"http://{host}/feed.xml", "blocked_address")
        patient.suffers(redirect(f"http://{host}/feed.xml"), "blocked_address")


def test_h18_proxies_of_the_environment_are_not_asked(
    patient: Patient, elsewhere: Callable[[], Site], monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = elsewhere()
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "https_proxy"):
        monkeypatch.setenv(name, proxy.url())
    patient.recovers()
    assert proxy.connections == 0


ODD_ADDRESSES = [
    *(f"http://feeds.example.org:{port}/" for port in (22, 25, 5432, 6379)),
    "http://feeds.example.org/a\r\nX-Header: b",
    "http://feeds.exa mple.org/",
    "http://feeds.example.org/" + "a" * 100_000,
    "http://xn--zzzzzz-999999999/",
    "http://аpple.com/feed",  # its first letter is Cyrillic
    "http:///feed",
    "not an address",
]


def test_h19_an_address_that_is_never_asked_makes_no_source(db: None) -> None:
    for url in ODD_ADDRESSES:
        refused_at_the_door(url, "bad_url", "bad_scheme")
    assert not Source.objects.exists()


def test_h20_no_address_in_a_feed_leads_inwards(patient: Patient, elsewhere: Callable[[], Site]) -> None:
    """Feed, page, picture, recording, words, chapters, hub, and the address it says it moved to."""
    inside = elsewhere()
    there = inside.url("/secrets")
    tags = (
        f'<podcast:transcript url="{there}" type="text/vtt"/>'
        f'<podcast:chapters url="{there}" type="application/json+chapters"/>'
        f'<enclosure url="{there}" type="audio/mpeg" length="1"/>'
        f'<itunes:image xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" href="{there}"/>'
    )
    more = (
        f"<link>{there}</link><image><url>{there}</url></image>"
        f'<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="hub" href="{there}"/>'
        '<itunes:new-feed-url xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd">'
        f"{there}</itunes:new-feed-url>"
    )
    for _ in range(5):  # what is believed only when it was told several times is told several times
        patient.lists(item(2, tags), item(1), more=more)
    episode = transcribe(patient.source.episodes.get(guid="harbour-2"))
    assert (episode.state, episode.error_code) == (Episode.State.WAITING_TRANSCRIPT, "blocked_address")
    assert inside.connections == 0
    assert patient.source.url == patient.show.url


def test_h23_not_modified_is_believed_unasked_and_healed_by_asking_anew(
    patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def not_modified_to_who_knows(caller: socket.socket) -> None:
        known = "if-none-match" in patient.show.site.requests[-1].headers
        caller.sendall(reply(304) if known else reply(body=FEED, ETag='"v2"'))

    patient.gets(reply(body=rss(item(1), title="Harbour Talk"), ETag='"v1"'))
    assert [patient.gets(not_modified_to_who_knows).outcome for _ in range(3)] == ["not_modified"] * 3
    assert patient.source.episodes.count() == 1
    monkeypatch.setattr(ingest, "FORGET_VALIDATORS", 1.0)  # the one in a hundred
    assert patient.gets(not_modified_to_who_knows).new == 1
    monkeypatch.setattr(ingest, "FORGET_VALIDATORS", 0)
    patient.gets(reply(body=FEED))
    assert patient.gets(reply(304)).outcome == "not_modified"
    assert patient.source.status == Source.Status.ACTIVE


def test_h24_an_unfit_validator_is_dropped(patient: Patient) -> None:
    for etag in ('"' + "x" * 10_000 + '"', '"a\x07b"', '"a\x00b"'):
        patient.gets(reply(body=FEED, ETag=etag))
        assert patient.source.etag == ""


def test_h24_a_validator_that_always_differs_does_not_make_news(patient: Patient) -> None:
    patient.gets(reply(body=FEED, ETag='"0"'))
    assert [patient.gets(reply(body=FEED, ETag=f'"{time}"')).outcome for time in range(1, 4)] == [
        "unchanged"
    ] * 3


WAITS = [
    "-1", "1000000000", "soon", "Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 01 Jan 2100 00:00:00 GMT", "1e9", "",
]  # fmt: skip


def test_h25_a_wait_is_between_now_and_a_day(patient: Patient) -> None:
    for status in (429, 503):
        for wait in WAITS:
            patient.gets(reply(status, Retry_After=wait))
            assert patient.source.next_fetch_at
            left = patient.source.next_fetch_at - timezone.now()
            assert timedelta(0) < left < timedelta(hours=24, minutes=30), (status, wait)
            patient.recovers()


def test_h26_a_host_that_is_asked_too_often_is_left_alone_and_others_go_on(
    patient: Patient, settings: Settings
) -> None:
    """Five hundred feeds of a host: one of them is told to wait, and none is asked."""
    neighbour = Show(Site(address="127.9.9.9"))
    settings.FETCH_ALLOW_PRIVATE = AllowList.parse("127.0.0.0/8")
    outside.client.cache_clear()
    neighbour.lists(item(1))
    patient.gets(reply(429, Retry_After="3600"))
    for number in range(3):
        source, _ = ingest.add_source(patient.show.site.url(f"/feed{number}.xml"))
        assert ingest.refresh(source, outside.client()) is None
    assert look(ingest.add_source(neighbour.url)[0]).outcome == "new"
    assert not any(request.target.startswith("/feed0") for request in patient.show.site.requests)
    neighbour.site.close()


def test_h43_credentials_in_an_address_are_refused_and_never_printed(db: None) -> None:
    with pytest.raises(Failure) as refused:
        ingest.add_source("https://reader:hunter2@feeds.example.org/feed.xml")
    assert "hunter2" not in refused.value.message
    assert not Source.objects.exists()


def test_h43_cookies_are_dropped_and_a_locked_feed_says_so(patient: Patient) -> None:
    patient.gets(reply(body=FEED, Set_Cookie="session=hunter2"))
    patient.suffers(reply(401, WWW_Authenticate="Basic"), "auth_required")
    assert not any("cookie" in request.headers for request in patient.show.site.requests)


@pytest.mark.parametrize(
    ("certificate", "newest"),
    [("localhost.pem", None), ("expired.pem", None), ("localhost.pem", ssl.TLSVersion.TLSv1)],
)
def test_h44_an_unproven_host_is_a_tls_error_and_not_asked_in_the_open(
    db: None, settings: Settings, certificate: str, newest: ssl.TLSVersion | None
) -> None:
    tls = server_tls(certificate)
    if newest:
        tls.minimum_version, tls.maximum_version = ssl.TLSVersion.MINIMUM_SUPPORTED, newest
    site = Site(scheme="https", tls=tls)
    settings.FETCH_ALLOW_PRIVATE = site.allowed()
    outside.client.cache_clear()
    source, _ = ingest.add_source(site.url("/feed.xml", host="localhost"))
    assert look(source).outcome == "tls_error"
    assert source.error_code == "tls_error"
    assert not site.requests
    site.close()
    outside.client.cache_clear()


def refused_at_the_door(url: str, *codes: str) -> None:
    with pytest.raises(Failure) as refused:
        ingest.add_source(url)
    assert refused.value.code in codes, url
