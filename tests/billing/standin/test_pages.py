"""Pages: marked as a test, in the reader's language, with a way on and a way back, and without a script."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from billing.standin.pages.words import WORDS
from tests.billing.local_stripe import ASKS, LocalStripe
from tests.billing.standin.conftest import Shop
from tests.billing.standin.test_life import portal


class Outline(HTMLParser):
    """The page's words, links and form fields."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words, self.links, self.tags, self.fields = "", [], [], []  # type: ignore[var-annotated]
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        given = dict(attrs)
        if tag == "a":
            self.links.append(given["href"])
        if tag in ("input", "button") and "name" in given:
            self.fields.append((given["name"], given.get("value")))

    def handle_data(self, data: str) -> None:
        self.words += data


def seen(stripe: LocalStripe, url: str, status: int = 200) -> Outline:
    answer = stripe.visit(url)
    assert answer.status == status
    return Outline(answer.read().decode())


def every_page(shop: Shop, locale: str) -> dict[str, str]:
    """The address of each kind of page."""
    fresh = shop.open(locale=locale)
    asking = shop.open(locale=locale)
    bank = shop.stripe.pay(asking.url, ASKS)
    invoice = shop.stripe.api.invoices.list({"customer": shop.customer}).data[0]
    session = portal(shop, locale=locale)
    return {
        "checkout": fresh.url, "bank": bank, "invoice": invoice.hosted_invoice_url, "portal": session.url,
        "card": f"{session.url}/card", "cancel": f"{session.url}/cancel/{shop.subscription().id}",
    }  # fmt: skip


def test_every_page_is_marked_as_a_test_and_needs_no_script(shop: Shop) -> None:
    for name, url in every_page(shop, "en").items():
        answer = shop.stripe.visit(url)
        page = Outline(answer.read().decode())
        assert WORDS["test"]["en"] in page.words, name
        assert "no money moves" in page.words, name
        assert page.tags.count("h1") == 1, name
        assert not {"script", "img", "iframe"} & set(page.tags), name
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in answer.headers


def test_hangul_comes_with_its_letters(stripe: LocalStripe) -> None:
    sheet = stripe.visit(f"{stripe.url}/fonts/pretendard.css").read().decode()
    (first, *_) = re.findall(r"url\(\./([\w.]+)\)", sheet)
    assert stripe.visit(f"{stripe.url}/fonts/{first}").read().startswith(b"wOF2")
    for path in ("OFL.txt", "../css/digestly.css", "%2e%2e/css/digestly.css", ""):
        assert stripe.visit(f"{stripe.url}/fonts/{path}").status == 404


def test_pages_speak_the_sessions_language(shop: Shop) -> None:
    pages = every_page(shop, "ko")
    for name, url in pages.items():
        page = seen(shop.stripe, url)
        assert "시험용 페이지" in page.words, name
        assert "Subscribe" not in page.words, name


def test_everything_that_is_said_is_said_in_both_languages() -> None:
    for key, said in WORDS.items():
        assert said.keys() == {"en", "ko"}, key
        assert all(said.values()), key
        assert said["en"].count("{") == said["ko"].count("{"), key
        assert any("가" <= letter <= "힣" for letter in said["ko"]), key


def test_the_checkout_says_what_it_costs_and_leads_back(shop: Shop) -> None:
    page = seen(shop.stripe, shop.open().url)
    for words in ("Digestly Plus", "$5.00", "per month", "reader@site.example", "Cancel anytime"):
        assert words in page.words
    assert page.links == ["http://site.example/pricing/"]
    assert page.fields[0] == ("card", "4242424242424242")


def test_who_paid_already_is_told_so(shop: Shop) -> None:
    session = shop.open()
    shop.stripe.pay(session.url)
    page = seen(shop.stripe, session.url)
    assert "already paid" in page.words
    assert page.links == [f"http://site.example/return/?session_id={session.id}"]
    shop.stripe.pay(session.url)
    assert len(shop.stripe.api.subscriptions.list({"customer": shop.customer}).data) == 1


def test_an_expired_page_says_so_and_leads_back(shop: Shop) -> None:
    session = shop.open()
    shop.stripe.api.checkout.sessions.expire(session.id)
    assert seen(shop.stripe, session.url, 410).links == ["http://site.example/pricing/"]


def test_a_portal_page_lives_an_hour(shop: Shop) -> None:
    session = portal(shop)
    shop.stripe.advance(shop.customer, hours=1)
    assert seen(shop.stripe, session.url, 410).links == ["http://site.example/account/"]


def test_the_portal_shows_plan_card_and_invoices(shop: Shop) -> None:
    subscription = shop.subscribe()
    page = seen(shop.stripe, portal(shop).url)
    for words in ("Digestly Plus", "$5.00 per month", "Renews on", "•••• 4242", "Paid"):
        assert words in page.words
    assert f"/i/{subscription.latest_invoice}" in page.links
    shop.stripe.portal(portal(shop).url, "cancel", subscription.id)
    assert "Ends on" in seen(shop.stripe, portal(shop).url).words


def test_a_stranger_gives_an_email_address(shop: Shop) -> None:
    api = shop.stripe.api
    session = api.checkout.sessions.create({
        "mode": "subscription", "success_url": "http://site.example/",
        "line_items": [{"price": shop.yearly, "quantity": 1}],
    })  # fmt: skip
    assert shop.stripe.pay(session.url) == ""
    assert shop.stripe.pay(session.url, email="new@site.example")
    assert [one.email for one in api.customers.list({"email": "new@site.example"}).data] == [
        "new@site.example"
    ]


@pytest.mark.parametrize(
    "path", ["/nothing/", "/c/pay/cs_test_none", "/3ds/pi_none", "/p/session/bps_none/card", "/c/pay/"]
)
def test_an_unknown_page_is_a_page_too(stripe: LocalStripe, path: str) -> None:
    assert "no such page" in seen(stripe, path, 404).words


@pytest.mark.parametrize("form", [{"card": "1"}, {"card": "<b>"}, {"x": "y"}])
def test_a_form_filled_in_wrongly_asks_again(shop: Shop, form: dict[str, str]) -> None:
    answer = shop.stripe.visit(shop.open().url, **form)
    assert answer.status == 200
    assert "Choose one of the test cards" in answer.read().decode()


def test_names_are_printed_and_never_run(shop: Shop) -> None:
    shop.stripe.api.products.update(shop.product, {"name": "<script>alert(1)</script>"})
    shop.stripe.api.customers.update(shop.customer, {"email": '"><i>@b.c'})
    html = shop.stripe.visit(shop.open().url).read().decode()
    assert "<script>" not in html
    assert "<i>" not in html
