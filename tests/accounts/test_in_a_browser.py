"""The account pages in Chromium: with passkeys, without a script, in both languages and at both ends of width."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User

pytestmark = pytest.mark.django_db(transaction=True)
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
SUBMIT = "main form.form .button:not(.quiet)"


@pytest.fixture
def visit(browser: Browser, live_server: LiveServer) -> Iterator[Callable[..., Page]]:
    """Opens a page of the site; what the browser complained of on the way fails the test."""
    opened: list[BrowserContext] = []
    complaints: list[str] = []

    def visit(*, language: str, width: int, has_script: bool = True) -> Page:
        context = browser.new_context(
            base_url=live_server.url.replace("127.0.0.1", "localhost"),
            locale=language,
            viewport={"width": width, "height": 800},
            java_script_enabled=has_script,
        )
        opened.append(context)
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield visit
    for context in opened:
        context.close()
    assert not complaints


def sign_up(page: Page, code: Callable[[], str], *, back_to: str) -> None:
    page.goto(f"/account/signup/?next={back_to}")
    page.fill("[name=email]", "new.comer@reader.example")
    page.fill("[name=password1]", "seven-green-bottles")
    page.click(SUBMIT)
    page.wait_for_url("**/confirm-email/**")
    expect(page.locator("[name=code]")).to_be_focused()
    page.fill("[name=code]", code())
    page.click(SUBMIT)
    page.wait_for_url(f"**{back_to}")


@pytest.mark.parametrize(("language", "width"), [("en", 1280), ("ko", 390)])
def test_a_passkey_is_made_and_signs_in_by_itself(
    visit: Callable[..., Page], code: Callable[[], str], language: str, width: int
) -> None:
    page = visit(language=language, width=width)
    sign_up(page, code, back_to=f"/{language}/pricing/")
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    page.goto("/account/2fa/webauthn/add/")
    page.fill("[name=password]", "seven-green-bottles")
    page.click(SUBMIT)
    page.fill("[name=name]", "Phone")
    page.click("#mfa_webauthn_add")
    page.wait_for_url(lambda url: "/webauthn/add" not in url)
    page.click(".masthead form[action*=logout] button")
    page.goto("/account/login/")
    page.click("#passkey_login")
    page.wait_for_url(lambda url: "/account/login" not in url)
    page.goto("/account/security/")
    assert page.locator("html").get_attribute("lang") == language
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_everything_but_passkeys_works_without_a_script(
    visit: Callable[..., Page], code: Callable[[], str]
) -> None:
    page = visit(language="en", width=390, has_script=False)
    sign_up(page, code, back_to="/en/pricing/")
    page.goto("/account/preferences/")
    page.check("[value=weekly]")
    page.click(SUBMIT)
    expect(page.locator(".messages")).to_have_text("Your preferences are saved.")
    page.goto("/account/close/")
    page.fill("[name=email]", "new.comer@reader.example")
    page.click(SUBMIT)
    page.fill("[name=password]", "seven-green-bottles")
    page.click(SUBMIT)
    expect(page.locator("h1")).to_have_text("Your account is being closed")
    assert User.objects.closing().count() == 1


def test_a_double_click_sends_a_form_once(visit: Callable[..., Page], code: Callable[[], str]) -> None:
    page = visit(language="en", width=1280)
    page.goto("/account/signup/")
    page.fill("[name=email]", "new.comer@reader.example")
    page.dblclick(SUBMIT)
    page.wait_for_url("**/confirm-email/**")
    page.fill("[name=code]", code())
    page.click(SUBMIT)
    page.wait_for_url(lambda url: "/account/" not in url)
    assert User.objects.count() == 1
