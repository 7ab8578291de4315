"""Error pages: designed, in the language of the address, with a way on; and away is not broken."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from allauth.account import app_settings as limits
from allauth.core.internal.ratelimit import parse_rates
from django.test import Client, RequestFactory
from lxml import html

from digestly.content import editorial, errors
from digestly.content.models import Digest
from tests.deploy.checkout import bare_env, free_port

ASK = """
import digestly.wsgi
from django.test import Client
for path in ("/en/", "/ko/", "/en/2026/03/02/a-talk/", "/en/feed.rss", "/en/pricing/", "/account/login/",
             "/admin/login/", "/healthz", "/ko/nowhere/"):
    browser = Client(SERVER_NAME="localhost", raise_request_exception=False)
    browser.cookies["sessionid"] = "a" * 32 if path == "/ko/" else ""
    answer = browser.get(path)
    print(answer.status_code, answer.get("Retry-After", "-"), path, "자리를" in answer.content.decode())
"""


def only_heading(body: bytes) -> str:
    found = html.document_fromstring(body)
    assert len(found.findall(".//h1")) == 1
    assert found.xpath("//main//a[@href]"), "there is a way on"
    return str(found.findtext(".//h1"))


@contextmanager
def silent_server() -> Iterator[str]:
    """Takes connections and hangs up without a word, as a database does that is being restarted."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def hang_up() -> None:
            while True:
                try:
                    listening.accept()[0].close()
                except OSError:
                    return

        threading.Thread(target=hang_up, daemon=True).start()
        yield f"127.0.0.1:{listening.getsockname()[1]}"


@pytest.mark.parametrize("kind", ["nobody listens", "it hangs up"])
def test_while_the_database_is_away_readers_are_told_to_come_back(home: Path, kind: str) -> None:
    with silent_server() as away:
        where = away if kind == "it hangs up" else f"127.0.0.1:{free_port()}"
        env = bare_env(DEBUG="1", PYTHONPATH=str(home), DATABASE_URL=f"postgres://desk:hunter2@{where}/d")
        said = subprocess.run(
            [sys.executable, "-c", ASK],
            cwd=home,
            env=env,
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        ).stdout
    told = {
        path: (status, after, korean) for status, after, path, korean in map(str.split, said.splitlines())
    }
    away_page = ("503", "30", "False")
    assert told == {
        "/en/": away_page,
        "/ko/": ("503", "30", "True"),
        "/en/2026/03/02/a-talk/": away_page,
        "/en/feed.rss": away_page,
        "/en/pricing/": away_page,
        "/account/login/": away_page,
        "/admin/login/": ("302", "-", "False"),
        "/healthz": ("200", "-", "False"),
        "/ko/nowhere/": ("404", "-", "False"),
    }


@pytest.mark.parametrize(("status", "korean"), [(400, "요청을"), (500, "문제가"), (503, "자리를")])
def test_what_stands_alone_asks_nobody_for_anything(status: int, korean: str) -> None:
    """No database, no session, no context processor: this test may not touch any."""
    for path, browser, language in [
        ("/ko/2026/03/02/x/", "en", "ko"),
        ("/account/login/", "ko", "ko"),
        ("/account/", "", "en"),
    ]:
        request = RequestFactory().get(path, headers={"Accept-Language": browser})
        answer = errors.alone(request, status)
        assert answer.status_code == status
        assert "no-store" in answer["Cache-Control"]
        assert (korean in only_heading(answer.content)) == (language == "ko")
        assert f'<html lang="{language}"' in answer.content.decode()
        assert not html.document_fromstring(answer.content).xpath("//style | //*[@style] | //script")


@pytest.mark.parametrize("path", ["/en/", "/ko/", "/account/login/"])
def test_a_strange_host_gets_a_page_and_no_trace(path: str) -> None:
    answer = Client(raise_request_exception=False).get(path, headers={"Host": "evil.example"})
    assert answer.status_code == 400
    only_heading(answer.content)
    assert "evil.example" not in answer.content.decode()


@pytest.mark.django_db
class TestInTheFrame:
    @pytest.mark.parametrize(
        ("path", "said"),
        [
            ("/en/nowhere/", "There is no page at this address."),
            ("/ko/nowhere/", "이 주소에는 페이지가 없습니다."),
        ],
    )
    def test_missing(self, path: str, said: str, client: Client) -> None:
        answer = client.get(path)
        assert (answer.status_code, only_heading(answer.content)) == (404, said)
        assert "private" in answer["Cache-Control"]

    @pytest.mark.parametrize(
        ("language", "said"),
        [("en", "This address works another way."), ("ko", "이 주소는 이렇게 열 수 없습니다.")],
    )
    def test_an_address_that_takes_something_else_says_so_to_a_browser(
        self, language: str, said: str
    ) -> None:
        browser = Client(headers={"Accept": "text/html,*/*;q=0.8"})
        answer = browser.post(f"/{language}/pricing/")
        assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD")
        assert only_heading(answer.content) == said
        assert "private" in answer["Cache-Control"]

    def test_a_program_that_errs_in_the_method_needs_no_page(self, client: Client) -> None:
        answer = client.get("/billing/webhook/", headers={"Accept": "application/json"})
        assert (answer.status_code, answer["Allow"], answer.content) == (405, "POST", b"")

    def test_withdrawn_says_why(self, published: Digest, editor: object, client: Client) -> None:
        editorial.withdraw(published, by=published.reviewed_by, why="The speaker <asked> us to.")
        answer = client.get(published.get_absolute_url())
        assert (answer.status_code, only_heading(answer.content)) == (410, "This digest has been withdrawn.")
        assert "The speaker &lt;asked&gt; us to." in answer.content.decode()

    def test_an_expired_form_leads_back_to_itself_and_nowhere_else(self) -> None:
        browser = Client(enforce_csrf_checks=True)
        for referer, back in [("http://testserver/en/pricing/", True), ("https://evil.example/", False)]:
            answer = browser.post("/billing/checkout/", {"price": "x"}, headers={"Referer": referer})
            assert (answer.status_code, only_heading(answer.content)) == (403, "This form has expired.")
            assert (referer in answer.content.decode()) == back

    def test_too_often_says_when_to_try_again(self, client: Client) -> None:
        for _ in range(40):
            answer = client.post("/account/password/reset/", {"email": "a@reader.example"})
            if answer.status_code == 429:
                break
        assert answer.status_code == 429
        assert answer["Retry-After"] == "60"
        only_heading(answer.content)
        assert "60 seconds" in answer.content.decode()

    def test_the_time_it_says_is_enough(self) -> None:
        """Whoever fails to sign in too often is told in the form, and phones have no page here."""
        pages = {name: rate for name, rate in limits.RATE_LIMITS.items() if name != "login_failed"}
        windows = [rate.duration for rates in pages.values() for rate in parse_rates(rates)]
        assert max(windows) == errors.SLOWED
