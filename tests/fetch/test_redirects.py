"""Redirects: followed by us, every hop judged like the first."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from digestly.fetch import errors
from digestly.fetch.addresses import AllowList
from digestly.fetch.client import Client
from tests.fetch.loopback import CERTIFICATES, Site, redirect, reply, server_tls

INSIDE = """
127.0.0.1 127.1 0x7f.1 2130706433 0177.0.0.1 0 localhost localhost. jo:pw@127.0.0.1
[::1] [::ffff:127.0.0.1] [::ffff:10.0.0.1] [64:ff9b::7f00:1]
"""


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed(site: Site, client: Client, status: int) -> None:
    site.answers |= {"/old": redirect("new?x=1#part", status), "/new": reply(body=b"here")}
    fetched = client.fetch(site.url("/old"), etag='"v1"')
    assert (fetched.url, fetched.body) == (site.url("/new?x=1"), b"here")
    assert site.requests[1].headers["if-none-match"] == '"v1"'


def test_raw_letters_and_spaces_in_a_location_are_understood(site: Site, client: Client) -> None:
    site.answers |= {"/old": redirect(" /ü b "), "/%C3%BC%20b": reply(body=b"here")}
    assert client.fetch(site.url("/old")).body == b"here"


@pytest.mark.parametrize(
    ("statuses", "permanent"),
    [((301,), True), ((301, 308), True), ((302,), False), ((301, 302), False), ((302, 301), False)],
)
def test_an_address_moved_for_good_only_if_every_redirect_says_so(
    site: Site, client: Client, statuses: tuple[int, ...], permanent: bool
) -> None:
    site.answers |= {f"/{hop}": redirect(f"/{hop + 1}", status) for hop, status in enumerate(statuses)}
    last = f"/{len(statuses)}"
    site.answers[last] = reply()
    assert client.fetch(site.url("/0")).permanent_url == (site.url(last) if permanent else None)


def test_five_hops_are_followed_and_the_sixth_is_not(site: Site, client: Client) -> None:
    site.answers |= {f"/{hop}": redirect(f"/{hop + 1}") for hop in range(6)} | {"/6": reply()}
    assert client.fetch(site.url("/1")).url == site.url("/6")
    with pytest.raises(errors.TooManyRedirects) as caught:
        client.fetch(site.url("/0"))
    assert caught.value.code == "too_many_redirects"


def test_a_circle_is_a_loop(site: Site, client: Client) -> None:
    site.answers |= {"/a": redirect("/b", 301), "/b": redirect("/a", 301), "/self": redirect("/self#x")}
    for start in ("/a", "/self"):
        with pytest.raises(errors.RedirectLoop) as caught:
            client.fetch(site.url(start))
        assert caught.value.code == "redirect_loop"
    assert site.connections == 3


@pytest.mark.parametrize(
    "there", ["file:///etc/passwd", "gopher://127.0.0.1/", "ftp://x/", "data:text/xml,<rss/>"]
)
def test_a_redirect_to_another_scheme_is_refused(site: Site, client: Client, there: str) -> None:
    site.answers["/"] = redirect(there)
    with pytest.raises(errors.BadScheme) as caught:
        client.fetch(site.url())
    assert "127.0.0.1 redirects" in caught.value.message


@pytest.mark.parametrize(
    "there",
    [
        "http://[::1",
        "http://exa%6dple.org/",
        "/" + "a" * 3_000,
        "/a\r\n b",
        "/a\x01b",
        "http://jo:hunter2@example.org/",
        "http://example.org:22/",
    ],
)
def test_a_redirect_to_nonsense_is_a_bad_url(site: Site, client: Client, there: str) -> None:
    site.answers["/"] = redirect(there)
    with pytest.raises(errors.BadUrl) as caught:
        client.fetch(site.url())
    assert "hunter2" not in caught.value.message


@pytest.mark.parametrize("status", [301, 302, 307, 308])
@pytest.mark.parametrize("host", INSIDE.split())
def test_a_redirect_inwards_is_blocked_with_no_connection_made(
    site: Site, client: Client, open_site: Callable[..., Site], host: str, status: int
) -> None:
    inside = open_site()
    site.answers["/"] = redirect(inside.url(host=host), status)
    with pytest.raises(errors.BlockedAddress):
        client.fetch(site.url())
    assert (site.connections, inside.connections) == (1, 0)


@pytest.mark.parametrize("there", ["http://169.254.169.254/latest/", "http://10.0.0.1/", "http://[fec0::1]/"])
def test_a_redirect_to_the_metadata_or_the_office_is_blocked(site: Site, client: Client, there: str) -> None:
    site.answers["/"] = redirect(there)
    with pytest.raises(errors.BlockedAddress):
        client.fetch(site.url())


def test_what_is_said_in_confidence_is_not_repeated_in_the_open(
    site: Site, open_site: Callable[..., Site]
) -> None:
    secure = open_site(tls=server_tls("localhost.pem"))
    allow = AllowList.parse(f"127.0.0.0/8:{site.port}, 127.0.0.0/8:{secure.port}")
    client = Client(user_agent="tests", allow=allow, ca_file=str(CERTIFICATES / "localhost.pem"))
    secure.answers["/"] = redirect(site.url("/open"), 301)
    site.answers["/open"] = reply(body=b"here")
    fetched = client.fetch(secure.url(host="localhost"), etag='"v1"', last_modified="earlier")
    assert fetched.body == b"here"
    assert fetched.permanent_url is None
    assert secure.requests[0].headers["if-none-match"] == '"v1"'
    assert not {"if-none-match", "if-modified-since", "referer"} & site.requests[0].headers.keys()
