"""B65: a newcomer's walk in Chromium, from the preview to Plus, out of it and in again; with and without a script.

With WALK_PHOTOGRAPHS set to a folder, every page on the way is photographed into it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from csp.constants import SELF
from django.core import mail
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from billing import plus
from billing.models import BillingCustomer
from digestly.content.models import Digest
from digestly.outline.types import Outline
from tests.billing.local_stripe import LocalStripe
from tests.conftest import DAY

PHOTOGRAPHS = os.environ.get("WALK_PHOTOGRAPHS", "")
CODE = re.compile(r"^ {4}(\S+)$", re.MULTILINE)
EMAIL, PASSWORD = "new.comer@reader.example", "seven-green-bottles"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def digest(
    talk: Outline, make_digest: Callable[..., Digest], publish: Callable[[Digest], Digest], language: str
) -> Digest:
    return publish(make_digest(talk, language=language, edition_date=DAY))


@pytest.mark.parametrize(
    ("language", "width", "has_script"),
    [("en", 1280, True), ("en", 390, False), ("ko", 390, True), ("ko", 1280, False)],
)
def test_b65_a_newcomer_reads_subscribes_cancels_resumes_lapses_and_comes_back(
    language: str,
    width: int,
    has_script: bool,
    browser: Browser,
    shop: LocalStripe,
    digest: Digest,
    settings: Any,
) -> None:
    settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"] = [SELF, shop.url]
    context = browser.new_context(
        base_url=settings.BASE_URL, locale=language, viewport={"width": width, "height": 900},
        java_script_enabled=has_script,
    )  # fmt: skip
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    walk = Walk(page, shop, f"{language}-{width}", digest.get_absolute_url())

    walk.reads_the_preview()
    walk.signs_up()
    walk.subscribes()
    walk.reads_all()
    walk.cancels()
    walk.resumes()
    walk.cancels()
    walk.lapses()
    walk.subscribes_again()

    assert not complaints
    context.close()


class Walk:
    def __init__(self, page: Page, shop: LocalStripe, name: str, path: str) -> None:
        self.page, self.shop, self.name, self.path = page, shop, name, path
        self.photographs = 0

    def reads_the_preview(self) -> None:
        self.page.goto(self.path)
        expect(self.page.locator('[data-part="wall"]')).to_have_attribute("data-standing", "guest")
        self.photograph("wall")
        self.page.click('[data-part="wall"] .button')
        self.photograph("pricing-guest")

    def signs_up(self) -> None:
        self.page.click("a.button[href*='/signup/']")
        self.page.fill("[name=email]", EMAIL)
        self.page.fill("[name=password1]", PASSWORD)
        self.page.click("main form.form .button:not(.quiet)")
        code = CODE.search(str(mail.outbox[-1].body))
        assert code
        self.page.fill("[name=code]", code[1])
        self.page.click("main form.form .button:not(.quiet)")
        self.page.wait_for_url("**/pricing/?next=**")
        assert not BillingCustomer.objects.exists(), "nobody is led to pay by signing in"
        self.photograph("pricing")

    def subscribes(self) -> None:
        self.page.locator("form[action*=checkout] .button").first.click()
        self.page.wait_for_url(f"{self.shop.url}/c/pay/**")
        self.page.click("form[method=post] button")
        self.page.wait_for_url(f"**{self.path}#s-**")

    def reads_all(self) -> None:
        expect(self.page.locator('[data-part="wall"]')).to_have_count(0)
        expect(self.page.locator('[data-access="locked"]')).to_have_count(0)
        assert self.page.evaluate("document.querySelector(':target') !== null"), (
            "on the section they came from"
        )
        assert plus.has_plus(User.objects.get(email=EMAIL))
        self.photograph("unlocked")
        self.page.goto(f"/{self.path.split('/')[1]}/pricing/")
        expect(self.page.locator("form[action*=checkout]")).to_have_count(0)
        self.photograph("pricing-member")

    def cancels(self) -> None:
        self.at_account("active")
        self.page.click("a[href='/billing/cancel/']")
        self.photograph("cancel")
        self.page.click("main form.form .button:not(.quiet)")
        self.page.wait_for_url("**/account/")
        self.at_account("ending")

    def resumes(self) -> None:
        self.page.click("form[action*=resume] .button")
        self.page.wait_for_url("**/account/")
        self.at_account("active")

    def lapses(self) -> None:
        self.shop.advance(BillingCustomer.objects.get().stripe_customer_id or "", days=32)
        self.at_account("lapsed")
        self.page.goto(self.path)
        expect(self.page.locator('[data-part="wall"]')).to_have_attribute("data-standing", "lapsed")
        self.photograph("wall-lapsed")

    def subscribes_again(self) -> None:
        self.page.click('[data-part="wall"] .button')
        self.photograph("pricing-lapsed")
        self.subscribes()
        expect(self.page.locator('[data-part="wall"]')).to_have_count(0)
        self.at_account("active")

    def at_account(self, state: str) -> None:
        self.page.goto("/account/")
        expect(self.page.locator("[data-standing]")).to_have_attribute("data-standing", state)
        assert self.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing sticks out"
        self.photograph(f"account-{state}")

    def photograph(self, what: str) -> None:
        if PHOTOGRAPHS:
            self.photographs += 1
            name = f"{self.name}-{self.photographs:02}-{what}.png"
            self.page.screenshot(path=Path(PHOTOGRAPHS) / name, full_page=True)
