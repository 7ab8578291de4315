"""Signing up: an address, a code, and back to where one came from."""

from __future__ import annotations

from collections.abc import Callable
from unittest.mock import patch

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts.models import Preferences, User

pytestmark = pytest.mark.django_db
NEWCOMER = {"email": "New.Comer@Reader.example", "password1": "seven-green-bottles"}


def test_an_address_a_password_and_a_code_make_an_account(guest: Client, code: Callable[[], str]) -> None:
    answer = guest.post("/account/signup/?next=/en/pricing/", NEWCOMER | {"next": "/en/pricing/"})
    assert answer.headers["Location"].startswith("/account/confirm-email/")
    assert not EmailAddress.objects.get().verified
    answer = guest.post(answer.headers["Location"], {"code": code()})
    assert answer.headers["Location"] == "/en/pricing/"
    assert EmailAddress.objects.get().verified
    assert guest.get("/account/security/").status_code == 200
    assert not mail.outbox  # one mail in all


def test_without_a_password_the_account_is_opened_by_codes(guest: Client, code: Callable[[], str]) -> None:
    confirm = guest.post("/account/signup/", {"email": "no@password.example"}).headers["Location"]
    guest.post(confirm, {"code": code()})
    guest.post("/account/logout/")
    answer = guest.post("/account/login/code/", {"email": "no@password.example", "next": "/ko/"})
    guest.post(answer.headers["Location"], {"code": code(), "next": "/ko/"})
    assert guest.get("/account/security/").status_code == 200


def test_the_address_is_one_persons_in_whatever_case(
    guest: Client, letter: Callable[[], mail.EmailMessage]
) -> None:
    guest.post("/account/signup/", NEWCOMER)
    mail.outbox.clear()
    cache.clear()  # ten seconds later, as the limit on mail to one address sees it
    again = Client()
    answer = again.post(
        "/account/signup/", {"email": "NEW.COMER@reader.EXAMPLE", "password1": "another-password-1"}
    )
    assert answer.headers["Location"].startswith("/account/confirm-email/")  # what a new address would see
    assert User.objects.count() == 1
    assert "already have an account" in letter().subject


def test_the_page_does_not_tell_who_has_an_account(member: User) -> None:
    """Word for word, but for the address and what only this visit knows."""
    pages = []
    for address in (member.email, "some@body.example"):
        browser = Client()
        answer = browser.post("/account/signup/", {"email": address, "password1": "another-password-1"})
        page = browser.get(answer.headers["Location"]).content.decode()
        pages.append([line.replace(address, "") for line in page.splitlines() if "csrf" not in line])
    known, unknown = (set(page) for page in pages)
    # allauth cannot let a stranger change an address, so that offer alone differs; it is asked for after a code.
    assert not known - unknown


def test_sending_the_form_twice_loses_nothing(guest: Client, code: Callable[[], str]) -> None:
    guest.post("/account/signup/", NEWCOMER)
    confirm = guest.post("/account/signup/", NEWCOMER).headers["Location"]
    guest.post(confirm, {"code": code()})
    assert EmailAddress.objects.get().verified
    assert User.objects.count() == 1


def test_whoever_left_before_the_code_signs_up_again_and_gets_one(
    guest: Client, code: Callable[[], str]
) -> None:
    guest.post("/account/signup/", NEWCOMER)
    mail.outbox.clear()
    cache.clear()
    later = Client()
    confirm = later.post("/account/signup/", NEWCOMER | {"next": "/ko/"}).headers["Location"]
    assert later.post(confirm, {"code": code()}).headers["Location"] == "/ko/"
    assert EmailAddress.objects.get().verified


def test_two_browsers_at_once_make_one_account(guest: Client, code: Callable[[], str]) -> None:
    guest.post("/account/signup/", NEWCOMER)
    mail.outbox.clear()
    cache.clear()
    unseen = (NEWCOMER["email"].lower(), False)  # the other one was not there yet when this one looked
    with patch("allauth.account.internal.flows.manage_email.email_already_exists", return_value=unseen):
        other = Client()
        confirm = other.post("/account/signup/", NEWCOMER).headers["Location"]
    other.post(confirm, {"code": code()})
    assert EmailAddress.objects.get().verified
    assert User.objects.count() == 1


