"""The whole way of a reader and of an editor with a keyboard alone, and the editor's without scripts.

(A reader's way without scripts is walked in tests/billing/test_scenarios_walk.py.)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from csp.constants import SELF
from django.core import mail
from playwright.sync_api import Browser

from accounts.models import User
from billing import plus
from digestly.content.models import Digest
from digestly.outline.types import Outline
from tests.billing.conftest import shop, stripe
from tests.billing.local_stripe import LocalStripe
from tests.browser.hands import Hands
from tests.conftest import DAY

__all__ = ["shop", "stripe"]
pytestmark = pytest.mark.django_db(transaction=True)

CODE = re.compile(r"^ {4}(\S+)$", re.MULTILINE)
EMAIL, PASSWORD = "new.comer@reader.example", "seven-green-bottles"


@pytest.fixture
def window(browser: Browser, live_server: Any) -> Iterator[Callable[..., Any]]:
    contexts = []

    def opened(**options: Any) -> Any:
        context = browser.new_context(base_url=live_server.url, reduced_motion="reduce", **options)
        contexts.append(context)
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()


@pytest.mark.parametrize(("language", "width"), [("en", 1280), ("ko", 390)])
def test_a_reader_goes_from_the_front_page_to_plus_by_keyboard(
    language: str, width: int, window: Callable[..., Any], shop: LocalStripe, settings: Any, talk: Outline,
    make_digest: Callable[..., Digest], publish: Callable[[Digest], Digest],
) -> None:  # fmt: skip
    settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"] = [SELF, shop.url]
    path = publish(make_digest(talk, language=language, edition_date=DAY)).get_absolute_url()
    page = window(locale=language, viewport={"width": width, "height": 900})
    hands = Hands(page)

    page.goto(f"/{language}/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('.skip')"), "the first Tab offers to skip the header"
    page.keyboard.press("Enter")
    hands.follow(".headline a", to=f"**{path}")
    hands.follow(".locked-line a", to="**#wall")
    hands.follow('[data-part="wall"] .button', to="**/pricing/**")
    hands.follow("a.button[href*='/signup/']", to="**/account/signup/**")
    hands.write("[name=email]", EMAIL).write("[name=password1]", PASSWORD).enter(to="**/confirm-email/**")
    code = CODE.search(str(mail.outbox[-1].body))
    assert code
    hands.write("[name=code]", code[1]).enter(to="**/pricing/**")
    hands.follow("form[action*=checkout] .button", to=f"{shop.url}/c/pay/**")
    hands.follow("form[method=post] button", to=f"**{path}#s-**")

    assert page.locator('[data-access="locked"]').count() == 0
    assert page.locator('[data-part="wall"]').count() == 0
    assert plus.has_plus(User.objects.get(email=EMAIL))


@pytest.mark.parametrize(
    ("width", "has_script", "by_keyboard"), [(1280, True, True), (390, True, True), (390, False, False)]
)
def test_an_editor_signs_in_reviews_and_approves(
    width: int, has_script: bool, by_keyboard: bool, window: Callable[..., Any], editor: User, talk: Outline,
    make_digest: Callable[..., Digest],
) -> None:  # fmt: skip
    EmailAddress.objects.create(user=editor, email=editor.email, verified=True, primary=True)
    draft = make_digest(talk, edition_date=DAY)
    page = window(viewport={"width": width, "height": 900}, java_script_enabled=has_script)
    review = f"/admin/content/digest/{draft.pk}/change/"
    page.goto("/admin/")
    if by_keyboard:
        hands = Hands(page)
        hands.write("[name=login]", editor.email).write("[name=password]", "a-long-password").enter(
            to="**/admin/"
        )
        hands.follow(f"a[href='{review}']", to=f"**{review}")
        hands.tab_to("button[value=publish], button[value=approve]")
        with page.expect_navigation():
            page.keyboard.press("Space")
    else:
        page.fill("[name=login]", editor.email)
        page.fill("[name=password]", "a-long-password")
        page.press("[name=password]", "Enter")
        page.click(f"a[href='{review}']")
        page.locator("button[value=publish], button[value=approve]").first.click()
    draft.refresh_from_db()
    assert (draft.state, draft.reviewed_by) == (Digest.State.PUBLISHED, editor)
    page.goto(draft.get_absolute_url())
    assert page.inner_text("h1") == draft.title
