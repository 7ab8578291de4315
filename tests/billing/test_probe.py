"""The probe finds where two Stripes differ, and asks a live one nothing."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.management import CommandError, call_command

from billing.standin import probe
from tests.billing.local_stripe import KEY, LocalStripe


@contextmanager
def otherwise(stripe: LocalStripe, alter: Callable[[str, Any], Any]) -> Iterator[str]:
    """The stand-in behind a door that changes what comes out."""
    target = urlsplit(stripe.url)

    class Door(BaseHTTPRequestHandler):
        def _pass(self) -> None:
            link = http.client.HTTPConnection(target.hostname or "", target.port, timeout=30)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name: value for name, value in self.headers.items() if name.lower() != "host"}
            link.request(self.command, self.path, body, {**headers, "Host": target.netloc})
            answer = link.getresponse()
            changed = json.dumps(alter(self.path, json.load(answer))).encode()
            self.send_response(answer.status)
            self.send_header("Content-Length", str(len(changed)))
            self.end_headers()
            self.wfile.write(changed)
            link.close()

        do_GET = do_POST = do_DELETE = _pass

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def test_two_of_a_kind_do_not_differ(stripe: LocalStripe) -> None:
    assert list(probe.compare(KEY, stripe.url)) == []


def test_a_field_that_moved_a_word_that_changed_and_another_refusal_are_found(stripe: LocalStripe) -> None:
    def future(path: str, answer: Any) -> Any:
        if path.startswith("/v1/subscriptions") and answer.get("object") == "subscription":
            answer["items"]["data"][0].pop("current_period_end")
            answer["period"] = {"end": 1}
        if path == "/v1/refunds" and answer.get("object") == "refund":
            answer["status"] = "requires_approval"
        if answer.get("error", {}).get("code") == "resource_missing":
            answer["error"]["code"] = "nobody_there"
        return answer

    with otherwise(stripe, future) as url:
        found = {str(one) for one in probe.compare(KEY, url)}

    lost = "subscriptions.create: items.data[].current_period_end: Stripe lacks it, the stand-in a number"
    assert lost in found
    assert "subscriptions.create: period.end: Stripe a number, the stand-in lacks it" in found
    word = "refunds.create: status: Stripe says requires_approval, the stand-in says succeeded"
    assert word in found
    refusal = "refused.code: Stripe says nobody_there, the stand-in says resource_missing"
    assert f"customers.retrieve, unknown: {refusal}" in found


def test_the_command_says_what_it_found(stripe: LocalStripe, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("stripe_probe", skip_checks=True)

    assert capsys.readouterr().out.splitlines()[-1] == "0 differences"


@pytest.mark.parametrize("key", ["sk_live_x", "rk_live_x", "", KEY])
def test_a_live_key_is_never_probed(key: str, stripe: LocalStripe, settings: Any) -> None:
    settings.STRIPE_SECRET_KEY = key
    if key == KEY:
        settings.STRIPE_API_BASE = ""

    with pytest.raises(CommandError):
        call_command("stripe_probe", skip_checks=True)

    assert stripe.requests() == []
