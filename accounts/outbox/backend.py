"""A mail backend that puts messages into a folder and their text on the console."""

from __future__ import annotations

import time
import uuid
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class OutboxBackend(BaseEmailBackend):
    """One `.eml` file a message, named so that the newest sorts last."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = Path(settings.OUTBOX_FOLDER)
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            name = f"{time.time_ns()}-{uuid.uuid4().hex[:8]}"
            written = folder / f".{name}"
            written.write_bytes(message.message().as_bytes())
            written.rename(folder / f"{name}.eml")  # at once whole, for whoever is reading
            print(f"Mail to {', '.join(message.to)}: {message.subject}\n{message.body}\n", flush=True)
        return len(email_messages)
