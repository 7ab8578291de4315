"""What a reader's pages promise: their marks, their order, who may cache them, and what they cost."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.conf import settings
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone
from lxml import html
from lxml.html import HtmlElement

from accounts.models import User
from billing.models import PlanPrice
from digestly.content import editorial
from digestly.content.models import Digest, Edition, Source
from digestly.outline.preview import preview
from digestly.outline.types import Outline
from tests.conftest import DAY

PUBLIC = "/en/", "/en/2026/03/02/", "/en/sources/lanternfield-salon/"
SignedIn = Callable[[User | None], Client]


@pytest.fixture
def path(published: Digest) -> str:
    """The digest's page."""
    return published.get_absolute_url()


@pytest.fixture
def translated(published: Digest, publish: Callable[[Digest], Digest]) -> Digest:
    """The same talk in Korean, published the same day."""
    whole = Digest.objects.get(pk=published.pk)
    return publish(
        Digest.objects.create(
            episode=whole.episode, language="ko", transcript=whole.transcript, version=1, edition_date=DAY,
            outline=whole.outline, title="모델은 정직한가", summary="정직을 다룹니다.", minutes=7,
            state=Digest.State.IN_REVIEW, engine="extractive",
        )
    )  # fmt: skip


@pytest.fixture
def many(
    make_digest: Callable[..., Digest], publish: Callable[[Digest], Digest], talk: Outline
) -> Callable[[], None]:
    """Adds three more days of two digests each, and two to the day there is."""

    def add() -> None:
        for days in (0, 1, 2, 3):
            for number in (1, 2):
                outline = replace(talk, title=f"Evening {days}, talk {number}")
                publish(make_digest(outline, edition_date=DAY - timedelta(days=days)))

    return add


def page(response: HttpResponse) -> HtmlElement:
    return html.document_fromstring(response.content.decode())


def get(path: str, client: Client | None = None) -> HtmlElement:
    response = (client or Client()).get(path)
    assert response.status_code == 200, path
    return page(response)


def text(element: HtmlElement) -> str:
    return " ".join(element.text_content().split())


def sign_in_links(element: HtmlElement) -> list[str]:
    return element.xpath(".//a[starts-with(@href, '/account/login/')]/@href")


def parts(page: HtmlElement) -> list[str]:
    return [part.get("data-part") for part in page.xpath("//*[@data-part]")]


