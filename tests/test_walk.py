"""The walk, station by station: from a feed on the network to the page a reader gets."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client as Browser

from accounts.models import User
from digestly.content import access, drafting, editorial, ingest, transcribe
from digestly.content.models import Digest, Episode, Transition
from digestly.content.samples import shelf
from digestly.engine import Options, make_outline
from digestly.feeds.parse import parse as parse_feed
from digestly.fetch.addresses import AllowList
from digestly.fetch.client import TRANSCRIPT, Client
from digestly.outline import markdown
from digestly.outline.preview import preview
from digestly.outline.types import Outline
from digestly.transcripts.parse import parse as parse_transcript


def test_the_walk_in_plain_python() -> None:
    """Stations 1, 3, 4 and 7 need neither Django nor a database: values go in, values come out."""
    with shelf.served() as base:
        internet = reaching(base)
        fetched = internet.fetch(f"{base}/slow-deploy.xml")
        feed = parse_feed(fetched.body, content_type=fetched.content_type, url=fetched.url)
        newest = feed.items[0]
        link = newest.transcripts[0]
        words = internet.fetch(link.url, limits=TRANSCRIPT)

    transcript = parse_transcript(words.body, content_type=link.type)
    draft = make_outline(transcript.segments, Options(language=feed.language, title=newest.title))
    edited = markdown.parse(markdown.write(draft.outline), base=draft.outline)
    cut = preview(edited)

    assert edited == draft.outline
    assert draft.language == "en"
    assert [section.heading for section in cut.outline.walk()] == [
        section.heading for section in edited.walk()
    ]
    assert cut.bullets + count(cut.outline) == count(edited)


@pytest.mark.django_db
def test_the_walk_in_rows(editor: User, plus: User, signed_in: Callable[[User | None], Browser]) -> None:
    """The same, stored at each step, with a named editor and a reader at the end."""
    with shelf.served() as base:
        internet = reaching(base)
        source, _ = ingest.add_source(f"{base}/slow-deploy.xml", allow=reach(base))
        attempt = ingest.refresh(source, internet)  # 1, 2
        assert attempt
        assert (attempt.outcome, attempt.new) == ("new", 3)
        episode = Episode.objects.get(guid="slow-deploy-2")
        assert transcribe.transcribe(episode, internet)  # 3

    digest = episode.digests.get()
    assert drafting.draft(digest)  # 4
    typed = markdown.write(digest.content).replace("# ", "# Read through: ", 1)
    better = markdown.parse(typed, base=digest.content)
    editorial.save(digest, better, by=editor, version=digest.version)  # 5
    Digest.objects.filter(pk=digest.pk).update(edition_date=date(2026, 11, 20))
    digest.refresh_from_db()
    editorial.approve(digest, by=editor)  # 6

    shown = Digest.objects.for_reading().get(pk=digest.pk)
    guest, member = access.reading_for(AnonymousUser(), shown), access.reading_for(plus, shown)  # 7
    assert guest.path == f"/en/2026/11/20/{shown.entry.slug}/"
    assert guest.reviewer == "Robin Vale"
    assert member.wall is None
    assert count(member.preview.outline) == count(digest.content)

    page = signed_in(None).get(guest.path)  # 8
    assert page.status_code == 200
    assert "Read through: " in page.content.decode()

    story = Transition.objects.filter(kind="digest", row=digest.pk).values_list("became", "by__email")
    assert list(story) == [
        ("pending", None),
        ("running", None),
        ("in_review", None),
        ("approved", editor.email),
        ("published", editor.email),
    ]


def reach(base: str) -> AllowList:
    return AllowList.parse(f"127.0.0.1/32:{base.rsplit(':', 1)[1]}")


def reaching(base: str) -> Client:
    return Client(user_agent="Digestly tests", allow=reach(base))


def count(outline: Outline) -> int:
    """Its bullets."""
    return sum(len(section.bullets) for section in outline.walk())
