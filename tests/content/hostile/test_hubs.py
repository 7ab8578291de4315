"""Hostile calls, number 46: forged, repeated, huge, and for what nobody asked."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from digestly.content import hubs, tasks
from digestly.content.models import HubSubscription, Source
from tests.content.hostile.conftest import Patient
from tests.content.hub import signature
from tests.content.world import hosts_rested, item
from tests.fetch.loopback import Site

BODY = b"<rss>something new</rss>"


@pytest.fixture
def active(patient: Patient) -> HubSubscription:
    """A hub that calls about the patient, who is not due."""
    until = timezone.now() + timedelta(days=1)
    return HubSubscription.objects.create(
        source=patient.source, hub="https://hub.example/", topic=patient.show.url,
        state=HubSubscription.State.ACTIVE, until=until, ask_at=until,
    )  # fmt: skip


def calls(row: HubSubscription, body: bytes = BODY, *, signed: str | None = None, token: str = "") -> int:
    headers = {} if signed == "" else {"X-Hub-Signature": signed or signature(row.secret, body)}
    path = f"/hubs/{token or row.token}/"
    return Client(enforce_csrf_checks=True).post(path, body, "application/xml", headers=headers).status_code


def test_h46_a_forged_call_changes_nothing(active: HubSubscription) -> None:
    right = signature(active.secret, BODY)
    for forged in (
        "", "sha256=", right[:-1], right.replace("sha256", "md5"), right.removeprefix("sha256="),
        signature("guessed", BODY), signature(active.secret, b"another"), "sha256=\u00e9", "=",
    ):  # fmt: skip
        assert calls(active, signed=forged) == 403, forged
    assert not Source.objects.due().exists()
    assert calls(active, signed=signature(active.secret, BODY, "sha512")) == 202
    assert Source.objects.due().exists()


def test_h46_a_repeated_call_makes_one_early_look_in_five_minutes(
    active: HubSubscription, patient: Patient, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    def looks() -> int:
        hosts_rested()
        tasks.refresh_source(patient.source.pk)
        return patient.show.asked()

    before = patient.show.asked()
    with django_assert_max_num_queries(5):
        assert calls(active) == 202
    assert looks() == before + 1
    assert [calls(active), looks(), calls(active), looks()] == [202, before + 1] * 2
    HubSubscription.objects.update(pinged_at=timezone.now() - hubs.EARLY_AT_MOST)
    assert calls(active) == 202
    assert looks() == before + 2


def test_h46_a_source_in_trouble_or_at_rest_is_not_woken(active: HubSubscription, patient: Patient) -> None:
    Source.objects.update(failures=1)
    assert calls(active) == 202
    Source.objects.update(failures=0, status=Source.Status.PAUSED)
    assert calls(active) == 410
    assert not Source.objects.due().exists()


class Untouched(BytesIO):
    """A body that nobody may begin to read."""

    def read(self, size: int | None = -1, /) -> bytes:
        raise AssertionError("it was read")


def test_h46_fifty_megabytes_are_refused_unread(active: HubSubscription) -> None:
    huge = {
        "wsgi.input": Untouched(), "CONTENT_LENGTH": str(50_000_000),
        "HTTP_X_HUB_SIGNATURE": signature(active.secret, BODY),
    }  # fmt: skip
    assert Client().generic("POST", f"/hubs/{active.token}/", **huge).status_code == 403
    most = os.urandom(1_000) * (hubs.LARGEST // 1_000)
    assert calls(active, most + b"x") == 403
    assert not Source.objects.due().exists()
    assert calls(active, most) == 202


def test_h46_nobody_is_called_at_an_unknown_address_or_after_the_end(active: HubSubscription) -> None:
    assert calls(active, token=secrets.token_urlsafe(32)) == 404
    asked = {"hub.mode": "subscribe", "hub.topic": "https://unknown.example/", "hub.challenge": "7"}
    assert Client().get(f"/hubs/{active.token}/", asked | {"hub.lease_seconds": "9"}).status_code == 404
    HubSubscription.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert calls(active) == 404
    assert Client().put(f"/hubs/{active.token}/").status_code == 405
    assert not Source.objects.due().exists()


def test_h46_a_hub_inside_is_never_asked(
    patient: Patient, elsewhere: Callable[[], Site], settings: Settings
) -> None:
    settings.BASE_URL = "https://digests.example"
    inside = elsewhere()
    link = f'<link rel="hub" href="{inside.url("/secrets")}"/>'
    patient.lists(
        item(2), item(1), more=link.replace("<link", '<atom:link xmlns:atom="http://www.w3.org/2005/Atom"')
    )
    row = HubSubscription.objects.get()
    hosts_rested()
    tasks.ask_hub(row.pk)
    row.refresh_from_db()
    assert inside.connections == 0
    assert row.state == HubSubscription.State.PENDING
    assert row.error_text
    assert row.error_text in patient.read()
