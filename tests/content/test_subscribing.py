"""Lists of feeds: looked at line by line, added once, written out again; hostile ones are refused."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from digestly.content import subscribing
from digestly.content.models import Source, Transition
from digestly.feeds import opml
from digestly.feeds.opml import Subscription
from digestly.fetch.client import Client
from tests.content.desk.conftest import Desk

PAGE = "/admin/content/source/list/"
LIST = """<opml version="2.0"><head><title>Talks</title></head><body>
<outline text="Sea"><outline text="Harbour &lt;b&gt;Talk&lt;/b&gt;" xmlUrl="https://harbour.example/feed.xml"/></outline>
<outline text="Salon" xmlUrl="http://lanternfield.example/feed.xml/"/>
<outline text="Harbour again" xmlUrl="https://HARBOUR.example:443/feed.xml"/>
<outline text="Within" xmlUrl="http://169.254.169.254/latest"/>
<outline text="Local" xmlUrl="file:///etc/passwd"/>
<outline text="Quay" xmlUrl="https://www.youtube.com/channel/UC0123456789abcdefghij_-"/>
<outline type="include" text="More" url="http://10.0.0.1/more.opml"/>
</body></opml>"""


@pytest.fixture(autouse=True)
def _no_fetching(monkeypatch: pytest.MonkeyPatch) -> None:
    """A request that fetched something would fail the test."""

    def refuse(*args: Any, **kwargs: Any) -> None:
        raise AssertionError("fetched within a request")

    monkeypatch.setattr(Client, "fetch", refuse)


@pytest.fixture
def desk(editor: User) -> Desk:
    return Desk(editor)


def upload(text: str = LIST) -> SimpleUploadedFile:
    return SimpleUploadedFile("list.opml", text.encode(), content_type="text/x-opml")


def test_each_line_is_judged_before_anything_is_added(desk: Desk, source: Source) -> None:
    page = desk.post(PAGE, {"file": upload(), "newest": "2"})
    rows = page.tree.find_class("feeds")[0].xpath("./li")
    told = [(row.xpath("./span/text()")[0], row.xpath("./strong")[0].text_content()) for row in rows]
    assert told == [
        ("new", "Harbour <b>Talk</b>"),
        ("here already", "Salon"),
        ("here already", "Harbour again"),
        ("blocked address", "Within"),
        ("not a feed's address", "Local"),
        ("new", "Quay"),
    ]
    assert "https://" in rows[4].text_content()  # and why
    assert Source.objects.count() == 1


def test_confirmed_the_new_ones_are_added_and_twice_adds_none(
    desk: Desk, editor: User, source: Source
) -> None:
    page = desk.post(PAGE, {"file": upload(), "newest": "2"})
    confirmed = dict(page.tree.xpath("//form[.//button[@value='add']]")[0].form_values())
    after = desk.post(PAGE, {**confirmed, "act": "add"})
    assert after.tree.find_class("feeds")[0].text_content().count("added") == 2
    harbour = Source.objects.get(url="https://harbour.example/feed.xml")
    assert (harbour.title, harbour.note, harbour.newest, harbour.status) == (
        "Harbour <b>Talk</b>",
        "Sea",
        2,
        "new",
    )
    assert Source.objects.get(title="Quay").url.endswith("videos.xml?channel_id=UC0123456789abcdefghij_-")
    assert Source.objects.due().filter(pk=harbour.pk).exists()  # the beat finds it
    assert Transition.objects.get(kind="source", row=harbour.pk).by == editor
    again = desk.post(PAGE, {**confirmed, "act": "add"})
    assert "added" not in again.tree.find_class("feeds")[0].text_content()
    assert Source.objects.count() == 3


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("<html><body>No list</body></html>", "no list of feeds"),
        ("<opml><body>" + "<outline text='a'>" * 10_000, "safely"),
        ("", "Choose a file"),
        ("<opml>" + " " * opml.MAX_BYTES, "MB"),
    ],
)
def test_a_hostile_file_is_refused_at_the_form(desk: Desk, text: str, told: str) -> None:
    page = desk.post(PAGE, {"file": upload(text), "newest": "0"})
    assert page.response.status_code == 200
    assert (
        told in " ".join(node.text_content() for node in page.tree.find_class("problem")) or told in page.text
    )
    assert not Source.objects.exists()


def test_a_long_list_takes_hardly_more_queries_than_a_short_one(db: None, editor: User) -> None:
    from django.db import connection

    def asked(count: int, host: str) -> int:
        listed = [
            Subscription(f"https://{host}.example/{number}", "One title for all") for number in range(count)
        ]
        with CaptureQueriesContext(connection) as queries:
            subscribing.add(listed, newest=0, by=editor)
        return len(queries)

    assert asked(60, "more") <= asked(3, "few") + 2  # SQLite takes them in batches
    assert Source.objects.count() == 63


def test_what_is_exported_is_here_when_it_is_imported(desk: Desk, source: Source) -> None:
    Source.objects.create(
        title="부두 이야기 & <co>",
        slug="b",
        url="https://b.example/f?a=1&b=2",
        url_norm="https://b.example/f?a=1&b=2",
    )
    Source.objects.create(title="A shelf", slug="shelf", kind="upload")
    answer = desk.client.get("/admin/content/source/sources.opml")
    assert "attachment" in answer["Content-Disposition"]
    listed = opml.parse(answer.content)
    assert [(each.title, each.url) for each in listed.subscriptions] == [
        ("Lanternfield Salon", "https://lanternfield.example/feed.xml"),
        ("부두 이야기 & <co>", "https://b.example/f?a=1&b=2"),
    ]
    assert {line.verdict for line in subscribing.judged(listed.subscriptions)} == {"here"}


def test_the_commands_do_the_same(tmp_path: Path, source: Source) -> None:
    file = tmp_path / "list.opml"
    file.write_text(LIST)
    out, err = StringIO(), StringIO()
    call_command("import_opml", str(file), "--dry-run", stdout=out, stderr=err)
    assert Source.objects.count() == 1
    assert "2 new" in err.getvalue()
    call_command("import_opml", str(file), stdout=out, stderr=err)
    assert "added\thttps://harbour.example/feed.xml" in out.getvalue()
    exported = StringIO()
    call_command("export_opml", stdout=exported)
    assert len(opml.parse(exported.getvalue().encode()).subscriptions) == 3
    file.write_text("no list")
    with pytest.raises(CommandError, match="not_a_feed"):
        call_command("import_opml", str(file), stdout=out, stderr=err)


def test_who_may_not_add_may_not_import(db: None) -> None:
    helper = User.objects.create_user("helper@desk.example", "a-long-password", is_staff=True)
    assert Desk(helper).client.get(PAGE).status_code == 403
    assert Desk(helper).client.get("/admin/content/source/sources.opml").status_code == 403