def test_a_wrong_code_says_so_and_the_right_one_still_works(guest: Client, code: Callable[[], str]) -> None:
    confirm = guest.post("/account/signup/", NEWCOMER).headers["Location"]
    page = guest.post(confirm, {"code": "XXXX-XXXX"}).content.decode()
    assert "This code is not right. Look again, or have a new one sent." in page
    assert 'aria-invalid="true"' in page
    assert 'aria-describedby="id_code_error"' in page
    assert 'id="id_code_error"' in page
    assert 'autocomplete="one-time-code"' in page
    guest.post(confirm, {"code": code()})
    assert EmailAddress.objects.get().verified


def test_three_wrong_codes_end_it_and_signing_in_begins_anew(guest: Client, code: Callable[[], str]) -> None:
    confirm = guest.post("/account/signup/", NEWCOMER).headers["Location"]
    right = code()
    for _ in range(3):
        answer = guest.post(confirm, {"code": "XXXX-XXXX"})
    page = guest.get(answer.headers["Location"]).content.decode()
    assert "That went wrong too often." in page
    guest.post(confirm, {"code": right})
    assert not EmailAddress.objects.get().verified
    cache.clear()
    answer = guest.post("/account/login/", {"login": NEWCOMER["email"], "password": NEWCOMER["password1"]})
    guest.post(answer.headers["Location"], {"code": code()})
    assert EmailAddress.objects.get().verified


def test_a_code_that_is_too_old_says_what_to_do(guest: Client, code: Callable[[], str]) -> None:
    confirm = guest.post("/account/signup/", NEWCOMER).headers["Location"]
    late = timezone.now().timestamp() + 16 * 60
    with patch("allauth.account.internal.flows.code_verification.time.time", return_value=late):
        answer = guest.post(confirm, {"code": code()}, follow=True)
    assert answer.redirect_chain[-1][0].startswith("/account/login/")
    assert "That code is no longer valid." in answer.content.decode()
    assert not EmailAddress.objects.get().verified


def test_a_used_code_opens_nothing(guest: Client, code: Callable[[], str]) -> None:
    confirm = guest.post("/account/signup/", NEWCOMER).headers["Location"]
    used = code()
    guest.post(confirm, {"code": used})
    guest.post("/account/logout/")
    answer = guest.post(confirm, {"code": used}, follow=True)
    assert "That code is no longer valid." in answer.content.decode()
    assert guest.get("/account/security/").status_code == 302


def test_looking_at_the_page_uses_no_code_up(guest: Client, code: Callable[[], str]) -> None:
    confirm = guest.post("/account/signup/", NEWCOMER).headers["Location"]
    for _ in range(5):
        guest.get(confirm)
        guest.head(confirm)
    guest.post(confirm, {"code": code()})
    assert EmailAddress.objects.get().verified


def test_a_new_code_takes_the_place_of_the_old(guest: Client, code: Callable[[], str]) -> None:
    confirm = guest.post("/account/signup/", NEWCOMER).headers["Location"]
    old = code()
    cache.clear()
    guest.post(confirm, {"action": "resend"})
    new = code()
    assert old != new
    guest.post(confirm, {"code": old})
    assert not EmailAddress.objects.get().verified
    guest.post(confirm, {"code": new})
    assert EmailAddress.objects.get().verified


def test_preferences_are_made_in_the_language_of_the_sign_up(korean: Client) -> None:
    korean.post("/account/signup/", NEWCOMER)
    assert Preferences.objects.get().language == "ko"
    assert Preferences.objects.get().newsletter == Preferences.Newsletter.NONE
    assert "확인" in mail.outbox[0].subject


def test_an_address_that_is_none_is_refused_in_words(korean: Client) -> None:
    page = korean.post("/account/signup/", {"email": "nobody", "password1": "123"}).content.decode()
    assert "올바른 이메일 주소를 입력하세요." in page
    assert not User.objects.exists()
