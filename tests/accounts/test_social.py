"""Social sign-in: there when its keys are set, absent when not, and never half there."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from accounts import social

NAMES = [name for one in social.PROVIDERS for name in (*one.keys.values(), *one.settings.values())]
KEYS = {name: f"value-of-{name.lower()}" for name in NAMES}


def given(values: dict[str, str]) -> object:
    return lambda name: values.get(name, "")


def test_with_nothing_set_there_is_none() -> None:
    assert social.configured(given({})) == []  # type: ignore[arg-type]


def test_each_provider_gets_its_own_keys() -> None:
    found = {provider.name: app for provider, app in social.configured(given(KEYS))}  # type: ignore[arg-type]
    assert set(found) == {"google", "kakao", "naver", "github", "apple"}
    assert found["google"]["client_id"] == "value-of-google_client_id"
    assert found["apple"]["key"] == "value-of-apple_team_id"
    assert found["apple"]["settings"]["certificate_key"] == "value-of-apple_private_key"


@pytest.mark.parametrize("left_out", sorted(KEYS))
def test_a_half_set_provider_stops_the_start_and_names_what_is_missing(left_out: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=left_out):
        social.configured(given({name: value for name, value in KEYS.items() if name != left_out}))  # type: ignore[arg-type]


@pytest.mark.django_db
def test_without_keys_no_page_offers_one(guest: Client) -> None:
    for way in ("login", "signup"):
        assert "Continue with" not in guest.get(f"/account/{way}/").content.decode()


def test_with_keys_the_page_has_a_button_that_leads_there_and_policy_lets_it() -> None:
    """In a process of its own: which providers there are is decided while settings are read."""
    program = """
import django; django.setup()
from django.conf import settings
from django.test import Client
from django.test.utils import setup_test_environment
from django.core.management import call_command
setup_test_environment()
call_command("migrate", verbosity=0)
browser = Client()
page = browser.get("/account/login/?next=/ko/", headers={"accept-language": "en"})
assert page.headers["Content-Security-Policy"].count("https://accounts.google.com") == 1
text = page.content.decode()
print(sum(name in text for name in ("Google", "Kakao", "Naver", "GitHub", "Apple")))
print("google/login/?" in text and "next=%2Fko%2F" in text)
print(browser.get("/account/google/login/").status_code)
print(browser.post("/account/google/login/").headers["Location"][:28])
"""
    environment = {
        **os.environ,
        **KEYS,
        "DATABASE_URL": "sqlite://:memory:",
        "DJANGO_SETTINGS_MODULE": "digestly.settings",
    }
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        env=environment,
        cwd=settings.HOME,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.split() == ["5", "True", "200", "https://accounts.google.com/"]
