"""People who sign up, sign in and leave, and what their browser and their mailbox can do."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from django.utils.translation import override

from accounts.models import User

PASSWORD = "a-long-password"
CODE = re.compile(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b|^ {4}(\S+)$", re.MULTILINE)


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """The language of the last test's page is not this one's."""
    with override("en"):
        yield


@pytest.fixture
def guest() -> Client:
    return Client()


@pytest.fixture
def korean() -> Client:
    """A guest whose browser asks for Korean."""
    return Client(headers={"accept-language": "ko-KR,ko;q=0.9"})


@pytest.fixture
def member(db: None) -> User:
    """Signed up, verified, with a password."""
    user = User.objects.create_user("mina@reader.example", PASSWORD)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@pytest.fixture
def inside(member: User) -> Client:
    """The member's browser, signed in by password as a person does it."""
    browser = Client()
    browser.post("/account/login/", {"login": member.email, "password": PASSWORD})
    return browser


@pytest.fixture
def sure(inside: Client) -> Client:
    """The same, having just typed the password once more."""
    inside.post("/account/reauthenticate/", {"password": PASSWORD})
    return inside


@pytest.fixture
def letter() -> Callable[[], EmailMultiAlternatives]:
    """The one mail that has arrived since this was asked last."""

    def take() -> Any:
        assert len(mail.outbox) == 1, [message.subject for message in mail.outbox]
        return mail.outbox.pop()

    return take


@pytest.fixture
def code(letter: Callable[[], EmailMultiAlternatives]) -> Callable[[], str]:
    """The code in the one mail that has arrived."""

    def take() -> str:
        found = CODE.search(str(letter().body))
        assert found
        return found.group().strip()

    return take
