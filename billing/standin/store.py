"""Store: everything the stand-in knows, in one SQLite file. A request is one transaction: it happens whole, or not.

Objects are JSON as Stripe shows it. A key that begins with an underscore is the stand-in's own memory and is
never shown.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import sqlite3
import string
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .refusals import missing

Object = dict[str, Any]

ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
SCHEMA = """
CREATE TABLE IF NOT EXISTS objects (
    rank INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE, kind TEXT, customer TEXT, body TEXT
);
CREATE INDEX IF NOT EXISTS objects_by_kind ON objects (kind, customer, rank);
CREATE TABLE IF NOT EXISTS replies (key TEXT PRIMARY KEY, at REAL, request TEXT, status INTEGER, body TEXT);
CREATE TABLE IF NOT EXISTS memory (name TEXT PRIMARY KEY, value TEXT);
"""


class Store:
    def __init__(self, file: Path, *, seed: str | None = None) -> None:
        """With a seed, ids are the same in every run; the file keeps the seed it began with."""
        file.parent.mkdir(parents=True, exist_ok=True)
        self.lock = threading.RLock()
        self._base = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        self._base.execute("PRAGMA journal_mode=WAL")
        self._base.execute("PRAGMA synchronous=OFF")  # survives the process, which is all that is promised
        self._base.executescript(SCHEMA)
        self._depth = 0
        self.address = ""  # of the pages, known once the server listens
        self.request: dict[str, str | None] = {"id": None, "idempotency_key": None}
        if self.recall("seed") is None:
            self.remember("seed", seed or secrets.token_hex(8))

    def close(self) -> None:
        with self.lock:
            self._base.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, one at a time; an inner one is part of the outer one."""
        with self.lock:
            if self._depth == 0:
                self._base.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield
            except BaseException:
                self._depth -= 1
                if self._depth == 0:
                    self._base.execute("ROLLBACK")
                raise
            self._depth -= 1
            if self._depth == 0:
                self._base.execute("COMMIT")

    @contextmanager
    def undone(self) -> Iterator[None]:
        """What happens in here is forgotten afterwards: a look at what would be."""
        with self.transaction():
            self._base.execute("SAVEPOINT undone")
            try:
                yield
            finally:
                self._base.execute("ROLLBACK TO undone")
                self._base.execute("RELEASE undone")

    def new_id(self, prefix: str, length: int = 24) -> str:
        with self.transaction():
            count = int(self.recall("ids") or 0) + 1
            self.remember("ids", count)
            number = int.from_bytes(hashlib.sha512(f"{self.recall('seed')} {count}".encode()).digest())
        letters = []
        for _ in range(length):
            number, place = divmod(number, len(ALPHABET))
            letters.append(ALPHABET[place])
        return f"{prefix}_{''.join(letters)}"

    def save(self, item: Object) -> Object:
        customer = (
            item["id"] if item["object"] == "customer" else item.get("customer") or item.get("_customer")
        )
        self._base.execute(
            "INSERT INTO objects (id, kind, customer, body) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (id) DO UPDATE SET customer = excluded.customer, body = excluded.body",
            (item["id"], item["object"], customer, json.dumps(item, default=str)),
        )
        return item

    def find(self, kind: str, ident: str) -> Object | None:
        with self.lock:
            row = self._base.execute(
                "SELECT body FROM objects WHERE id = ? AND kind = ?", (ident, kind)
            ).fetchone()
        return json.loads(row[0]) if row else None

    def get(self, kind: str, ident: str, *, param: str | None = None) -> Object:
        """The object; Refused as by Stripe when there is none. `param` names the parameter that held its id."""
        if found := self.find(kind, ident):
            return found
        raise missing(kind, ident, param=param)

    def anything(self, ident: str) -> Object | None:
        with self.lock:
            row = self._base.execute("SELECT body FROM objects WHERE id = ?", (ident,)).fetchone()
        return json.loads(row[0]) if row else None

    def all(self, kind: str, *, customer: str | None = None) -> list[Object]:
        """Oldest first."""
        query = "SELECT body FROM objects WHERE kind = ? AND (? IS NULL OR customer = ?) ORDER BY rank"
        with self.lock:
            return [json.loads(body) for (body,) in self._base.execute(query, (kind, customer, customer))]

    def everything_of(self, customer: str) -> list[Object]:
        query = "SELECT body FROM objects WHERE customer = ? ORDER BY rank"
        with self.lock:
            return [json.loads(body) for (body,) in self._base.execute(query, (customer,))]

    def forget(self, ident: str) -> None:
        self._base.execute("DELETE FROM objects WHERE id = ?", (ident,))

    def recall(self, name: str) -> Any:
        """One of the stand-in's own settings; None when it was never set."""
        with self.lock:
            row = self._base.execute("SELECT value FROM memory WHERE name = ?", (name,)).fetchone()
        return json.loads(row[0]) if row else None

    def remember(self, name: str, value: Any) -> None:
        with self.lock:
            self._base.execute("REPLACE INTO memory (name, value) VALUES (?, ?)", (name, json.dumps(value)))

    def reply_to(self, key: str, *, since: float) -> tuple[str, int, str] | None:
        """What was answered to an idempotency key: the request, the status, the body."""
        self._base.execute("DELETE FROM replies WHERE at < ?", (since,))
        row = self._base.execute("SELECT request, status, body FROM replies WHERE key = ?", (key,)).fetchone()
        return row if row is None else (row[0], row[1], row[2])

    def keep_reply(self, key: str, *, at: float, request: str, status: int, body: str) -> None:
        self._base.execute("REPLACE INTO replies VALUES (?, ?, ?, ?, ?)", (key, at, request, status, body))

    def clear(self) -> None:
        """As on the first day, except that ids are never given twice."""
        with self.transaction():
            self._base.execute("DELETE FROM objects")
            self._base.execute("DELETE FROM replies")
            self._base.execute("DELETE FROM memory WHERE name NOT IN ('seed', 'ids')")
