"""The first admin."""

from __future__ import annotations

import io
import sys

import pytest
from allauth.account.models import EmailAddress
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client as Browser

from accounts.models import User
from tests.content.world import at_once

EMAIL, PASSWORD = "boss@desk.example", "a-very-long-password"


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(PASSWORD + "\n" + PASSWORD + "\n"))


def create_admin(email: str = EMAIL) -> str:
    out = io.StringIO()
    call_command("create_admin", email, stdout=out)
    return out.getvalue()


def test_the_admin_can_sign_in_at_once(db: None, typed: None) -> None:
    """With a verified address: there may be no mail yet that could verify it."""
    assert create_admin() == f"{EMAIL} is an admin. Sign in at /account/login/\n"
    browser = Browser()
    answer = browser.post("/account/login/", {"login": EMAIL, "password": PASSWORD})
    assert answer.status_code == 302
    assert "verify" not in answer["Location"]
    assert browser.get("/admin/").status_code == 200


def test_once_more_changes_nothing(db: None, typed: None) -> None:
    create_admin()
    before = User.objects.values().get()
    assert create_admin(EMAIL.upper()) == f"{EMAIL} is an admin again. Sign in at /account/login/\n"
    assert User.objects.values().get() == before
    assert EmailAddress.objects.count() == 1


def test_an_existing_account_keeps_its_password(free: User) -> None:
    create_admin(free.email)
    free.refresh_from_db()
    assert (free.is_staff, free.is_superuser) == (True, True)
    assert free.check_password("a-long-password")
    assert EmailAddress.objects.get(user=free).verified


def test_a_second_address_does_not_take_the_place_of_the_first(free: User) -> None:
    EmailAddress.objects.create(user=free, email="first@reader.example", primary=True, verified=True)
    create_admin(free.email)
    assert EmailAddress.objects.get(user=free, primary=True).email == "first@reader.example"


def test_two_at_once_make_one_admin(transactional_db: None, typed: None) -> None:
    given = at_once(create_admin)
    assert all(EMAIL in str(told) for told in given), given
    assert User.objects.get().is_superuser
    assert EmailAddress.objects.count() == 1


def test_a_weak_password_is_refused_and_makes_nobody(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    for weak in ("", "short", "password123"):
        monkeypatch.setattr(sys, "stdin", io.StringIO(weak + "\n"))
        with pytest.raises(CommandError, match="too"):
            create_admin()
    assert not User.objects.exists()


def test_what_is_no_address_is_refused(db: None) -> None:
    with pytest.raises(CommandError, match="boss is not an email address"):
        create_admin("boss")
