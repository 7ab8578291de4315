"""Stripe away for an hour, and processes that die at the worst moment: nothing is lost, and nobody pays twice."""

from __future__ import annotations

import signal
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from billing import gateway, plus
from billing.models import (
    AccessGrant,
    BillingCustomer,
    BillingNotice,
    CheckoutAttempt,
    StripeEvent,
    Subscription,
)
from digestly.work.sweep import sweep_all
from tests.billing.local_stripe import GOOD, LocalStripe
from tests.billing.processes import spawn
from tests.billing.shop import Reader, calls, open_pages
from tests.crashes import wait_until

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE = 60  # seconds for what takes one or two


@pytest.fixture
def member(shop: LocalStripe, reader: Reader) -> Reader:
    shop.pay(reader.goes_to_pay(), card=GOOD)
    assert reader.has_plus
    return reader


def an_hour_passes() -> None:
    """For the sweeper: what was tried just now may be tried again."""
    long_ago = timezone.now() - timedelta(hours=1)
    StripeEvent.objects.update(received_at=long_ago, woken_at=None)
    StripeEvent.objects.exclude(next_try_at=None).update(next_try_at=long_ago)
    BillingCustomer.objects.update(woken_at=None)
    BillingCustomer.objects.exclude(lease_until=None).update(lease_until=long_ago)
    BillingNotice.objects.update(created_at=long_ago, woken_at=None)


# Away -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "away",
    [{"kind": "error", "status": 503}, {"kind": "rate_limit"}, {"kind": "timeout", "seconds": 0.6}],
    ids=["errors", "too many requests", "silence"],
)
def test_while_stripe_is_away_everything_else_goes_on_and_afterwards_nothing_is_missing(
    away: dict[str, Any], shop: LocalStripe, member: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateway, "PATIENCE", 0.3)
    monkeypatch.setattr(gateway, "RETRIES", 0)
    gateway._client.cache_clear()
    newcomer = Reader.named("newcomer")
    shop.hold()
    shop.control("cancel", subscription=member.subscription.stripe_subscription_id)
    shop.fault(**away, times=999)

    # Reading, signing in, access and letters.
    for path in ("/en/", "/en/pricing/", "/account/"):
        assert member.browser.get(path).status_code == 200
    assert Client().login(email=member.user.email, password="a-long-password")
    assert plus.has_plus(member.user)
    AccessGrant.objects.create(user=newcomer.user, ends_at=timezone.now() + timedelta(days=1))
    assert newcomer.has_plus
    AccessGrant.objects.all().delete()
    assert len(mail.outbox) == 1
    # Buying is put off, and events are kept.
    assert "/pricing/" in newcomer.subscribe().headers["Location"]
    shop.release()
    kept = set(StripeEvent.objects.filter(status="failed").values_list("type", flat=True))
    assert "customer.subscription.deleted" in kept
    assert member.has_plus, "nobody is locked out because Stripe is away"

    shop.server.faults.clear()
    an_hour_passes()
    sweep_all()

    assert not StripeEvent.objects.filter(status__in=StripeEvent.WAITING).exists()
    assert not member.has_plus
    shop.pay(newcomer.goes_to_pay(), card=GOOD)
    assert newcomer.has_plus
    assert len({one["idempotency_key"] for one in calls(shop, "POST", "/v1/customers")}) <= 3
    assert len(shop.api.customers.list().data) == 2
    gateway._client.cache_clear()


# Dead -----------------------------------------------------------------------------------------------------------

SUBSCRIBES = """
from accounts.models import User
from billing import checkout
from billing.models import PlanPrice
pk, = json.loads(sys.argv[1])
print(checkout.start(User.objects.get(pk=pk), PlanPrice.objects.on_sale().get(lookup_key="plus_monthly")))
"""