class TestDigest:
    def test_parts_come_in_their_order_and_the_wall_is_last(self, path: str) -> None:
        assert parts(get(path)) == ["summary", "key-points", "details", "wall"]

    def test_header_says_date_title_source_and_what_reading_costs(self, path: str, published: Digest) -> None:
        head = text(get(path).find_class("digest-head")[0])
        saved = 58 - published.minutes
        facts = f"{published.minutes} min read 58 min recording {saved} minutes saved Copy link Listen"
        assert head == f"Mar 2, 2026 {published.title} Lanternfield Salon - Talk 1 {facts}"

    def test_summary_stands_after_the_source_line_and_the_jump_list(self, path: str) -> None:
        body = get(path).get_element_by_id("main").text_content()
        places = [
            body.index(words)
            for words in ("Mar 2, 2026", "Talk 1", "In this digest", "Key Points", "Details")
        ]
        assert places == sorted(places)

    def test_jump_list_leads_to_the_sections(self, path: str) -> None:
        found = get(path)
        targets = [link.get("href")[1:] for link in found.find_class("contents")[0].iter("a")]
        assert len(targets) == 9
        assert all(found.get_element_by_id(target) is not None for target in targets)

    def test_each_locked_section_says_how_much_is_behind_it(self, path: str, talk: Outline) -> None:
        told = {
            section.get("data-section"): int(re.match(r"\d+", text(section.find_class("locked-line")[0]))[0])
            for section in get(path).xpath("//*[@data-access='locked']")
        }
        assert told
        assert told == dict(preview(talk).locked)

    def test_wall_tells_the_totals_the_promise_and_the_price(
        self, path: str, price: PlanPrice, talk: Outline
    ) -> None:
        cut = preview(talk)
        wall = get(path).get_element_by_id("wall")
        assert f"{cut.bullets} points in {cut.sections} sections" in text(wall)
        assert f"{cut.insights} key insights" in text(wall)
        assert "Starting at $5/month. Cancel anytime." in text(wall)
        assert [link.get("href").split("?")[0] for link in wall.find_class("button")] == ["/en/pricing/"]
        assert text(wall.find_class("button")[0]) == "View Full Content"

    def test_wall_without_a_price_names_none_and_still_leads_to_pricing(self, path: str) -> None:
        wall = get(path).get_element_by_id("wall")
        assert "$" not in text(wall)
        assert "Cancel anytime" not in text(wall)
        assert wall.xpath(".//a[starts-with(@href, '/en/pricing/')]")

    def test_guests_are_led_to_sign_in_and_back_and_members_are_not(
        self, path: str, signed_in: SignedIn, free: User, talk: Outline
    ) -> None:
        (link,) = sign_in_links(get(path).get_element_by_id("wall"))
        first_locked = next(iter(preview(talk).locked))
        assert link == f"/account/login/?next={path}%23s-{first_locked}"
        assert not sign_in_links(get(path, signed_in(free)).get_element_by_id("wall"))

    def test_plus_reads_everything_and_sees_no_wall(self, path: str, signed_in: SignedIn, plus: User) -> None:
        found = get(path, signed_in(plus))
        assert parts(found) == ["summary", "key-points", "details", "insights", "analysis"]
        assert not found.xpath("//*[@data-access='locked']") + found.find_class("locked-line")
        assert "Open to you with Plus" in text(found)

    def test_lapsed_reader_is_at_the_wall_again(self, path: str, signed_in: SignedIn, lapsed: User) -> None:
        assert "wall" in parts(get(path, signed_in(lapsed)))

    def test_nothing_locked_means_no_wall(
        self, make_digest: Callable[..., Digest], publish: Callable[[Digest], Digest], talk: Outline
    ) -> None:
        open_one = publish(make_digest(talk, policy="all_free", edition_date=DAY))
        found = get(open_one.get_absolute_url())
        assert "wall" not in parts(found)
        assert "Free to read" in text(found)

    def test_numbers_are_text(self, path: str) -> None:
        headings = [text(heading) for heading in get(path).find_class("details")[0].iter("h3", "h4")]
        assert headings[0].startswith("1. ")
        assert any(heading.startswith("3.1. ") for heading in headings)

    def test_reviewer_signs_it(self, path: str, published: Digest) -> None:
        day = timezone.localtime(published.reviewed_at)
        signed = f"AI-assisted, reviewed by Robin Vale on {day:%b} {day.day}, {day.year}."
        assert signed in text(get(path).find_class("imprint")[0])

    def test_head_describes_it_by_what_is_open(self, path: str, published: Digest) -> None:
        found = get(path)
        (described,) = found.xpath("//meta[@name='description']/@content")
        assert published.summary.startswith(described.rstrip("…"))
        assert found.xpath("//meta[@property='og:title']/@content") == [published.title]
        assert found.xpath("//meta[@property='og:url']/@content") == [settings.BASE_URL + path]
        assert found.xpath("//link[@rel='canonical']/@href") == [settings.BASE_URL + path]

    def test_structured_data_says_that_it_is_not_free(self, path: str) -> None:
        (data,) = get(path).xpath("//script[@type='application/ld+json']/text()")
        assert json.loads(data)["isAccessibleForFree"] is False

    def test_its_other_forms_are_linked_and_there(self, path: str) -> None:
        found = get(path)
        for form in ("md", "json"):
            (address,) = [link for link in found.xpath("//footer//a/@href") if link.endswith(f".{form}")]
            assert Client().get(address).status_code == 200

    def test_withdrawn_page_gives_the_reason_and_none_of_the_text(
        self, path: str, published: Digest, editor: User
    ) -> None:
        editorial.withdraw(Digest.objects.get(pk=published.pk), by=editor, why="The speakers asked for it.")
        response = Client().get(path)
        assert response.status_code == 410
        assert "The speakers asked for it." in text(page(response))
        assert published.summary not in response.content.decode()

    def test_address_that_is_no_web_address_is_not_linked(self, path: str, published: Digest) -> None:
        episode = published.episode
        episode.link = episode.media_url = "javascript:alert(1)"
        episode.save()
        Source.objects.update(link=" javascript:alert(1)")
        for address in (path, "/en/sources/lanternfield-salon/"):
            assert not get(address).xpath("//*[contains(@href, 'javascript')]"), address


