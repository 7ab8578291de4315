"""URLs: one form for all spellings, no request for the impossible, no secret in a message."""

from __future__ import annotations

import time
import traceback
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digestly.fetch.addresses import AllowList
from digestly.fetch.errors import BadScheme, BadUrl, BlockedAddress, Failure
from digestly.fetch.urls import LONGEST, check, host_of, normalise, redact

PRIVATE_HOSTS = """
127.0.0.1 127.1 0x7f.1 0x7f000001 2130706433 0177.0.0.1 0 0.0.0.0 127.0.0.1. localhost LOCALHOST localhost.
a.localhost [::1] [::] [::ffff:127.0.0.1] [::ffff:10.0.0.1] [::127.0.0.1] [64:ff9b::7f00:1] [2002:7f00:1::]
[2001::1] [fec0::1] 100.64.0.1 169.254.169.254 224.0.0.1 10.0.0.1:6379 user:pw@127.0.0.1 user:pw@0x7f.1:22
example.org@127.0.0.1
127\N{IDEOGRAPHIC FULL STOP}0\N{IDEOGRAPHIC FULL STOP}0.1
\N{FULLWIDTH DIGIT ONE}27.0.0.1 \N{CIRCLED DIGIT ONE}27.0.0.1
"""
IMPOSSIBLE = [
    "",
    "example.org/feed",
    "//example.org/",
    "http://",
    "http:///feed",
    "http://?x",
    "http://exa mple.org/",
    " http://example.org/",
    "http://example.org/a b",
    "http://example.org/\r\nX: y",
    "http://example.org/\t",
    "http://example.org/\x00",
    "http://example.org/\x7f",
    "http://example.org/\ud800",
    "http://example.org:22/",
    "http://example.org:25/",
    "http://example.org:5432/",
    "http://example.org:6379/",
    "http://example.org:0/",
    "http://example.org:99999/",
    "http://example.org:http/",
    "http://example.org%2f@x/",
    "http://exa%6dple.org/",
    "http://a..b/",
    "http://-a.org/",
    "http://a\\b/",
    "http://" + "a" * 64 + ".org/",
    "http://[::1",
    "http://[x]/",
    "http://[fe80::1%25eth0]/",
    "http://1.2.3.4.5/",
    "http://example.123/",
    "http://99999999999/",
    "http://xn--/",
    "http://xn--a.org/",
    "http://xn--99999999.org/",
    "http://ex\u200bample\u2215.org/",
]


@pytest.mark.parametrize(
    ("spelled", "identity"),
    [
        ("HTTPS://Example.ORG", "https://example.org/"),
        ("https://example.org:443/a#b", "https://example.org/a"),
        ("http://example.org:80?x=1", "http://example.org/?x=1"),
        ("http://example.org:443/", "http://example.org:443/"),
        ("https://example.org./feed", "https://example.org/feed"),
        ("https://Bücher.example/ü?q=ü", "https://xn--bcher-kva.example/%C3%BC?q=%C3%BC"),
        ("https://XN--BCHER-KVA.example/%c3%bc", "https://xn--bcher-kva.example/%c3%bc"),
        ("https://faß.de/", "https://xn--fa-hia.de/"),
        ("https://한국.kr/", "https://xn--3e0b707e.kr/"),
        ("https://[2606:4700:0:0::1111]/", "https://[2606:4700::1111]/"),
        ("http://134744072/", "http://8.8.8.8/"),
        ("https://a_b.example.org/Path//x", "https://a_b.example.org/Path//x"),
    ],
)
def test_spellings_of_one_address_have_one_identity(spelled: str, identity: str) -> None:
    assert normalise(spelled) == identity


@given(
    st.builds(
        "{}://{}{}/{}?{}#{}".format,
        st.sampled_from(["http", "https", "HTTP"]),
        st.sampled_from(
            ["example.org", "EXAMPLE.org.", "bücher.example", "[2606::1]", "8.8.8.8", "0x08080808"]
        ),
        st.sampled_from(["", ":80", ":443", ":8080"]),
        st.text(st.characters(exclude_categories=("Cs", "Cc", "Z")), max_size=40),
        st.text(st.characters(exclude_categories=("Cs", "Cc", "Z")), max_size=40),
        st.text("abc%?#/", max_size=10),
    )
)
def test_the_identity_of_an_identity_is_itself(url: str) -> None:
    once = normalise(url)
    assert normalise(once) == once
    assert once.isascii()


@given(st.text(max_size=300) | st.builds("http://{}".format, st.text(max_size=80)))
@settings(max_examples=300)
def test_any_text_is_either_checked_or_refused(text: str) -> None:
    with suppress(BadUrl, BadScheme, BlockedAddress):
        check(text)
    redact(text)


