"""Deliveries: events on their way to the endpoints, signed by the SDK's own signer, over real HTTP.

A thread sends what is due, oldest first, and tries again after a failure. What is owed is in the store, so a
restart goes on where it was.
"""

from __future__ import annotations

import http.client
import json
import threading
import time
from urllib.parse import urlsplit

from stripe import WebhookSignature

from .events import DROPPED, DUE, FAILED, FLOW, HELD, owe, public
from .store import Object, Store

PATIENCE = 10.0  # seconds for an answer
WAITS = (1, 5, 30, 300, 3_600)  # seconds before each further try
MOST_IDLE = 1.0  # seconds between two looks


class Deliveries:
    def __init__(self, store: Store) -> None:
        self._store = store
        self._stopped = threading.Event()
        self._news = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="stand-in deliveries", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self.wake()
        self._thread.join(PATIENCE)

    def wake(self) -> None:
        with self._news:
            self._news.notify_all()

    def settle(self, patience: float = PATIENCE) -> bool:
        """Wait until everything due has been tried; False when that took too long."""
        self.wake()
        with self._news:
            return self._news.wait_for(lambda: not self._due(), timeout=patience)

    def _run(self) -> None:
        while not self._stopped.is_set():
            due = self._due()
            if due:
                self._send(due[0])
            with self._news:
                self._news.notify_all()
                if not due:
                    self._news.wait(MOST_IDLE)

    def _due(self) -> list[Object]:
        now = time.time()
        return [one for one in self._store.all("delivery") if one["state"] == DUE and one["next_at"] <= now]

    def _send(self, delivery: Object) -> None:
        event = self._store.find("event", delivery["event"])
        endpoint = self._store.find("webhook_endpoint", delivery["endpoint"])
        status = post(endpoint, event) if event and endpoint else None
        with self._store.transaction():
            if self._store.find("delivery", delivery["id"]) is None:
                return  # everything was reset meanwhile
            if status is not None and 200 <= status < 300:
                self._store.forget(delivery["id"])
                self._delivered(delivery["event"])
            else:
                self._store.save(delivery | _retry(delivery, status))

    def _delivered(self, ident: str) -> None:
        if event := self._store.find("event", ident):
            event["pending_webhooks"] = max(0, event["pending_webhooks"] - 1)
            event["_delivered"] = event.get("_delivered", 0) + 1
            self._store.save(event)


def _retry(delivery: Object, status: int | None) -> Object:
    tried = delivery["attempts"] + 1
    if tried > len(WAITS):
        return {"attempts": tried, "status": status, "state": FAILED}
    return {"attempts": tried, "status": status, "next_at": time.time() + WAITS[tried - 1]}


def post(endpoint: Object, event: Object) -> int | None:
    """The answer's status; None without an answer. Redirects are not followed: to Stripe they are failures."""
    body = json.dumps(public(event), indent=2, ensure_ascii=False)
    signature = WebhookSignature.generate_signature_header(body, endpoint["_secret"], int(time.time()))
    target = urlsplit(endpoint["url"])
    kind = http.client.HTTPSConnection if target.scheme == "https" else http.client.HTTPConnection
    connection = kind(target.hostname or "", target.port, timeout=PATIENCE)
    headers = {"Content-Type": "application/json; charset=utf-8", "Stripe-Signature": signature,
               "User-Agent": "Stripe/1.0 (stand-in)", "Connection": "close"}  # fmt: skip
    path = f"{target.path or '/'}{f'?{target.query}' if target.query else ''}"
    try:
        connection.request("POST", path, body.encode(), headers)
        response = connection.getresponse()
        response.read()
        return response.status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def release(store: Store, *, backwards: bool = False) -> int:
    """Let go what was held, in the order it happened, or last things first; returns how many."""
    with store.transaction():
        store.remember("deliveries", FLOW)
        held = [one for one in store.all("delivery") if one["state"] == HELD]
        for one in reversed(held) if backwards else held:
            store.forget(one["id"])
            owe(store, one["event"], one["endpoint"])
        return len(held)


def drop_held(store: Store) -> None:
    for one in store.all("delivery"):
        if one["state"] == HELD:
            store.save(one | {"state": DROPPED})


def resend(store: Store, event: str, *, times: int = 1) -> None:
    """Once more, to everyone who listens, whether it arrived before or not."""
    for endpoint in store.all("webhook_endpoint") * times:
        owe(store, store.get("event", event)["id"], endpoint["id"])