class TestLanguages:
    def test_digests_of_one_episode_point_to_each_other(
        self, path: str, published: Digest, translated: Digest
    ) -> None:
        other = translated.get_absolute_url()
        for address in (path, other):
            found = get(address)
            told = {link.get("hreflang"): link.get("href") for link in found.xpath("//link[@hreflang]")}
            assert told == {"en": settings.BASE_URL + path, "ko": settings.BASE_URL + other}
        assert get(path).xpath("//header//a[@hreflang='ko']/@href") == [other]

    def test_page_speaks_the_language_of_its_address(self, translated: Digest) -> None:
        found = get(translated.get_absolute_url(), Client(headers={"Accept-Language": "en"}))
        assert found.get("lang") == "ko"
        assert "2026년 3월 2일" in text(found)
        assert "전체 내용 보기" in text(found.get_element_by_id("wall"))

    def test_english_title_on_a_korean_page_is_marked_as_english(
        self, published: Digest, translated: Digest
    ) -> None:
        assert get(translated.get_absolute_url()).find(".//h1").get("lang") == "ko"
        Digest.objects.filter(pk=translated.pk).update(title="Do models know?")
        assert get(translated.get_absolute_url()).find(".//h1").get("lang") == "en"

    def test_without_a_translation_the_switch_leads_to_the_front_page(self, path: str) -> None:
        found = get(path)
        assert found.xpath("//header//a[@hreflang='ko']/@href") == ["/ko/"]
        assert found.xpath("//link[@hreflang='ko']") == []

    def test_lists_and_pricing_keep_their_place(self, published: Digest, translated: Digest) -> None:
        for address in (*PUBLIC, "/en/pricing/"):
            assert get(address).xpath("//header//a[@hreflang='ko']/@href") == [
                address.replace("/en/", "/ko/")
            ]

    def test_edition_without_a_twin_names_none(self, published: Digest) -> None:
        assert get("/en/2026/03/02/").xpath("//link[@hreflang='ko']") == []


