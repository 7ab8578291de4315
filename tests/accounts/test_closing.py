"""Closing: out at once, gone when every room has answered, and told once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts import closing, sweeps
from accounts.models import User
from accounts.signals import closing as asked

from .conftest import PASSWORD

pytestmark = pytest.mark.django_db
Capture = Callable[..., AbstractContextManager[list[Any]]]


@pytest.fixture
def shelf() -> Iterator[dict[str, Any]]:
    """Another room, that has an answer and counts how often it was asked."""
    shelf: dict[str, Any] = {"answer": True, "asked": 0}

    def answer(user: User, **told: Any) -> Any:
        shelf["asked"] += 1
        if isinstance(shelf["answer"], Exception):
            raise shelf["answer"]
        return shelf["answer"]

    asked.connect(answer, weak=False)
    yield shelf
    asked.disconnect(answer)


def a_worker_at_hand() -> AbstractContextManager[Any]:
    """Who hears of an account to close does so at once."""

    def close(arguments: tuple[int], **_: Any) -> None:
        closing.attempt(*arguments)

    return patch("accounts.tasks.close_account.apply_async", side_effect=close)


def test_an_address_that_is_not_ones_own_closes_nothing(sure: Client, member: User) -> None:
    page = sure.post("/account/close/", {"email": "some@body.example"}).content.decode()
    assert "Nothing was closed." in page
    assert "id_email_error" in page
    assert not User.objects.closing().exists()


def test_closing_asks_once_more_who_it_is(inside: Client, member: User) -> None:
    answer = inside.post("/account/close/", {"email": member.email})
    assert answer.headers["Location"].startswith("/account/reauthenticate/")
    assert not User.objects.closing().exists()


def test_looking_at_the_page_closes_nothing(sure: Client) -> None:
    assert sure.get("/account/close/").status_code == 200
    assert not User.objects.closing().exists()


def test_a_closed_account_is_gone_and_its_owner_is_told_once(
    sure: Client, member: User, shelf: dict[str, Any], django_capture_on_commit_callbacks: Capture
) -> None:
    with a_worker_at_hand(), django_capture_on_commit_callbacks(execute=True):
        answer = sure.post("/account/close/", {"email": member.email.upper()}, follow=True)
    assert "Your account is being closed" in answer.content.decode()
    assert not User.objects.filter(email=member.email).exists()
    assert [message.subject for message in mail.outbox] == ["Your account at Digestly is closed"]
    assert mail.outbox[0].to == [member.email]
    assert shelf["asked"] == 1


def test_while_it_is_being_closed_nobody_gets_in(sure: Client, member: User) -> None:
    elsewhere = Client()
    elsewhere.force_login(member)
    closing.begin(member)
    assert sure.get("/account/security/").status_code == 302  # sessions that were open are not any more
    assert elsewhere.get("/account/security/").status_code == 302
    answer = Client().post("/account/login/", {"login": member.email, "password": PASSWORD}, follow=True)
    assert "This account is closed" in answer.content.decode()


@pytest.mark.parametrize("answer", [False, None, "yes", ConnectionError("down")])
def test_an_account_stays_until_every_room_says_yes(
    member: User, shelf: dict[str, Any], answer: object
) -> None:
    closing.begin(member)
    shelf["answer"] = answer
    assert not closing.finish(member)
    assert User.objects.closing().filter(pk=member.pk).exists()
    assert not mail.outbox
    shelf["answer"] = True
    assert closing.finish(member)
    assert not User.objects.filter(pk=member.pk).exists()
    assert len(mail.outbox) == 1


def test_the_sweep_tries_again_after_a_while(
    member: User, shelf: dict[str, Any], django_capture_on_commit_callbacks: Capture
) -> None:
    closing.begin(member)
    shelf["answer"] = False
    with a_worker_at_hand():
        for expected in (1, 0):  # at once, and then not before its time
            with django_capture_on_commit_callbacks(execute=True):
                assert sweeps.close_accounts() == expected
        assert shelf["asked"] == 1
        shelf["answer"] = True
        User.objects.update(closing_tried_at=timezone.now() - closing.RETRY_AFTER - timedelta(seconds=1))
        with django_capture_on_commit_callbacks(execute=True):
            assert sweeps.close_accounts() == 1
    assert not User.objects.filter(pk=member.pk).exists()


def test_two_workers_at_once_ask_once(member: User, shelf: dict[str, Any]) -> None:
    closing.begin(member)
    shelf["answer"] = False
    closing.attempt(member.pk)
    closing.attempt(member.pk)
    assert shelf["asked"] == 1


def test_nobody_is_closed_who_did_not_ask(member: User) -> None:
    assert not closing.attempt(member.pk)
    assert not closing.finish(member)
    assert User.objects.filter(pk=member.pk).exists()
    assert not mail.outbox


def test_the_goodbye_is_in_their_language(member: User) -> None:
    member.preferences.language = "ko"
    member.preferences.save()
    closing.begin(member)
    closing.finish(member)
    assert "계정" in mail.outbox[0].subject


def test_the_address_is_free_again_afterwards(member: User) -> None:
    closing.begin(member)
    closing.finish(member)
    again = User.objects.create_user(member.email)
    assert again.pk != member.pk


def test_an_editor_closes_accounts_and_deletes_none(
    editor: User, member: User, shelf: dict[str, Any], signed_in: Callable[[User | None], Client]
) -> None:
    desk = signed_in(editor)
    assert desk.get(f"/admin/accounts/user/{member.pk}/delete/").status_code == 403
    assert desk.get(f"/admin/accounts/user/{member.pk}/change/").status_code == 200
    chosen = {"action": "close_accounts", "_selected_action": [member.pk, editor.pk]}
    page = desk.post("/admin/accounts/user/", chosen, follow=True).content.decode()
    assert "1 account is being closed." in page  # nobody closes the one they sit in
    assert list(User.objects.closing()) == [member]
