"""Answers: statuses, validators and times, as hosts really send them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from digestly.fetch import errors
from digestly.fetch.client import Client
from tests.fetch.loopback import Site, reply


def http_date(**ahead: float) -> str:
    return format_datetime(datetime.now(UTC) + timedelta(**ahead), usegmt=True)


def test_a_good_answer_is_told_whole(site: Site, client: Client) -> None:
    site.answers["/feed"] = reply(
        body=b"<rss/>",
        ETag='W/"v1"',
        Last_Modified="Mon, 02 Nov 2026 10:00:00 GMT",
        Content_Type="application/rss+xml;  charset=utf-8",
        Cache_Control="public, max-age=900, s-maxage=5",
        Expires="Mon, 02 Nov 2026 11:00:00 GMT",
    )
    fetched = client.fetch(site.url("/feed#part"), accept="application/rss+xml")
    assert (fetched.url, fetched.status, fetched.body) == (site.url("/feed"), 200, b"<rss/>")
    assert fetched.content_type == "application/rss+xml; charset=utf-8"
    assert (fetched.etag, fetched.last_modified) == ('W/"v1"', "Mon, 02 Nov 2026 10:00:00 GMT")
    assert fetched.max_age == 900
    assert fetched.expires == datetime(2026, 11, 2, 11, tzinfo=UTC)
    assert fetched.permanent_url is None
    assert not fetched.not_modified
    assert fetched.elapsed_ms >= 0
    [request] = site.requests
    assert request.headers["accept"] == "application/rss+xml"
    assert request.headers["user-agent"] == "Digestly tests"
    assert request.headers["host"] == f"127.0.0.1:{site.port}"


def test_validators_are_sent_back_and_not_modified_is_understood(site: Site, client: Client) -> None:
    site.answers["/"] = b"HTTP/1.1 304 Not Modified\r\nLast-Modified: later\r\nContent-Length: 99\r\n\r\n"
    fetched = client.fetch(site.url(), etag='"v1"', last_modified="earlier")
    assert site.requests[0].headers["if-none-match"] == '"v1"'
    assert site.requests[0].headers["if-modified-since"] == "earlier"
    assert fetched.not_modified
    assert fetched.body == b""
    assert (fetched.etag, fetched.last_modified) == ('"v1"', "later")


def test_not_modified_is_accepted_unasked(site: Site, client: Client) -> None:
    site.answers["/"] = reply(304)
    assert client.fetch(site.url()).not_modified
    assert "if-none-match" not in site.requests[0].headers


def test_no_content_is_an_empty_body(site: Site, client: Client) -> None:
    site.answers["/"] = reply(204)
    assert client.fetch(site.url()).body == b""


@pytest.mark.parametrize("etag", ['"' + "x" * 10_000 + '"', '"a\r\n b"', '"a\x01b"', '"a\x7fb"'])
def test_unfit_validators_are_dropped(site: Site, client: Client, etag: str) -> None:
    site.answers["/"] = reply(ETag=etag, Last_Modified=etag)
    fetched = client.fetch(site.url(), etag=etag, last_modified="날짜")
    assert (fetched.etag, fetched.last_modified) == (None, None)
    assert not {"if-none-match", "if-modified-since"} & site.requests[0].headers.keys()


def test_validators_with_odd_letters_come_back_as_they_were(site: Site, client: Client) -> None:
    site.answers["/"] = reply(ETag='"é"')
    etag = client.fetch(site.url()).etag
    site.answers["/"] = reply(304)
    assert client.fetch(site.url(), etag=etag).etag == etag


@pytest.mark.parametrize("value", ["0", "-1", "soon", "Mon, 99 Foo 2026 99:99:99 GMT", "x" * 60_000])
def test_an_unreadable_expires_is_over_already(site: Site, client: Client, value: str) -> None:
    site.answers["/"] = reply(Expires=value)
    assert client.fetch(site.url()).expires == datetime(1970, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("value", ["no-store", "max-age=x", "s-maxage=60", "x-max-age=60"])
def test_no_max_age_is_none(site: Site, client: Client, value: str) -> None:
    site.answers["/"] = reply(Cache_Control=value)
    assert client.fetch(site.url()).max_age is None


@pytest.mark.parametrize(
    ("status", "kind", "code"),
    [
        (401, errors.AuthRequired, "auth_required"),
        (407, errors.AuthRequired, "auth_required"),
        (403, errors.Refused, "http_error"),
        (404, errors.Missing, "http_error"),
        (410, errors.Gone, "http_error"),
        (429, errors.Busy, "http_error"),
        (500, errors.HostTrouble, "http_error"),
        (503, errors.HostTrouble, "http_error"),
        (206, errors.Refused, "http_error"),
        (302, errors.Refused, "http_error"),
        (418, errors.Refused, "http_error"),
    ],
)
def test_every_refusal_carries_its_status_and_code(
    site: Site, client: Client, status: int, kind: type[errors.Refused], code: str
) -> None:
    site.answers["/"] = reply(status, body=b"secret page", Retry_After="120")
    with pytest.raises(errors.Refused) as caught:
        client.fetch(site.url("/?token=hunter2"))
    assert caught.type is kind
    assert (caught.value.code, caught.value.status, caught.value.retry_after) == (code, status, 120)
    assert "127.0.0.1" in caught.value.message
    assert "hunter2" not in caught.value.message


def test_a_bot_check_is_blocked_by_host(site: Site, client: Client) -> None:
    site.answers["/"] = reply(403, cf_mitigated="challenge")
    with pytest.raises(errors.BlockedByHost) as caught:
        client.fetch(site.url())
    assert (caught.value.code, caught.value.status) == ("blocked_by_host", 403)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        ("0", 0),
        ("-1", 0),
        ("1e9", 86_400),
        ("315360000", 86_400),
        ("Sun, 01 Jan 2023 00:00:00 GMT", 0),
        ("Fri, 01 Jan 2100 00:00:00 GMT", 86_400),
        ("soon", None),
        ("", None),
        ("nan", None),
        ("inf", None),
        ("9" * 5_000, None),
        ("Mon, 31 Feb 2026 25:61:00 GMT", None),
    ],
)
def test_retry_after_is_between_now_and_a_day_or_nothing(
    site: Site, client: Client, value: str, seconds: int | None
) -> None:
    site.answers["/"] = reply(429, Retry_After=value)
    with pytest.raises(errors.Busy) as caught:
        client.fetch(site.url())
    assert caught.value.retry_after == seconds


def test_retry_after_as_a_date_counts_from_now(site: Site, client: Client) -> None:
    site.answers["/"] = reply(503, Retry_After=http_date(minutes=10))
    with pytest.raises(errors.HostTrouble) as caught:
        client.fetch(site.url())
    assert caught.value.retry_after == pytest.approx(600, abs=5)


def test_cookies_are_never_kept(site: Site, client: Client) -> None:
    site.answers["/"] = reply(Set_Cookie="id=1; Path=/")
    client.fetch(site.url())
    client.fetch(site.url())
    assert all("cookie" not in request.headers for request in site.requests)


def test_failures_outside_http_have_no_status() -> None:
    assert errors.DnsError("x").status is None
    assert errors.DnsError("x").as_dict() == {"code": "dns_error", "message": "x"}


@pytest.mark.parametrize("name", ["Digestly\r\nX: y", "다이제스트"])
def test_a_user_agent_that_no_header_can_hold_is_refused_at_the_start(name: str) -> None:
    with pytest.raises(ValueError, match="user agent"):
        Client(user_agent=name)