class TestLists:
    def test_home_shows_the_newest_edition_first_and_days_below(
        self, published: Digest, many: Callable[[], None]
    ) -> None:
        many()
        found = get("/en/")
        assert [text(day) for day in found.iter("h2")] == [
            "Monday, Mar 2, 2026", "Sunday Mar 1, 2026", "Saturday Feb 28, 2026", "Friday Feb 27, 2026",
        ]  # fmt: skip
        assert text(found.find_class("headline")[0]) == published.title
        assert len(found.find_class("today")[0].find_class("card")) == 3

    def test_home_pages_on_by_day_until_there_is_nothing_older(
        self, make_digest: Callable[..., Digest], publish: Callable[[Digest], Digest], talk: Outline
    ) -> None:
        days = [DAY - timedelta(days=number) for number in range(16)]
        for day in days:
            publish(make_digest(replace(talk, title=f"Evening of {day}"), edition_date=day))
        seen, address = [], "/en/"
        while address:
            found = get(address)
            seen += [text(headline) for headline in found.find_class("headline")]
            older = found.xpath("//a[@rel='next']/@href")
            address = "/en/" + older[0] if older else ""
        assert seen == [f"Evening of {day}" for day in days]

    def test_edition_leads_to_its_neighbours(self, published: Digest, many: Callable[[], None]) -> None:
        many()
        found = get("/en/2026/03/01/")
        assert found.xpath("//a[@rel='prev']/@href") == ["/en/2026/02/28/"]
        assert found.xpath("//a[@rel='next']/@href") == ["/en/2026/03/02/"]

    def test_source_lists_its_digests_newest_first(self, published: Digest, many: Callable[[], None]) -> None:
        many()
        days = get("/en/sources/lanternfield-salon/").xpath("//time/@datetime")
        assert len(days) == 9
        assert days == sorted(days, reverse=True)

    def test_source_says_nothing_that_its_feed_marked_up(self, published: Digest) -> None:
        Source.objects.update(description="<p>Talks <script>alert(1)</script><b>weekly</b></p>")
        found = get("/en/sources/lanternfield-salon/")
        assert "Talks alert(1)weekly" in text(found)
        assert not found.xpath("//main//script | //main//b")

    def test_home_says_when_today_has_no_edition(self, published: Digest) -> None:
        with time_machine.travel(datetime(2026, 3, 2, 12, tzinfo=UTC), tick=False):
            assert not get("/en/").find_class("missing-day")
        with time_machine.travel(datetime(2026, 3, 3, 12, tzinfo=UTC), tick=False):
            (line,) = get("/en/").find_class("missing-day")
            assert text(line) == "Tuesday, Mar 3, 2026. No edition yet today. The newest is Monday’s."
            assert not get("/en/?before=2026-03-03").find_class("missing-day")

    def test_empty_home_says_what_will_come(self, db: None) -> None:
        assert "There is no edition here yet." in text(get("/en/"))
        assert "아직 나온 호가 없습니다." in text(get("/ko/"))

    def test_source_without_digests_in_a_language_says_so(self, published: Digest) -> None:
        assert "이 출처의 다이제스트가 아직 없습니다." in text(get("/ko/sources/lanternfield-salon/"))

    def test_day_without_an_edition_is_not_a_page(self, published: Digest) -> None:
        assert Client().get("/en/2026/03/03/").status_code == 404
        assert Client().get("/en/2026/02/31/").status_code == 404


class TestPricing:
    def test_prices_come_from_the_rows(self, price: PlanPrice) -> None:
        PlanPrice.objects.create(lookup_key="plus_yearly", amount=4950, currency="usd", interval="year")
        plus = text(get("/en/pricing/").find_class("plan plus")[0])
        assert "$5 per month" in plus
        assert "$49.50 per year" in plus

    def test_without_a_price_it_says_that_plus_is_not_on_sale(self, db: None) -> None:
        found = text(get("/en/pricing/"))
        assert "Plus is not on sale yet." in found
        assert "$" not in found

    def test_member_sees_the_plan_and_no_offer(
        self, price: PlanPrice, signed_in: SignedIn, plus: User
    ) -> None:
        found = text(get("/en/pricing/", signed_in(plus)))
        assert "Your current plan" in found
        assert "Checkout" not in found


