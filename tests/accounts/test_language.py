"""Which language the account pages speak; and that a guest's page never changes."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import User

pytestmark = pytest.mark.django_db


def language_of(browser: Client, path: str) -> str:
    page = browser.get(path, follow=True).content.decode()
    return page.split('<html lang="')[1][:2]


def test_a_guest_is_spoken_to_as_the_browser_asks(guest: Client, korean: Client) -> None:
    assert language_of(guest, "/account/login/") == "en"
    assert language_of(korean, "/account/login/") == "ko"


def test_a_member_is_spoken_to_as_they_prefer(member: User, korean: Client) -> None:
    korean.force_login(member)
    assert language_of(korean, "/account/security/") == "en"
    member.preferences.language = "ko"
    member.preferences.save()
    english = Client(headers={"accept-language": "en"})
    english.force_login(member)
    assert language_of(english, "/account/security/") == "ko"
    assert language_of(english, "/admin/") == "ko"


def test_whoever_comes_from_a_korean_page_is_spoken_to_in_korean_until_they_are_in(guest: Client) -> None:
    assert language_of(guest, "/account/login/?next=/ko/pricing/") == "ko"
    assert language_of(guest, "/account/signup/") == "ko"
    assert guest.cookies["language"]["path"] == "/account/"


def test_a_page_with_a_language_in_its_address_speaks_that(member: User, korean: Client) -> None:
    assert language_of(korean, "/en/") == "en"
    korean.force_login(member)
    assert language_of(korean, "/ko/") == "ko"


@pytest.mark.parametrize("path", ["/en/", "/ko/", "/en/feed.rss"])
def test_a_guests_page_sets_no_cookie_and_does_not_ask_for_one(guest: Client, path: str) -> None:
    guest.get("/account/login/?next=/ko/")
    answer = guest.get(path)
    assert "Set-Cookie" not in answer.headers
    assert not answer.cookies
    assert answer.content == Client().get(path).content


@pytest.mark.parametrize("next_", ["//[", "http://[::1", "\x00", "/" * 5000, "/xx/"])
def test_an_odd_next_is_no_language(guest: Client, next_: str) -> None:
    assert guest.get("/account/login/", {"next": next_}).status_code == 200
