"""What billing costs: acknowledging an event, asking for access, comparing ten thousand customers with Stripe.

DATABASE_URL=postgres://… CELERY_BROKER_URL=redis://… python3 manage.py test tests/bench/test_billing.py -n 0 -s

Numbers are printed, and mean something only beside each other: the machine is the same for all of them. EVENTS and
CUSTOMERS in the environment make it smaller.
"""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from billing import facts, gateway, plus, reconcile
from billing.models import AccessGrant, BillingCustomer, PlanPrice, StripeEvent, Subscription
from tests.billing.local_stripe import KEY, SECRET, LocalStripe
from tests.crashes import database_url

pytestmark = pytest.mark.django_db(transaction=True)

EVENTS = int(os.environ.get("EVENTS", "3000"))
CUSTOMERS = int(os.environ.get("CUSTOMERS", "10000"))
CALLERS = 8
ASKED = 2000


def percentile(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


# Events -----------------------------------------------------------------------------------------------------------


@contextmanager
def served(home: Path) -> Iterator[int]:
    """Granian with two workers, as in production."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "DEBUG": "1", "DATABASE_URL": database_url(), "PORT": str(port)}
    environment |= {"BASE_URL": f"http://127.0.0.1:{port}"}
    granian = str(Path(sys.executable).parent / "granian")
    command = [
        granian,
        "--interface",
        "wsgi",
        "--workers",
        "2",
        "--port",
        str(port),
        "--log-level",
        "warning",
    ]
    process = subprocess.Popen([*command, "digestly.wsgi:application"], cwd=home, env=environment)
    try:
        wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait()


def wait_for(port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("granian does not listen")


def storm(port: int, requests: Sequence[tuple[str, str, str, dict[str, str]]]) -> tuple[float, list[float]]:
    """Requests per second by eight callers, and how long each took."""

    def call(share: Sequence[tuple[str, str, str, dict[str, str]]]) -> list[float]:
        link, took = http.client.HTTPConnection("127.0.0.1", port, timeout=60), []
        for method, path, body, headers in share:
            began = time.perf_counter()
            link.request(method, path, body, headers)
            answer = link.getresponse()
            answer.read()
            took.append(time.perf_counter() - began)
            assert answer.status == 200, answer.status
        link.close()
        return took

    began = time.perf_counter()
    with ThreadPoolExecutor(CALLERS) as pool:
        took = [
            one for part in pool.map(call, [requests[n::CALLERS] for n in range(CALLERS)]) for one in part
        ]
    return len(requests) / (time.perf_counter() - began), took


def test_events_stored_and_acknowledged_beside_healthz(home: Path) -> None:
    bodies = [
        json.dumps({
            "id": f"evt_{number}", "object": "event", "type": "invoice.paid", "livemode": False,
            "api_version": gateway.API_VERSION, "created": int(time.time()), "pending_webhooks": 1,
            "data": {"object": {"id": f"in_{number}", "object": "invoice", "customer": f"cus_{number}",
                                "lines": {"data": [{"description": "Plus"} for _ in range(30)]}}},
        })
        for number in range(EVENTS)
    ]  # fmt: skip
    told = [
        ("POST", "/billing/webhook/", body,
         {"Stripe-Signature": LocalStripe.sign(body), "Content-Type": "application/json"})
        for body in bodies
    ]  # fmt: skip
    asked = [("GET", "/healthz", "", {})] * EVENTS
    with served(home) as port:
        storm(port, asked[:200])
        alive, alive_took = storm(port, asked)
        stored, took = storm(port, told)
        again, _ = storm(port, told)

    assert StripeEvent.objects.count() == EVENTS
    print(
        f"\n{connection.vendor}, 2 workers, {CALLERS} callers, {EVENTS} events of {len(bodies[0])} bytes: "
        f"{stored:.0f} events/s stored, {again:.0f}/s again, /healthz {alive:.0f}/s: "
        f"{stored / alive:.2f} of it; acknowledged p50 {percentile(took, 0.5) * 1000:.1f} ms, "
        f"p99 {percentile(took, 0.99) * 1000:.1f} ms (/healthz p99 {percentile(alive_took, 0.99) * 1000:.1f} ms)"
    )


# Access -----------------------------------------------------------------------------------------------------------


def test_what_asking_for_access_costs(settings: Any) -> None:
    settings.STRIPE_SECRET_KEY = KEY
    user = User.objects.create_user("reader@reader.example")
    customer = BillingCustomer.objects.create(user=user, stripe_customer_id="cus_1")
    now = timezone.now()
    for number in range(3):
        Subscription.objects.create(
            customer=customer, stripe_subscription_id=f"sub_{number}", status="active", is_plus=True,
            current_period_end=now + timedelta(days=9), fetched_at=now,
        )  # fmt: skip
    AccessGrant.objects.create(user=user, ends_at=now + timedelta(days=1))

    def bare() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()

    with CaptureQueriesContext(connection) as captured:
        assert plus.has_plus(user)
    asked, nothing = each(lambda: plus.has_plus(user)), each(bare)
    print(
        f"\n{connection.vendor}: access in {len(captured)} query, {asked * 1e6:.0f} µs, "
        f"{asked / nothing:.1f} times a bare SELECT 1 ({nothing * 1e6:.0f} µs)"
    )


def each(act: Callable[[], object]) -> float:
    """Seconds of this process's own for one, on average: others on the machine do not count."""
    began = time.process_time()
    for _ in range(ASKED):
        act()
    return (time.process_time() - began) / ASKED


# Comparing --------------------------------------------------------------------------------------------------------


class Lists(ThreadingHTTPServer):
    """A Stripe that only lists, as fast as it can: everybody has one subscription, and one in five hundred differs."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Lister)
        self.asked: list[str] = []
        self.at = int(time.time())

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def subscription(self, number: int, *, latest: bool = True) -> dict[str, Any]:
        canceled = latest and number % 500 == 0
        item = {
            "id": f"si_{number}", "object": "subscription_item", "current_period_start": self.at,
            "current_period_end": self.at + 86_400 * 30, "price": {"id": "price_1", "product": "prod_1"},
        }  # fmt: skip
        invoice = {
            "id": f"in_{number}", "object": "invoice", "status": "paid", "hosted_invoice_url": "http://127.0.0.1/i",
            "status_transitions": {"finalized_at": self.at},
        }  # fmt: skip
        return {
            "id": f"sub_{number}", "object": "subscription", "customer": f"cus_{number}",
            "status": "canceled" if canceled else "active", "items": {"object": "list", "data": [item]},
            "ended_at": self.at if canceled else None, "cancel_at": None, "cancel_at_period_end": False,
            "latest_invoice": invoice, "metadata": {}, "created": self.at, "description": "x" * 1500,
        }  # fmt: skip

    def customer(self, number: int) -> dict[str, Any]:
        email = f"reader{number}@reader.example"
        return {
            "id": f"cus_{number}",
            "object": "customer",
            "email": email,
            "created": self.at,
            "metadata": {},
        }

    def answer(self, path: str, query: dict[str, list[str]]) -> dict[str, Any]:
        parts = path.strip("/").split("/")
        make = {"customers": self.customer, "subscriptions": self.subscription}.get(parts[1])
        if len(parts) == 3 and make:
            return make(int(parts[2].split("_")[1]))
        if "customer" in query:
            return {
                "object": "list",
                "data": [self.subscription(int(query["customer"][0][4:]))],
                "has_more": False,
            }
        after = query.get("starting_after", [f"_{CUSTOMERS}"])[0]
        first = int(after.split("_")[1]) - 1 if make else -1
        numbers = range(first, max(-1, first - 100), -1)
        data = [make(number) for number in numbers] if make else []
        return {"object": "list", "url": path, "data": data, "has_more": bool(data) and numbers[-1] > 0}


class Lister(BaseHTTPRequestHandler):
    server: Lists
    protocol_version = "HTTP/1.1"
    wbufsize = 65_536

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        self.server.asked.append(parts.path)
        body = json.dumps(self.server.answer(parts.path, parse_qs(parts.query))).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def lists(settings: Any) -> Iterator[Lists]:
    server = Lists()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRETS = KEY, [SECRET]
    settings.STRIPE_API_BASE = server.url
    yield server
    server.shutdown()
    server.server_close()


def test_comparing_everybody_with_stripes_lists(lists: Lists) -> None:
    PlanPrice.objects.create(
        lookup_key="plus_monthly", stripe_price_id="price_1", amount=500, currency="usd", interval="month"
    )
    numbers, now = range(CUSTOMERS), timezone.now()
    users = User.objects.bulk_create([User(email=f"reader{number}@reader.example") for number in numbers])
    customers = BillingCustomer.objects.bulk_create(
        BillingCustomer(user=user, stripe_customer_id=f"cus_{number}") for number, user in enumerate(users)
    )
    Subscription.objects.bulk_create(
        [
            Subscription(
                customer=customer, stripe_subscription_id=f"sub_{number}", is_plus=True, fetched_at=now,
                **facts.columns(lists.subscription(number, latest=False)),
            )
            for number, customer in enumerate(customers)
        ],
        batch_size=1000,
    )  # fmt: skip
    BillingCustomer.objects.update(created_at=now - timedelta(hours=1))
    del users, customers
    run = reconcile.by_hand()

    before, peak, turns, began = resident(), 0.0, 0, time.perf_counter()
    while not run.finished_at:
        for _ in reconcile.go_on(run.pk, turn=2):
            pass
        peak, turns = max(peak, resident()), turns + 1
        run.refresh_from_db()
    took = time.perf_counter() - began

    differing = len(range(0, CUSTOMERS, 500))
    assert run.differed == differing
    singles = [path for path in lists.asked if path.count("/") > 2]
    print(
        f"\n{connection.vendor}: {CUSTOMERS} customers compared in {took:.1f} s, "
        f"{took / CUSTOMERS * 1000:.2f} ms each, "
        f"{len(lists.asked)} calls ({len(lists.asked) / CUSTOMERS:.4f} each), {len(singles)} for the {differing} who "
        f"differed; memory grew by {peak - before:.1f} MB over {turns} turns"
    )


def resident() -> float:
    """What this process holds, in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