@pytest.mark.parametrize("url", IMPOSSIBLE)
def test_what_no_host_could_answer_is_a_bad_url(url: str) -> None:
    with pytest.raises(BadUrl):
        check(url)


@pytest.mark.parametrize(
    "host",
    ["\N{CYRILLIC SMALL LETTER A}pple.com", "go\N{GREEK SMALL LETTER OMICRON}gle.com", "xn--pple-43d.com"],
)
def test_names_that_mix_alphabets_to_deceive_are_refused(host: str) -> None:
    with pytest.raises(BadUrl, match="alphabets"):
        check(f"https://{host}/")


def test_whole_names_in_other_alphabets_are_welcome() -> None:
    assert check("https://пример.испытание/").host == "xn--e1afmkfd.xn--80akhbyknj4f"


def test_long_urls_are_refused_at_once_however_long() -> None:
    assert check("http://example.org/" + "a" * (LONGEST - 19)).url
    started = time.monotonic()
    for url in (
        "http://example.org/" + "a" * LONGEST,
        "http://" + "ü." * 50_000,
        "http://example.org/" + "한" * 400,
    ):
        with pytest.raises(BadUrl, match="longer"):
            check(url)
    assert time.monotonic() - started < 0.5


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "gopher://x/", "ftp://x/", "data:text/xml,x", "javascript:1"]
)
def test_only_http_and_https_are_fetched(url: str) -> None:
    with pytest.raises(BadScheme):
        check(url)


@pytest.mark.parametrize("host", PRIVATE_HOSTS.split())
def test_no_spelling_of_a_private_address_gets_through(host: str) -> None:
    with pytest.raises(BlockedAddress):
        check(f"http://{host}/")


def test_what_the_operator_allowed_passes_on_its_port_only() -> None:
    allow = AllowList.parse("127.0.0.0/8:8080")
    assert check("http://127.1:8080/", allow=allow).url == "http://127.0.0.1:8080/"
    assert check("http://localhost:8080/", allow=allow).host == "localhost"
    assert check("http://inside.example:8080/", allow=allow)  # judged by its addresses, once they are known
    with pytest.raises(BlockedAddress):
        check("http://127.0.0.1:8081/", allow=allow)
    with pytest.raises(BadUrl):
        check("http://inside.example:8081/", allow=allow)


@pytest.mark.parametrize(
    "url",
    [
        "https://jo:hunter2@example.org/",
        "https://hunter2@example.org/",
        "https://jo:hun/hunter2@example.org/",
        "https://jo:hunter2@exa mple.org/",
        "ftp://jo:hunter2@example.org/",
        "https://jo:hunter2@127.0.0.1/",
    ],
)
def test_a_login_is_refused_and_its_password_never_said(url: str) -> None:
    with pytest.raises(Failure) as caught:
        check(url)
    assert "hunter2" not in str(caught.value)
    assert "hunter2" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://jo:hunter2@example.org/feed", "https://example.org/feed"),
        ("https://hunter2@example.org/feed", "https://example.org/feed"),
        ("https://jo:hun/hunter2@example.org/feed", "https://example.org/feed"),
        ("jo:hunter2@example.org/feed", "example.org/feed"),
        ("https://example.org/@someone?page=2", "https://example.org/@someone?page=2"),
        ("https://example.org:8080/@someone", "https://example.org:8080/@someone"),
        ("https://example.org/f?auth=hunter2&page=2", "https://example.org/f?auth=…&page=2"),
        ("https://example.org/f?X-Amz-Signature=hunter2;a=b", "https://example.org/f?X-Amz-Signature=…;a=b"),
        ("https://example.org/f?x=hunter2hunter2hunter2hunter2", "https://example.org/f?x=…"),
        ("https://example.org/f#hunter2", "https://example.org/f"),
        (
            "https://www.youtube.com/feeds/videos.xml?channel_id=UCabcdefghij0123456789AB",
            "https://www.youtube.com/feeds/videos.xml?channel_id=UCabcdefghij0123456789AB",
        ),
        ("https://example.org/\r\nroot: logged in", "https://example.org/��root:�logged�in"),
    ],
)
def test_logs_show_the_address_without_its_secrets(url: str, shown: str) -> None:
    assert redact(url) == shown


@pytest.mark.parametrize("piece", ["a", "=", "&", "@", ":", "//", "a:", ":1", "x:y/"])
def test_redacting_takes_linear_time(piece: str) -> None:
    started = time.monotonic()
    for text in (piece * 100_000, "http://" + piece * 100_000, "http://h?" + piece * 100_000):
        redact(text)
        redact(text + "@")
    assert time.monotonic() - started < 2


def test_the_host_is_what_the_rate_gate_counts_by() -> None:
    assert host_of("HTTPS://WWW.YouTube.com.:443/feeds") == "www.youtube.com"
