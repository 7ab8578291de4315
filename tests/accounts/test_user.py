"""One person, one account."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.db import IntegrityError, transaction
from django.test import Client as Browser

from accounts.models import User
from tests.content.world import at_once


@pytest.mark.parametrize("spelling", ["Reader@Mail.example", "READER@MAIL.EXAMPLE", " reader@mail.example "])
def test_an_address_in_another_spelling_is_the_same_account(db: None, spelling: str) -> None:
    User.objects.create_user("reader@mail.example", "a-long-password")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user(spelling, "another-password")
    assert User.objects.get().email == "reader@mail.example"


def test_the_database_itself_refuses_a_second_spelling(db: None) -> None:
    """Whatever writes rows, by whatever way."""
    User.objects.bulk_create([User(email="reader@mail.example")])
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.bulk_create([User(email="Reader@mail.example")])


def test_of_many_sign_ups_at_once_one_makes_the_account(transactional_db: None) -> None:
    given: list[Any] = at_once(
        lambda: User.objects.create_user("reader@mail.example", "a-long-password"), times=4
    )
    assert sorted(type(result).__name__ for result in given) == ["IntegrityError"] * 3 + ["User"]


def test_people_sign_in_with_their_address_in_any_case(db: None) -> None:
    user = User.objects.create_user("reader@mail.example", "a-long-password")
    assert authenticate(None, email="Reader@Mail.example", password="a-long-password") == user
    assert Browser().login(email="READER@mail.example", password="a-long-password")
    assert authenticate(None, email="reader@mail.example", password="a-wrong-password") is None


def test_a_user_needs_an_address(db: None) -> None:
    with pytest.raises(ValueError, match="needs an email address"):
        User.objects.create_user("", "a-long-password")


def test_a_password_is_stored_as_argon2(db: None) -> None:
    assert User.objects.create_user("reader@mail.example", "a-long-password").password.startswith(
        "argon2$argon2id$"
    )
