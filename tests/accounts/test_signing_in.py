"""Signing in: by password, by code, with a second step; and what is said when it goes wrong."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from smtplib import SMTPServerDisconnected
from unittest.mock import patch

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.conf import settings
from django.core import mail
from django.test import Client, override_settings

from accounts.models import User

from .conftest import PASSWORD

pytestmark = pytest.mark.django_db


def is_in(browser: Client) -> bool:
    return browser.get("/account/security/").status_code == 200


def sign_in(browser: Client, user: User, **more: str) -> str:
    answer = browser.post("/account/login/", {"login": user.email, "password": PASSWORD, **more})
    return str(answer.headers.get("Location"))


def test_next_is_kept_and_only_ours_is_followed(member: User) -> None:
    assert sign_in(Client(), member, next="/ko/pricing/") == "/ko/pricing/"
    assert sign_in(Client(), member, next="https://elsewhere.example/") == "/"
    assert sign_in(Client(), member, next="//elsewhere.example/") == "/"


def test_the_links_between_the_ways_in_carry_next(guest: Client) -> None:
    for way in ("login", "signup", "login/code", "signup/passkey"):
        page = guest.get(f"/account/{way}/?next=/ko/pricing/").content.decode()
        assert 'value="/ko/pricing/"' in page
        assert page.count("next=/ko/pricing/") + page.count("next=%2Fko%2Fpricing%2F") >= 1


def test_a_password_manager_finds_its_fields(guest: Client) -> None:
    page = guest.get("/account/login/").content.decode()
    assert 'autocomplete="username webauthn"' in page
    assert 'autocomplete="current-password"' in page
    assert "placeholder" not in page
    assert 'autocomplete="new-password"' in guest.get("/account/signup/").content.decode()


def test_a_wrong_password_says_what_to_do_and_not_whether_the_account_is_there(member: User) -> None:
    said = []
    for address in (member.email, "some@body.example"):
        page = Client().post("/account/login/", {"login": address, "password": "wrong"}).content.decode()
        assert "This address and password do not go together." in page
        said.append(page.count("This address and password do not go together."))
    assert said[0] == said[1]


def test_a_code_by_mail_signs_in_once(member: User, guest: Client, code: Callable[[], str]) -> None:
    confirm = guest.post("/account/login/code/", {"email": member.email}).headers["Location"]
    guest.post(confirm, {"code": (given := code())})
    assert is_in(guest)
    again = Client()
    confirm = again.post("/account/login/code/", {"email": member.email}).headers["Location"]
    mail.outbox.clear()
    again.post(confirm, {"code": given})
    assert not is_in(again)


def test_a_code_works_only_in_the_browser_that_asked(
    member: User, guest: Client, code: Callable[[], str]
) -> None:
    guest.post("/account/login/code/", {"email": member.email})
    thief = Client()
    thief.post("/account/login/code/confirm/", {"code": code()})
    assert not is_in(thief)


def test_a_stranger_asking_for_a_code_is_told_by_mail_only(
    guest: Client, letter: Callable[[], mail.EmailMessage]
) -> None:
    answer = guest.post("/account/login/code/", {"email": "some@body.example"})
    assert answer.headers["Location"].startswith("/account/login/code/confirm/")
    assert letter().subject == "There is no account at Digestly with this address"


def test_an_unverified_address_gets_a_code_before_it_gets_in(guest: Client, code: Callable[[], str]) -> None:
    user = User.objects.create_user("un@verified.example", PASSWORD)
    EmailAddress.objects.create(user=user, email=user.email, verified=False, primary=True)
    confirm = sign_in(guest, user, next="/en/pricing/")
    assert confirm.startswith("/account/confirm-email/")
    assert not is_in(guest)
    assert guest.post(confirm, {"code": code()}).headers["Location"] == "/en/pricing/"
    assert is_in(guest)


def test_a_forgotten_password_is_replaced_by_code(
    member: User, guest: Client, code: Callable[[], str], letter: Callable[[], mail.EmailMessage]
) -> None:
    confirm = guest.post("/account/password/reset/", {"email": member.email}).headers["Location"]
    step = guest.post(confirm, {"code": code()}).headers["Location"]
    assert 'autocomplete="new-password"' in guest.get(step).content.decode()
    guest.post(step, {"password1": "nine-blue-bottles", "password2": "nine-blue-bottles"})
    assert letter().subject == "Digestly: Your password was reset."
    answer = Client().post("/account/login/", {"login": member.email, "password": "nine-blue-bottles"})
    assert answer.status_code == 302


def test_signing_out_takes_a_post(inside: Client) -> None:
    assert "Sign out?" in inside.get("/account/logout/").content.decode()
    assert is_in(inside)
    inside.post("/account/logout/")
    assert not is_in(inside)


def totp_now(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time())))))


def test_with_a_second_step_the_password_alone_opens_nothing(member: User, guest: Client) -> None:
    secret = "JBSWY3DPEHPK3PXP"
    TOTP.activate(member, secret)
    RecoveryCodes.activate(member)
    step = sign_in(guest, member, next="/en/pricing/")
    assert step.startswith("/account/2fa/authenticate/")
    assert not is_in(guest)
    page = guest.post(step, {"code": "000000"}).content.decode()
    assert 'aria-invalid="true"' in page
    assert guest.post(step, {"code": totp_now(secret)}).headers["Location"] == "/en/pricing/"
    assert is_in(guest)


def test_a_recovery_code_works_once(member: User) -> None:
    TOTP.activate(member, "JBSWY3DPEHPK3PXP")
    recovery = RecoveryCodes.activate(member).get_unused_codes()[0]
    for is_first in (True, False):
        browser = Client()
        browser.post(sign_in(browser, member), {"code": recovery})
        assert is_in(browser) is is_first


def test_the_second_step_is_turned_on_by_its_own_code(
    sure: Client, django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[object]]
) -> None:
    page = sure.get("/account/2fa/totp/activate/")
    secret = page.context["form"].secret
    with django_capture_on_commit_callbacks(execute=True):
        sure.post("/account/2fa/totp/activate/", {"code": totp_now(secret)})
    assert Authenticator.objects.filter(type=Authenticator.Type.TOTP).exists()
    subjects = {message.subject for message in mail.outbox}
    assert "Digestly: An authenticator app was turned on." in subjects


def test_what_concerns_safety_asks_once_more(inside: Client) -> None:
    for path in ("2fa/totp/activate", "2fa/webauthn/add"):
        assert inside.get(f"/account/{path}/").headers["Location"].startswith("/account/reauthenticate/")
    page = inside.get("/account/reauthenticate/").content.decode()
    assert 'autocomplete="current-password"' in page
    assert (
        "This is not your password."
        in inside.post("/account/reauthenticate/", {"password": "no"}).content.decode()
    )


def test_a_new_address_takes_over_only_with_its_code(
    member: User, sure: Client, code: Callable[[], str], letter: Callable[[], mail.EmailMessage]
) -> None:
    answer = sure.post("/account/email/", {"action_add": "", "email": "moved@reader.example"})
    member.refresh_from_db()
    assert member.email == "mina@reader.example"
    sure.post(answer.headers["Location"], {"code": code()})
    member.refresh_from_db()
    assert member.email == "moved@reader.example"
    told = letter()  # the old address hears of it
    assert told.to == ["mina@reader.example"]
    assert "moved@reader.example" in told.subject


@override_settings(ALLAUTH_TRUSTED_PROXY_COUNT=1)
def test_behind_a_proxy_each_guest_has_a_limit_of_their_own(member: User) -> None:
    def tries(address: str) -> int:
        headers = {
            "x-forwarded-for": f"203.0.113.99, {address}"
        }  # what the guest wrote, what the proxy added
        answer = Client().post("/account/login/", {"login": "a@b.example", "password": "x"}, headers=headers)
        return answer.status_code

    with time_machine.travel(datetime.now(UTC), tick=False):  # however slow this machine, it is one minute
        crowd = [tries("198.51.100.7") for _ in range(31)]
        assert crowd[:30] == [200] * 30
        assert crowd[30] == 429
        assert tries("198.51.100.8") == 200


def test_without_a_proxy_the_header_is_not_believed() -> None:
    with time_machine.travel(datetime.now(UTC), tick=False):
        answers = [
            Client().post(
                "/account/login/",
                {"login": "a@b.example", "password": "x"},
                headers={"x-forwarded-for": f"198.51.100.{number}"},
            )
            for number in range(31)
        ]
    assert answers[-1].status_code == 429
    assert "That was a lot at once." in answers[-1].content.decode()


def test_mail_that_is_stuck_is_said_on_the_page(member: User, guest: Client) -> None:
    with patch("django.core.mail.EmailMultiAlternatives.send", side_effect=SMTPServerDisconnected("gone")):
        answer = guest.post("/account/login/code/", {"email": member.email}, follow=True)
    assert answer.status_code == 200
    assert "Our mail is stuck just now" in answer.content.decode()


def test_no_code_reaches_the_log(
    member: User, guest: Client, code: Callable[[], str], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("DEBUG"):
        confirm = guest.post("/account/login/code/", {"email": member.email}).headers["Location"]
        given = code()
        guest.post(confirm, {"code": given})
    assert given not in caplog.text


def test_the_apps_secret_is_not_readable_in_the_database(member: User) -> None:
    secret = "JBSWY3DPEHPK3PXP"
    TOTP.activate(member, secret)
    RecoveryCodes.activate(member)
    kept = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in kept
    with override_settings(
        SECRET_KEY="of-today", SECRET_KEY_FALLBACKS=[settings.SECRET_KEY]
    ):  # keys are changed
        browser = Client()
        browser.post(sign_in(browser, member), {"code": totp_now(secret)})
        assert is_in(browser)
