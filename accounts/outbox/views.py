"""The outbox page: what would have been sent, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

SHOWN = 50


@dataclass(frozen=True)
class Letter:
    subject: str
    to: str
    date: datetime | None
    text: str


@never_cache
@require_safe
def outbox(request: HttpRequest) -> HttpResponse:
    files = sorted(Path(settings.OUTBOX_FOLDER).glob("*.eml"), reverse=True)[:SHOWN]
    return render(request, "accounts/outbox.html", {"letters": [read(file) for file in files]})


def read(file: Path) -> Letter:
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    body = message.get_body(("plain",))
    return Letter(
        subject=str(message["Subject"]),
        to=str(message["To"]),
        date=message["Date"].datetime if message["Date"] else None,
        text=body.get_content() if body else "",
    )
