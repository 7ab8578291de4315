"""Preferences, security, export: the pages of an account that are ours."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from accounts.models import Preferences, User
from accounts.signals import exporting

pytestmark = pytest.mark.django_db
PAGES = ["preferences", "security", "export", "close"]


@pytest.mark.parametrize("page", PAGES)
def test_a_guest_is_asked_to_sign_in_and_comes_back(guest: Client, page: str) -> None:
    answer = guest.get(f"/account/{page}/")
    assert answer.headers["Location"] == f"/account/login/?next=/account/{page}/"


@pytest.mark.parametrize("page", PAGES)
def test_no_page_is_kept_by_a_cache(inside: Client, page: str) -> None:
    answer = inside.get(f"/account/{page}/")
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    assert "private" in answer.headers["Cache-Control"]
    assert "Content-Security-Policy" in answer.headers


def test_preferences_are_kept_and_the_answer_speaks_the_new_language(inside: Client, member: User) -> None:
    answer = inside.post("/account/preferences/", {"language": "ko", "newsletter": "weekly"}, follow=True)
    kept = Preferences.objects.get(user=member)
    assert (kept.language, kept.newsletter) == ("ko", "weekly")
    assert '<html lang="ko">' in answer.content.decode()


def test_a_language_we_do_not_speak_is_refused(inside: Client, member: User) -> None:
    page = inside.post("/account/preferences/", {"language": "tlh", "newsletter": "daily"}).content.decode()
    assert 'aria-describedby="id_language_helptext id_language_error"' in page
    assert Preferences.objects.get(user=member).language == "en"


def test_security_says_what_is_set(inside: Client, member: User) -> None:
    page = inside.get("/account/security/").content.decode()
    assert member.email in page
    assert 'href="/account/password/change/"' in page
    member.set_unusable_password()
    member.save()
    inside.force_login(member)
    assert 'href="/account/password/set/"' in inside.get("/account/security/").content.decode()


def download(browser: Client) -> Any:
    answer = browser.post("/account/export/")
    assert "attachment" in answer.headers["Content-Disposition"]
    return json.loads(answer.content)


@pytest.fixture
def shelf() -> Iterator[dict[str, Any]]:
    """Another room, that answers with what the test puts on its shelf, or fails as it says."""
    shelf: dict[str, Any] = {"answer": {"shelf": [1]}}

    def answer(user: User, **told: Any) -> Any:
        if isinstance(shelf["answer"], Exception):
            raise shelf["answer"]
        return shelf["answer"]

    exporting.connect(answer, weak=False)
    yield shelf
    exporting.disconnect(answer)


def test_the_export_holds_what_every_room_knows_and_no_secret(
    sure: Client, member: User, shelf: dict[str, Any]
) -> None:
    everything = download(sure)
    assert everything["account"]["email"] == member.email
    assert everything["preferences"] == {"language": "en", "newsletter": "none"}
    assert everything["email_addresses"] == [{"email": member.email, "verified": True, "primary": True}]
    assert everything["shelf"] == [1]
    assert member.password not in json.dumps(everything)


@pytest.mark.parametrize("answer", [ConnectionError("the shelf is down"), None])
def test_half_an_export_is_none(sure: Client, shelf: dict[str, Any], answer: object) -> None:
    shelf["answer"] = answer
    refused = sure.post("/account/export/")
    assert refused.status_code == 503
    assert "Try again in a few minutes." in refused.content.decode()
    shelf["answer"] = {"shelf": [1]}
    assert download(sure)["shelf"] == [1]


def test_an_export_is_given_only_to_who_has_just_shown_who_they_are(inside: Client) -> None:
    assert inside.post("/account/export/").headers["Location"].startswith("/account/reauthenticate/")
    inside.post("/account/reauthenticate/", {"password": "a-long-password"})
    assert inside.post("/account/export/").headers["Content-Type"] == "application/json"