@pytest.mark.parametrize("path", ["/v1/customers", "/v1/checkout/sessions"])
def test_a_process_killed_between_stripes_answer_and_our_commit_leads_nobody_to_pay_twice(
    path: str, shop: LocalStripe, reader: Reader
) -> None:
    """Stripe has done it, and the process is dead before it could write that down."""
    before = len(calls(shop, "POST", path))
    shop.fault("delay", path=path, method="POST", seconds=PATIENCE)
    dies = spawn(SUBSCRIBES, reader.user.pk)
    wait_until(lambda: any(one["status"] == 200 for one in calls(shop, "POST", path)[before:]))
    dies.send_signal(signal.SIGKILL)
    dies.communicate()
    assert not CheckoutAttempt.objects.filter(state="open").exists()

    page = reader.goes_to_pay()

    assert len({one["idempotency_key"] for one in calls(shop, "POST", path)}) == 1
    assert calls(shop, "POST", path)[-1]["replayed"]
    assert len(shop.api.customers.list().data) == 1
    assert open_pages(shop, reader) == [page]
    shop.pay(page, card=GOOD)
    assert reader.has_plus
    assert Subscription.objects.count() == 1


# Letters --------------------------------------------------------------------------------------------------------


class PostOffice(socketserver.ThreadingTCPServer):
    """Takes mail over SMTP. It can be told to keep the sender waiting before it accepts."""

    allow_reuse_address = daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Counter)
        self.letters: list[str] = []
        self.open = threading.Event()
        self.waiting = threading.Event()
        self.open.set()

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class Counter(socketserver.StreamRequestHandler):
    server: PostOffice

    def handle(self) -> None:
        self._say("220 here")
        with suppress(OSError):
            while line := self.rfile.readline():
                verb = line[:4].upper().strip()
                if verb == b"DATA":
                    self._take()
                elif verb == b"QUIT":
                    self._say("221 bye")
                    return
                else:
                    self._say("250 yes")

    def _take(self) -> None:
        self._say("354 go on")
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.decode("utf-8", "replace"))
        self.server.waiting.set()
        self.server.open.wait(PATIENCE)
        self._say("250 taken")  # fails when the sender is gone, and then nothing was taken
        self.server.letters.append("".join(lines))

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@contextmanager
def post_office() -> Iterator[PostOffice]:
    office = PostOffice()
    threading.Thread(target=office.serve_forever, args=(0.01,), daemon=True).start()
    yield office
    office.shutdown()
    office.server_close()


SENDS = """
from billing import tasks
for pk in json.loads(sys.argv[1])[0]:
    try:
        tasks.send_notice(pk)
    except OSError:
        pass
print("sent")
"""


def test_four_processes_send_each_letter_once(shop: LocalStripe, reader: Reader) -> None:
    pks = [
        BillingNotice.objects.create(user=reader.user, kind="plus_ended", key=f"sub_{number}").pk
        for number in range(6)
    ]
    with post_office() as office:
        processes = [
            spawn(SENDS, turn, smtp=office.port) for turn in (pks, pks[::-1], pks[3:] + pks[:3], pks)
        ]
        for process in processes:
            _, said = process.communicate(timeout=PATIENCE * 3)
            assert process.returncode == 0, said[-3000:]

        assert len(office.letters) == 6
    assert not BillingNotice.objects.filter(sent_at=None).exists()


def test_a_letter_whose_sender_was_killed_before_it_was_taken_is_sent_by_the_next(
    shop: LocalStripe, reader: Reader
) -> None:
    notice = BillingNotice.objects.create(user=reader.user, kind="plus_ended", key="sub_1")
    with post_office() as office:
        office.open.clear()
        dies = spawn(SENDS, [notice.pk], smtp=office.port)
        assert office.waiting.wait(PATIENCE)
        dies.send_signal(signal.SIGKILL)
        dies.communicate()
        an_hour_passes()
        BillingNotice.objects.exclude(lease_until=None).update(
            lease_until=timezone.now() - timedelta(hours=1)
        )

        assert sweep_all()["letters about money sent"] == 1

    notice.refresh_from_db()
    assert notice.sent_at
    assert [letter.to for letter in mail.outbox] == [[reader.user.email]]