class TestCaching:
    @pytest.fixture
    def addresses(self, path: str) -> list[str]:
        base = path.rstrip("/")
        return [path, f"{base}.md", f"{base}.json", *PUBLIC, "/en/feed.rss", "/en/feed.atom", "/en/feed.json"]

    def test_guests_get_pages_that_anyone_may_keep(self, addresses: list[str]) -> None:
        for address in addresses:
            response = Client().get(address)
            assert not response.cookies, address
            assert "public" in response["Cache-Control"], address
            assert "Cookie" in response["Vary"], address
            assert response["ETag"], address

    def test_guest_who_has_the_page_gets_304(self, addresses: list[str]) -> None:
        for address in addresses:
            etag = Client().get(address)["ETag"]
            again = Client().get(address, headers={"If-None-Match": etag})
            assert (again.status_code, again.content) == (304, b""), address

    def test_readers_with_an_account_get_their_own(
        self, addresses: list[str], signed_in: SignedIn, free: User
    ) -> None:
        for address in addresses:
            response = signed_in(free).get(address)
            assert "private" in response["Cache-Control"], address
            assert "public" not in response["Cache-Control"], address

    def test_plus_text_is_not_stored_anywhere(self, path: str, signed_in: SignedIn, plus: User) -> None:
        for address in (path, path.rstrip("/") + ".md", path.rstrip("/") + ".json"):
            directives = signed_in(plus).get(address)["Cache-Control"]
            assert {"private", "no-store"} <= set(directives.split(", ")), address

    def test_etag_of_a_guest_gives_a_member_the_whole_page(
        self, path: str, signed_in: SignedIn, plus: User
    ) -> None:
        for address in (path, path.rstrip("/") + ".md", path.rstrip("/") + ".json"):
            etag = Client().get(address)["ETag"]
            response = signed_in(plus).get(address, headers={"If-None-Match": etag})
            assert response.status_code == 200, address
            assert response["ETag"] != etag, address

    def test_coming_and_going_leaves_no_message_for_a_guests_page(self, path: str, free: User) -> None:
        EmailAddress.objects.create(user=free, email=free.email, verified=True, primary=True)
        client = Client()
        client.post("/account/login/", {"login": free.email, "password": "a-long-password"})
        assert "sessionid" in client.cookies
        client.post("/account/logout/")
        assert client.cookies["sessionid"].value == ""
        del client.cookies["sessionid"]  # as a browser does
        assert not client.get(path).cookies
        assert not get("/account/login/", client).find_class("messages")


class TestCost:
    """Queries on a warm page. Lists cost the same however much is on them."""

    def test_digest(self, path: str, price: PlanPrice, django_assert_max_num_queries: Callable) -> None:
        Client().get(path)
        with django_assert_max_num_queries(4):
            Client().get(path)

    @pytest.mark.parametrize(("address", "queries"), list(zip(PUBLIC, (2, 5, 2), strict=True)))
    def test_lists(
        self, address: str, queries: int, published: Digest, many: Callable[[], None],
        django_assert_num_queries: Callable,
    ) -> None:  # fmt: skip
        for _ in range(2):
            Client().get(address)
            with django_assert_num_queries(queries):
                Client().get(address)
            if Digest.objects.count() == 1:
                many()


