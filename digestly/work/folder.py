"""The embedded broker: kombu's folder of messages, made to bear that any process is killed at any moment.

Kombu writes where its readers look, byte after byte. Whoever read too early, or found what a killed writer had left,
would end as a worker, or as a request, of a message that could not be understood. Here a message appears whole or
not at all, and what is broken all the same, say by a full disk, is thrown away: the sweeper says it again.
"""

from __future__ import annotations

import fcntl
import logging
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from kombu.exceptions import ChannelError
from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.json import dumps

log = logging.getLogger(__name__)

# Kombu notes in the process that a line is bound before it has written so: another thread would rely on the note,
# find no line in the table, and its message would go nowhere.
_BINDING = threading.RLock()


class Channel(filesystem.Channel):
    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override] # kombu has two names
        name = f"{time.monotonic_ns() // 1_000_000}_{uuid4()}.{queue}"
        draft = Path(self.data_folder_out, f"{name}.draft")
        try:
            draft.write_text(dumps(payload))
            draft.rename(draft.with_suffix(".msg"))
        except OSError as reason:
            raise ChannelError(f"Cannot leave a message in {self.data_folder_out}") from reason

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        while True:
            try:
                return super()._get(queue)
            except ValueError:
                log.warning("A message in %s was broken, and is thrown away.", self.data_folder_in)

    def get_table(self, exchange: str) -> list[Any]:
        with self._alone():
            try:
                found: list[Any] = super().get_table(exchange)
            except ValueError:
                return []  # until the next who binds writes it anew
        return found

    def queue_bind(self, *line: Any, **binding: Any) -> None:
        with _BINDING:
            super().queue_bind(*line, **binding)

    def _queue_bind(self, exchange: str, *binding: Any) -> None:
        with self._alone():
            try:
                super()._queue_bind(exchange, *binding)
            except ValueError:
                self._exchange_file(exchange).unlink(missing_ok=True)
                super()._queue_bind(exchange, *binding)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """While the table of an exchange is read or written, which takes kombu several steps."""
        try:
            self.control_folder.mkdir(exist_ok=True)
            lock = os.open(self.control_folder / "tables.lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as reason:
            raise ChannelError(f"Cannot write in {self.control_folder}") from reason
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            fcntl.flock(lock, fcntl.LOCK_UN)  # a child that was forked meanwhile would hold it on
            os.close(lock)


class Transport(filesystem.Transport):
    Channel = Channel


def take_place() -> None:
    """From here on `filesystem://` means this one, to everybody in this process."""
    TRANSPORT_ALIASES["filesystem"] = f"{__name__}:Transport"
