"""What machines ask every site for."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings


def test_robots_are_kept_from_what_is_somebodys_own_and_from_nothing_else(client: Client) -> None:
    answer = client.get("/robots.txt")
    assert answer["Content-Type"].startswith("text/plain")
    lines = answer.content.decode().splitlines()
    assert lines[0] == "User-agent: *"
    assert "Disallow: /account/" in lines
    assert not [line for line in lines if line in ("Disallow: /", "Disallow: /en/")]


def test_who_finds_a_hole_learns_whom_to_tell_and_for_how_long(client: Client, settings: Settings) -> None:
    settings.OPERATOR_EMAIL = "desk@digests.example"
    told = dict(
        line.split(": ", 1) for line in client.get("/.well-known/security.txt").content.decode().splitlines()
    )
    assert told["Contact"] == "mailto:desk@digests.example"
    expires = datetime.fromisoformat(told["Expires"])
    assert timedelta(days=30) < expires - timezone.now() < timedelta(days=365)
    assert told["Canonical"].endswith("/.well-known/security.txt")


@pytest.mark.django_db
def test_as_long_as_nobody_can_be_written_to_there_is_none(client: Client) -> None:
    assert client.get("/.well-known/security.txt").status_code == 404
