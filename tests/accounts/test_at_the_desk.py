"""What staff see and do about how somebody signs in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from lxml import html

from accounts.models import User

SignIn = Callable[[User | None], Client]


@pytest.fixture
def desk(editor: User, signed_in: SignIn) -> Client:
    return signed_in(editor)


def test_a_lost_second_step_is_taken_away_and_its_secret_never_shown(desk: Client, free: User) -> None:
    secret = generate_totp_secret()
    lost = TOTP.activate(free, secret).instance
    path = f"/admin/accounts/user/{free.pk}/change/"
    page = desk.get(path)
    stored = lost.data["secret"]
    assert not [word for word in (secret, stored) if word in page.content.decode()]
    form = html.document_fromstring(page.content).get_element_by_id("user_form")
    fields = {name: value for name, value in form.form_values() if not name.startswith("_")}
    answer = desk.post(path, {**fields, "authenticator_set-0-DELETE": "on"})
    assert answer.status_code == 302
    assert not Authenticator.objects.filter(user=free).exists()


def test_an_address_is_taken_as_verified(desk: Client, free: User) -> None:
    EmailAddress.objects.create(user=free, email=free.email, primary=True, verified=False)
    asked = {"action": "verify_addresses", "_selected_action": [free.pk]}
    page = desk.post("/admin/accounts/user/", asked, follow=True)
    assert "1 address is verified." in page.content.decode()
    assert EmailAddress.objects.get(user=free).verified


def test_no_table_of_the_library_stands_by_itself(desk: Client) -> None:
    for path in ("mfa/authenticator", "socialaccount/socialtoken", "account/emailaddress"):
        assert desk.get(f"/admin/{path}/").status_code == 404


def test_a_password_is_changed_where_readers_change_theirs(desk: Client) -> None:
    assert desk.get("/admin/password_change/")["Location"] == "/account/password/change/"