class TestEveryPage:
    """What holds on all of them, in every language and for every reader."""

    @pytest.fixture(params=["guest", "free", "plus"])
    def client(self, request: pytest.FixtureRequest, signed_in: SignedIn) -> Client:
        return signed_in(None if request.param == "guest" else request.getfixturevalue(request.param))

    @pytest.fixture
    def pages(self, client: Client, published: Digest, translated: Digest) -> dict[str, HttpResponse]:
        own = ("/account/email/", "/account/password/change/", "/account/logout/")
        doors = (
            "/account/login/",
            "/account/signup/",
            "/account/password/reset/",
            "/account/password/reset/done/",
        )
        addresses = [
            *PUBLIC, *(address.replace("/en/", "/ko/") for address in PUBLIC),
            published.get_absolute_url(), translated.get_absolute_url(),
            "/en/pricing/", "/ko/pricing/", "/en/nowhere/", "/ko/nowhere/", "/outbox/",
            *(own if "sessionid" in client.cookies else doors),
        ]  # fmt: skip
        return {address: client.get(address) for address in addresses}

    def test_has_one_h1_a_language_and_a_title_of_its_own(self, pages: dict[str, HttpResponse]) -> None:
        for address, response in pages.items():
            found = page(response)
            assert response.status_code == (404 if "nowhere" in address else 200), address
            assert len(found.findall(".//h1")) == 1, address
            assert found.get("lang") in ("en", "ko"), address
            assert len(text(found.find(".//title"))) > len(settings.SITE_NAME), address

    def test_holds_nothing_inline_and_its_policy_allows_nothing_inline(
        self, pages: dict[str, HttpResponse]
    ) -> None:
        for address, response in pages.items():
            found = page(response)
            policy = response["Content-Security-Policy"]
            assert "unsafe" not in policy, address
            assert "default-src 'none'" in policy, address
            assert not found.xpath("//style | //*[@style] | //@*[starts-with(name(), 'on')]"), address
            data = "@type='application/ld+json' or @type='application/json'"
            assert not found.xpath(f"//script[not({data}) and (not(@src) or normalize-space())]"), address

    def test_fetches_nothing_from_elsewhere(self, pages: dict[str, HttpResponse]) -> None:
        for address, response in pages.items():
            links = page(response).xpath("//link[@rel='stylesheet' or @rel='icon']/@href | //@src")
            assert links, address
            assert all(link.startswith(settings.STATIC_URL) for link in links), address

    def test_begins_with_a_way_past_the_header(self, pages: dict[str, HttpResponse]) -> None:
        for address, response in pages.items():
            found = page(response)
            assert found.find(".//body//a").get("href") == "#main", address
            assert found.get_element_by_id("main").tag == "main", address

    def test_fields_have_labels(self, pages: dict[str, HttpResponse]) -> None:
        for address, response in pages.items():
            found = page(response)
            labelled = set(found.xpath("//label/@for"))
            for field in found.xpath("//main//input[not(@type='hidden' or @aria-hidden='true')]"):
                assert field.get("id") in labelled or field.getparent().tag == "label", (
                    address,
                    field.get("name"),
                )

    def test_headings_skip_no_level(self, pages: dict[str, HttpResponse]) -> None:
        for address, response in pages.items():
            levels = [
                int(heading.tag[1]) for heading in page(response).iter("h1", "h2", "h3", "h4", "h5", "h6")
            ]
            steps = pairwise(levels)
            assert levels[0] == 1, address
            assert all(below - above <= 1 for above, below in steps), address


class TestSigningOut:
    def test_is_one_button_for_members(self, path: str, signed_in: SignedIn, free: User) -> None:
        client = Client(enforce_csrf_checks=True)
        client.force_login(free)
        (form,) = get(path, client).xpath("//header//form[@method='post']")
        token = form.fields["csrfmiddlewaretoken"]
        client.post(form.get("action"), {"csrfmiddlewaretoken": token})
        assert "Sign in" in text(get(path, client).find(".//header"))

    def test_guests_have_no_form_and_no_token(self, path: str) -> None:
        assert not get(path).xpath("//form[@method='post'] | //*[@name='csrfmiddlewaretoken']")


class TestErrors:
    def test_broken_page_needs_nothing(self) -> None:
        found = html.document_fromstring(render_to_string("500.html"))
        assert len(found.findall(".//h1")) == 1
        assert not found.xpath("//style | //*[@style] | //script")

    def test_expired_form_gets_our_page(self, db: None) -> None:
        response = Client(enforce_csrf_checks=True).post("/account/login/", {"login": "a@b.example"})
        assert response.status_code == 403
        assert len(page(response).findall(".//h1")) == 1

    def test_missing_page_speaks_the_language_of_its_address(self, db: None) -> None:
        assert "이 주소에는 페이지가 없습니다." in text(page(Client().get("/ko/nowhere/")))


def test_edition_of_another_language_is_not_counted_as_a_twin_while_empty(published: Digest) -> None:
    Edition.objects.create(date=date(2026, 3, 2), language="ko")
    assert get("/en/2026/03/02/").xpath("//link[@hreflang='ko']") == []
