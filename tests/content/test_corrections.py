"""What an editor puts right is said where it is read, in every form."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from lxml import html

from accounts.models import User
from digestly.content.models import Correction, Digest

WRONG = "The panel had four guests, not five <sic>."


@pytest.fixture
def corrected(published: Digest, editor: User, client: Client) -> Digest:
    """By the door that editors use."""
    client.force_login(editor)
    sent = {"digest": published.pk, "on": "2026-03-05", "text": WRONG}
    assert client.post("/admin/content/correction/add/", sent).status_code == 302
    return published


def test_the_page_says_it_with_its_date_and_points_to_it_at_the_top(corrected: Digest) -> None:
    page = html.document_fromstring(Client().get(corrected.get_absolute_url()).content)
    (line,) = page.xpath("//section[@id='corrections']//li")
    assert " ".join(line.text_content().split()) == f"Mar 5, 2026 {WRONG}"
    assert page.xpath("//header//a[@href='#corrections']")


def test_so_do_markdown_and_json(corrected: Digest) -> None:
    base = corrected.get_absolute_url().rstrip("/")
    assert Client().get(f"{base}.md").content.decode().endswith(f"\n## Corrections\n- 2026-03-05: {WRONG}\n")
    assert Client().get(f"{base}.json").json()["corrections"] == [{"date": "2026-03-05", "text": WRONG}]


def test_the_desk_remembers_who_wrote_it(corrected: Digest, editor: User) -> None:
    correction = Correction.objects.get()
    assert (correction.by, correction.on) == (editor, date(2026, 3, 5))


def test_a_digest_without_any_says_nothing_of_corrections(published: Digest) -> None:
    base = published.get_absolute_url()
    page = html.document_fromstring(Client().get(base).content)
    assert not page.xpath("//*[@id='corrections'] | //a[@href='#corrections']")
    assert Client().get(base.rstrip("/") + ".json").json()["corrections"] == []


def test_the_review_page_leads_to_it_with_the_digest_filled_in(
    published: Digest, editor: User, client: Client
) -> None:
    client.force_login(editor)
    review = html.document_fromstring(client.get(f"/admin/content/digest/{published.pk}/change/").content)
    (link,) = review.xpath("//a[starts-with(@href, '/admin/content/correction/add/')]/@href")
    form = html.document_fromstring(client.get(link).content)
    assert form.xpath("//select[@name='digest']/option[@selected]/@value") == [str(published.pk)]
