"""The small print, as readers find it in the footer and editors change it at the desk."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from digestly.content.models import SmallPrint
from digestly.content.smallprint.leaf import SHIPPED, shipped

PAGES = [(kind, language) for kind in SmallPrint.Kind.values for language, _ in settings.LANGUAGES]
DESK = "/admin/content/smallprint/"

pytestmark = pytest.mark.django_db


def read(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return unescape(answer.content.decode())


@pytest.mark.parametrize(("kind", "language"), PAGES)
def test_every_page_is_shipped_in_every_language(kind: str, language: str, client: Client) -> None:
    assert (SHIPPED / language / f"{kind}.md").exists()
    page = read(client, f"/{language}/{kind}/")
    assert f'<html lang="{language}"' in page
    assert page.count("<h1") == 1
    assert "{" not in page.partition("<main")[2].partition("</main>")[0], "a place was not filled in"


@pytest.mark.parametrize(("kind", "language"), PAGES)
def test_every_link_of_what_is_shipped_leads_somewhere(kind: str, language: str, client: Client) -> None:
    for address in re.findall(r"\]\((/[^)]*)\)", shipped(kind, language)):
        assert client.get(address).status_code in (200, 302), address
        assert not address.startswith(
            tuple(f"/{other}/" for other, _ in settings.LANGUAGES if other != language)
        )


@pytest.mark.parametrize("kind", SmallPrint.Kind.values)
def test_languages_say_the_same_in_as_many_headings_and_items(kind: str) -> None:
    shapes = {
        tuple(re.findall(r"^(?:## |- )", shipped(kind, code), re.MULTILINE)) for code, _ in settings.LANGUAGES
    }
    assert len(shapes) == 1


@pytest.mark.parametrize("language", [code for code, _ in settings.LANGUAGES])
def test_every_footer_leads_to_all_of_it_in_the_pages_language(language: str, client: Client) -> None:
    page = read(client, f"/{language}/")
    for kind in SmallPrint.Kind.values:
        assert f'href="/{language}/{kind}/"' in page


def test_the_operator_is_named_once_and_for_all_pages(client: Client, settings: Settings) -> None:
    settings.OPERATOR_NAME = "Paper & Ink <Ltd>"
    settings.OPERATOR_ADDRESS = "1 Lantern Lane"
    settings.OPERATOR_EMAIL = "desk@ink.example"
    imprint = client.get("/en/imprint/").content.decode()
    assert "Paper &amp; Ink &lt;Ltd&gt;" in imprint
    assert "1 Lantern Lane" in imprint
    assert 'href="mailto:desk@ink.example"' in imprint


def test_a_guest_may_keep_it_and_it_asks_one_query(
    client: Client, django_assert_max_num_queries: Callable[..., object]
) -> None:
    with django_assert_max_num_queries(1):
        answer = client.get("/en/terms/")
    assert "public" in answer["Cache-Control"]
    assert not answer.cookies
    assert client.get("/en/terms/", headers={"If-None-Match": answer["ETag"]}).status_code == 304


def test_an_editor_changes_a_page_and_readers_see_it_with_its_date(editor: User, client: Client) -> None:
    client.force_login(editor)
    answer = client.post(f"{DESK}refunds/en/", {"text": "# Money back\n\nAlways. <b>Really</b>"})
    assert answer.status_code == 302
    guest = Client().get("/en/refunds/").content.decode()
    assert "Money back</h1>" in guest
    assert "&lt;b&gt;Really&lt;/b&gt;" in guest
    assert "Last changed on" in guest
    assert "Money back" not in read(Client(), "/ko/refunds/")
    entry = LogEntry.objects.get()
    assert (entry.user, entry.object_id) == (editor, str(SmallPrint.objects.get().pk))
    assert editor.email in read(client, f"{DESK}refunds/en/").partition("History")[2]


def test_emptied_it_is_as_shipped_again(editor: User, client: Client) -> None:
    client.force_login(editor)
    for text in ("# Mine\n\nText", ""):
        client.post(f"{DESK}terms/en/", {"text": text})
    assert "Mine" not in read(Client(), "/en/terms/")
    assert LogEntry.objects.count() == 2


def test_saving_what_is_shipped_pins_nothing(editor: User, client: Client) -> None:
    client.force_login(editor)
    client.post(f"{DESK}terms/en/", {"text": shipped("terms", "en").replace("\n", "\r\n")})
    assert not SmallPrint.objects.exclude(text="").exists()


def test_a_page_without_a_title_is_refused_with_a_reason(editor: User, client: Client) -> None:
    client.force_login(editor)
    answer = client.post(f"{DESK}terms/en/", {"text": "No title"})
    assert answer.status_code == 200
    assert "The first line has to be the title" in unescape(answer.content.decode())
    assert not SmallPrint.objects.exists()


def test_the_desk_says_what_the_operator_has_still_to_fill_in(
    editor: User, client: Client, settings: Settings
) -> None:
    client.force_login(editor)
    assert "OPERATOR_NAME" in read(client, DESK)
    settings.OPERATOR_NAME, settings.OPERATOR_ADDRESS, settings.OPERATOR_EMAIL = "A", "B", "c@d.example"
    assert "OPERATOR_" not in read(client, DESK)


@pytest.mark.parametrize("path", ["", "terms/en/"])
def test_nobody_without_the_right_sees_or_changes_it(path: str, client: Client) -> None:
    helper = User.objects.create_user("helper@desk.example", "a-long-password", is_staff=True)
    client.force_login(helper)
    assert client.get(DESK + path).status_code == 403
    assert client.post(DESK + path, {"text": "# Mine"}).status_code == 403
    assert client.get(f"{DESK}terms/xx/").status_code == 404
    assert client.get(f"{DESK}nonsense/en/").status_code in (302, 404)
