"""Reading in a real browser: in both languages, on a telephone and on a desk, by day and by night."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from accounts.models import User
from billing.models import PlanPrice
from digestly.content.models import Digest
from tests.conftest import DAY

pytestmark = pytest.mark.django_db(transaction=True)

OpenPage = Callable[..., Any]
WIDTHS = (390, 1280)
SCHEMES = ("light", "dark")

# Text against the nearest background, by WCAG 2.2's formula; large text needs 3, other text 4.5.
PALE = """() => {
  const channels = (colour) => (colour.match(/[\\d.]+/g) || []).map(Number);
  const light = (colour) => {
    const linear = (c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    const [r, g, b] = channels(colour).map(linear);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const colour = getComputedStyle(e).backgroundColor;
      if (channels(colour)[3] !== 0) return colour;
    }
    return getComputedStyle(document.documentElement).backgroundColor;
  };
  const pale = [];
  for (const element of document.querySelectorAll("body *")) {
    const text = [...element.childNodes].filter((n) => n.nodeType === 3).map((n) => n.data.trim()).join("");
    if (!text || !element.checkVisibility()) continue;
    const style = getComputedStyle(element), size = parseFloat(style.fontSize);
    const [a, b] = [light(style.color), light(behind(element))].sort((x, y) => y - x);
    const needed = size >= 24 || (size >= 18.66 && style.fontWeight >= 700) ? 3 : 4.5;
    const contrast = (a + 0.05) / (b + 0.05);
    if (contrast < needed) pale.push(`${text.slice(0, 40)}: ${contrast.toFixed(2)}`);
  }
  return pale;
}"""
# What stands alone must be easy to hit; a link within a sentence has the sentence's height (WCAG 2.5.5).
SMALL = """() => [...document.querySelectorAll("nav a, nav button, .button, summary, .tick, main input")]
  .filter((element) => element.checkVisibility() && !element.matches(".tick input, [type=hidden], [aria-hidden=true]"))
  .filter((element) => element.getBoundingClientRect().height < 44)
  .map((element) => element.textContent.trim() || element.name)"""


@pytest.fixture
def paths(published: Digest, publish: Callable[[Digest], Digest], price: PlanPrice) -> dict[str, list[str]]:
    """Every kind of page, in each language."""
    whole = Digest.objects.get(pk=published.pk)
    korean = publish(
        Digest.objects.create(
            episode=whole.episode, language="ko", transcript=whole.transcript, version=1, edition_date=DAY,
            outline=whole.outline, title="모델이 진실을 말하는지 어떻게 알 수 있을까요?", minutes=7,
            summary="이번 패널은 언어 모델이 진실을 말하는지를 어떻게 확인할 수 있는지 다룹니다.",
            state=Digest.State.IN_REVIEW, engine="extractive",
        )
    )  # fmt: skip
    shared = ["/account/login/", "/account/signup/", "/account/password/reset/", "/outbox/"]
    return {
        language: [
            f"/{language}/", f"/{language}/2026/03/02/", digest.get_absolute_url(),
            f"/{language}/sources/lanternfield-salon/", f"/{language}/pricing/",
            f"/{language}/patterns/", f"/{language}/search/?q=model", *shared,
        ]
        for language, digest in (("en", published), ("ko", korean))
    }  # fmt: skip


def is_on(page: Any, selector: str) -> bool:
    return bool(page.evaluate("selector => document.activeElement.matches(selector)", selector))


@pytest.mark.parametrize(
    ("language", "width", "scheme"), list(itertools.product(("en", "ko"), WIDTHS, SCHEMES))
)
def test_every_page_fits_is_legible_and_breaks_nothing(
    language: str, width: int, scheme: str, paths: dict[str, list[str]], open_page: OpenPage
) -> None:
    page = open_page(locale=language, color_scheme=scheme, viewport={"width": width, "height": 900})
    for path in paths[language]:
        look(page, path, width)


@pytest.mark.parametrize(("width", "scheme"), list(itertools.product(WIDTHS, SCHEMES)))
def test_so_do_the_pages_of_a_member(
    width: int, scheme: str, paths: dict[str, list[str]], open_page: OpenPage, plus: User, client: Client,
    live_server: Any,
) -> None:  # fmt: skip
    EmailAddress.objects.create(user=plus, email=plus.email, verified=True, primary=True)
    client.force_login(plus)
    page = open_page(color_scheme=scheme, viewport={"width": width, "height": 900})
    session = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    page.context.add_cookies([session])
    for path in (
        paths["en"][2],
        "/en/pricing/",
        "/account/email/",
        "/account/password/change/",
        "/account/logout/",
    ):
        look(page, path, width)
        assert page.locator("header >> text=Sign out").count() == 1


def look(page: Any, path: str, width: int) -> None:
    """What a page must stand up to, once its fonts are there."""
    page.goto(path)
    page.evaluate("() => document.fonts.ready")
    assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{path} scrolls sideways"
    assert page.evaluate(PALE) == [], f"{path} is pale"
    if width == WIDTHS[0]:
        assert page.evaluate(SMALL) == [], f"{path} has small targets"


@pytest.mark.parametrize(
    ("fault", "check"),
    [
        ("main p { color: #aaa }", PALE),
        ("header nav a { min-height: 1rem; line-height: 1 }", SMALL),
    ],
)
def test_faults_are_seen(fault: str, check: str, published: Digest, browser: Any, live_server: Any) -> None:
    context = browser.new_context(base_url=live_server.url, bypass_csp=True, color_scheme="light")
    page = context.new_page()
    page.goto("/en/pricing/")
    page.add_style_tag(content=fault)
    assert page.evaluate(check), fault
    context.close()


def test_hangul_has_a_font_wherever_it_is_read(paths: dict[str, list[str]], open_page: OpenPage) -> None:
    page = open_page(locale="ko")
    page.goto(paths["ko"][2])
    page.evaluate("() => document.fonts.ready")
    loaded = "[...document.fonts].filter(font => font.status === 'loaded').map(font => font.family)"
    assert {family.strip('"') for family in page.evaluate(loaded)} >= {"Pretendard Variable"}
    assert page.evaluate("getComputedStyle(document.querySelector('.text p')).wordBreak") == "keep-all"


def test_keyboard_reaches_the_text_and_the_walls_button(
    paths: dict[str, list[str]], open_page: OpenPage
) -> None:
    page = open_page()
    page.goto(paths["en"][2])
    page.keyboard.press("Tab")
    assert is_on(page, ".skip")
    assert page.locator(".skip").bounding_box()["y"] >= 0, "the skip link shows while it has the focus"
    page.keyboard.press("Enter")
    assert is_on(page, "#main")
    for _ in range(100):
        page.keyboard.press("Tab")
        if is_on(page, ".wall .button"):
            break
    assert is_on(page, ".wall .button")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    page.wait_for_url("**/en/pricing/**")


@pytest.mark.parametrize("width", WIDTHS)
def test_reader_goes_from_the_front_page_to_pricing_without_scripts(
    width: int, paths: dict[str, list[str]], open_page: OpenPage
) -> None:
    page = open_page(java_script_enabled=False, viewport={"width": width, "height": 900})
    page.goto("/en/")
    page.click(".headline a")
    page.wait_for_url(f"**{paths['en'][2]}")
    if width == WIDTHS[0]:
        page.click(".jump summary")
    page.click(".contents a >> nth=4")
    page.wait_for_url("**#s-*")
    assert page.locator(".details > section:target").count() == 1
    page.click(".locked-line a >> nth=0")
    page.wait_for_url("**#wall")
    page.click("text=View Full Content")
    page.wait_for_url("**/en/pricing/**")
    assert "$5" in page.inner_text(".plan.plus")


def test_member_signs_in_at_the_wall_and_reads_on_without_scripts(
    paths: dict[str, list[str]], open_page: OpenPage, plus: User
) -> None:
    EmailAddress.objects.create(user=plus, email=plus.email, verified=True, primary=True)
    page = open_page(java_script_enabled=False)
    page.goto(paths["en"][2])
    page.click("#wall >> text=Sign in")
    page.fill("input[name=login]", plus.email)
    page.fill("input[name=password]", "a-long-password")
    page.press("input[name=password]", "Enter")
    page.wait_for_url(f"**{paths['en'][2]}#s-*")
    assert page.locator("#wall").count() == 0
    assert page.locator(".details section section .bullets").count() > 0
    page.click("header >> text=Sign out")
    page.wait_for_url("**/en/")
    assert page.locator("header >> text=Sign in").count() == 1


def test_language_switch_leads_to_the_same_talk(paths: dict[str, list[str]], open_page: OpenPage) -> None:
    page = open_page()
    page.goto(paths["en"][2])
    page.click("header >> text=한국어")
    page.wait_for_url(lambda url: "/ko/2026/03/02/" in url)
    assert page.inner_text("h1").startswith("모델이 진실을")


def test_nothing_moves_for_readers_who_ask_for_rest(paths: dict[str, list[str]], open_page: OpenPage) -> None:
    page = open_page(reduced_motion="reduce")
    page.goto(paths["en"][2])
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
    assert page.evaluate("getComputedStyle(document.querySelector('.button')).transitionDuration") == "0s"
