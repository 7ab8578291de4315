"""Hostile documents, numbers 6 to 10, 12, 21, 22 and 27 to 34: what a feed says once it is parsed."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from xml.sax.saxutils import escape

from django.test import Client

from accounts.models import User
from digestly.content import drafting, editorial
from digestly.content.harvest import FLOOD
from digestly.content.models import Digest, Episode
from tests.content.test_moving import looks
from tests.content.world import ENGLISH, item, rss, transcribe
from tests.fetch.loopback import Site, redirect, reply

from .conftest import Patient

MOST_ITEMS = 5_000
NAMES = [f"entity{number}" for number in range(12)]
LAUGHS = "".join(f"<!ENTITY {name} '{f'&{before};' * 10}'>" for before, name in pairwise(NAMES))


def feed_with(title: str, *, doctype: str = "") -> bytes:
    return f"<!DOCTYPE rss [{doctype}]><rss><channel><title>{title}</title></channel></rss>".encode()


def test_h06_entities_that_unfold_without_end_do_not(patient: Patient) -> None:
    laughs = feed_with(f"&{NAMES[-1]};", doctype=f"<!ENTITY {NAMES[0]} 'ha'>{LAUGHS}")
    patient.suffers(reply(body=laughs), "xml_limits", "parse_limits")
    quadratic = feed_with("&long;" * 50_000, doctype=f"<!ENTITY long '{'x' * 50_000}'>")
    patient.suffers(reply(body=quadratic), "xml_limits", "parse_limits")


def test_h07_nothing_outside_the_document_is_opened(
    patient: Patient, elsewhere: Callable[[], Site], tmp_path: Path
) -> None:
    secret = tmp_path / "secret"
    secret.write_text("the-password")
    inside = elsewhere()
    for place in (secret.as_uri(), inside.url("/latest"), patient.show.site.url("/entity")):
        for doctype in (
            f"<!ENTITY it SYSTEM '{place}'>",
            f"<!ENTITY % p SYSTEM '{place}'> %p; <!ENTITY it 'x'>",
        ):
            patient.gets(reply(body=feed_with("&it;", doctype=doctype)))
            assert "the-password" not in patient.source.title + patient.source.error_text
    assert inside.connections == 0
    assert not any(request.target == "/entity" for request in patient.show.site.requests)
    patient.recovers()


def test_h08_what_costs_more_than_any_feed_ends_and_the_next_is_read(patient: Patient) -> None:
    attributes = " ".join(f"a{number}='1'" for number in range(200_000))
    patient.gets(reply(body=f"<rss><channel><item {attributes}/></channel></rss>".encode()))
    patient.recovers()
    patient.suffers(reply(body=b"<rss>" + b"<a>" * 200_000), "xml_limits", "parse_limits")


def test_h08_five_thousand_items_are_kept_and_the_cut_is_told(patient: Patient) -> None:
    items = b"".join(b"<item><guid>many-%d</guid></item>" % number for number in range(100_000))
    attempt = patient.gets(reply(body=b"<rss><channel>" + items + b"</channel></rss>"))
    assert (attempt.outcome, attempt.new) == ("new", MOST_ITEMS)
    assert attempt.message
    assert patient.source.episodes.exclude(state=Episode.State.BACKLOG).count() == 1


def test_h09_what_is_too_long_or_unprintable_is_cut_and_saved(patient: Patient) -> None:
    told = f"<description>{'long ' * 1_000_000}</description>"
    patient.lists(item(2, told, title="t" * 1_000_000), item(1))
    episode = patient.source.episodes.get(guid="harbour-2")
    assert len(episode.title) == 500
    assert 10_000 < len(episode.notes) <= 100_000
    odd = rss(item(3, title="a\N{REPLACEMENT CHARACTER}Bc"), title="Harbour").replace(
        "\N{REPLACEMENT CHARACTER}".encode(), b"\x00&#0;&#xD800;&#xFFFF;"
    )
    patient.gets(reply(body=odd))
    title = patient.source.episodes.get(guid="harbour-3").title
    assert (title[0], title[-2:]) == ("a", "Bc")
    assert not re.search("[\x00-\x1f\ud800-\udfff]", title)


def test_h10_a_document_that_breaks_off_gives_what_it_has(patient: Patient) -> None:
    whole = rss(item(2), item(3), title="Harbour")
    for broken in (whole[: whole.index(b"harbour-3") - 5], whole[:-40], whole + whole):
        attempt = patient.gets(reply(body=broken))
        assert attempt.outcome in ("new", "unchanged")
        assert patient.source.episodes.filter(guid="harbour-2").exists()
    unclosed = whole.replace(b"<title>Episode 3", b"<title><![CDATA[Episode 3")
    assert patient.gets(reply(body=unclosed)).message
    assert patient.source.episodes.filter(guid="harbour-1", missing_since=None).count() <= 1


def test_h12_the_right_letters_whatever_the_charset(patient: Patient) -> None:
    for number, (title, charset, header) in enumerate(
        [
            ("Привет, мир", "koi8-r", "application/rss+xml; charset=utf-8"),
            ("Добрый день", "windows-1251", "application/rss+xml"),
            ("한국어 방송", "utf-16", "application/rss+xml"),
            ("Über Häfen", "utf-32", "application/rss+xml"),
            ("안녕하세요", "euc-kr", "text/xml; charset=us-ascii"),
        ],
        start=2,
    ):
        prolog = f"<?xml version='1.0' encoding='{charset}'?>"
        body = (prolog + rss(item(number, title=title), title="Harbour").decode()).encode(charset)
        patient.gets(reply(body=body, Content_Type=header))
        assert patient.source.episodes.get(guid=f"harbour-{number}").title == title, charset
    patient.recovers()


def test_h21_a_feed_that_says_it_moved_to_another_show_stays_where_it_is(patient: Patient) -> None:
    """And two that point at each other make nobody run to and fro."""
    site = patient.show.site
    moved = '<itunes:new-feed-url xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd">{}</itunes:new-feed-url>'
    other = rss(item(7, guid="quite-another"), title="Another", more=moved.format(patient.show.url))
    site.answers["/another.xml"] = reply(body=other)
    patient.lists(item(1), more=moved.format(site.url("/another.xml")))
    looks(patient.source)
    assert patient.source.url == patient.show.url
    assert patient.source.title == "Harbour Talk"
    assert not patient.source.episodes.filter(guid="quite-another").exists()
    assert "moved" in patient.source.error_text
    assert patient.source.error_text in patient.read()


def test_h22_a_parked_domain_does_not_take_a_source_over(patient: Patient) -> None:
    foreign = rss(item(7, guid="casino-1"), title="Casino", more="<link>https://casino.example/</link>")
    patient.show.answers("/parked", reply(body=foreign))
    patient.gets(redirect("/parked", 301))
    looks(patient.source)
    assert (patient.source.url, patient.source.title) == (patient.show.url, "Harbour Talk")
    assert patient.source.episodes.filter(guid="harbour-1").exists()


def test_h27_identity_stays_and_a_flood_waits_for_an_editor(patient: Patient) -> None:
    same = [item(number, guid="same") for number in range(2, 5)]
    patient.lists(*same, item(1))
    first = patient.source.episodes.count()
    patient.lists(*same, item(1))
    assert patient.source.episodes.count() == first
    patient.lists(item(9, guid="g" * 1_000_000), item(1))
    assert patient.source.episodes.filter(identity__startswith="sha256:").count() == 1
    bare = "<item><title>No guid and no link</title></item>"
    patient.lists(bare, item(1))
    patient.lists(bare, item(1))
    assert patient.source.episodes.filter(title="No guid and no link").count() == 1
    changed = [item(number, guid=f"new-{number}") for number in range(100, 100 + FLOOD + 1)]
    patient.lists(*changed)
    assert patient.source.error_code == "flood"
    assert (
        patient.source.episodes.filter(error_code="flood", state=Episode.State.BACKLOG).count() == FLOOD + 1
    )
    assert patient.source.error_text in patient.read()


def test_h28_an_episode_told_twice_is_digested_once(patient: Patient) -> None:
    link = patient.show.offers("/words.vtt", ENGLISH)
    patient.lists(item(2, link), item(1))
    again = item(2, link, guid="harbour-2-renamed").replace(".mp3", ".mp3?token=other")
    patient.lists(again, item(2, link), item(1))
    twin = patient.source.episodes.get(guid="harbour-2-renamed")
    assert (twin.state, twin.error_code) == (Episode.State.POSSIBLE_DUPLICATE, "possible_duplicate")
    transcribe(patient.source.episodes.get(guid="harbour-2"))
    transcribe(twin)
    assert Digest.objects.count() == 1


def test_h29_a_feed_that_shrinks_to_nothing_deletes_nothing(patient: Patient) -> None:
    patient.lists()
    assert patient.source.episodes.get().missing_since
    patient.lists(item(1))
    assert patient.source.episodes.get().missing_since is None


def test_h30_a_published_digest_stays_when_its_episode_changes_and_the_desk_is_told(
    patient: Patient, editor: User
) -> None:
    link = patient.show.offers("/words.vtt", ENGLISH)
    digest = published(patient.transcribed(link), editor)
    was = Digest.objects.values("state", "version", "title", "outline").get(pk=digest.pk)
    patient.lists(item(2, link, title="Renamed afterwards"), item(1))
    assert Digest.objects.values("state", "version", "title", "outline").get(pk=digest.pk) == was
    desk = patient.desk.get(f"/admin/content/episode/{digest.episode_id}/change/").content.decode()
    assert "Renamed afterwards" in desk


def test_h31_impossible_dates_are_no_dates(patient: Patient) -> None:
    odd = [
        "31 Feb 2026 25:61:00 GMT", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "Wed, 01 Jan 2050 00:00:00 GMT",
        "1700000000", "2026年5月1日", "soon", "",
    ]  # fmt: skip
    items = [
        f"<item><guid>odd-{number}</guid><title>{number}</title><pubDate>{date}</pubDate></item>"
        for number, date in enumerate(odd)
    ]
    patient.lists(*items, item(1))
    dates = patient.source.episodes.filter(guid__startswith="odd-").values_list("published_at", flat=True)
    assert len(dates) == len(odd)
    assert all(date is None or datetime(1995, 1, 1, tzinfo=UTC) < date for date in dates)
    assert datetime(2050, 1, 1, tzinfo=UTC) not in dates
    assert patient.desk.get("/admin/content/episode/?o=-3").status_code == 200


def test_h32_h33_odd_durations_lengths_and_media_are_unknown(patient: Patient) -> None:
    itunes = 'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"'
    odd = ["abc", "-5", "1e300", "NaN", "99:99:99:99"]
    items = [
        f"<item><guid>odd-{number}</guid><title>{number}</title><itunes:duration {itunes}>{duration}"
        f"</itunes:duration><enclosure url='javascript:alert(1)' length='{2**70 - number}'/></item>"
        for number, duration in enumerate(odd)
    ]
    patient.lists(*items, item(1))
    told = set(patient.source.episodes.filter(guid__startswith="odd-").values_list("duration", "media_url"))
    assert told == {(None, "")}
    assert "javascript:" not in patient.read()


SCRIPTS = [
    "<script>alert('x')</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", "<iframe src=//x>",
    '"><style>*{display:none}</style>', "<a href='javascript:alert(1)'>x</a>",
]  # fmt: skip
ALIVE = re.compile(
    r"<script>alert|<img src=x|<svg/onload|<iframe src=//|<style>\*|href=['\"]javascript:", re.IGNORECASE
)


def test_h34_markup_in_titles_notes_people_chapters_and_cues_is_text(patient: Patient, editor: User) -> None:
    nasty = " ".join(SCRIPTS)
    spoken = ENGLISH.decode().replace("\n\n", f"\n{nasty}\n\n", 3)
    tags = (
        f"<description>{escape(nasty)}</description><itunes:author xmlns:itunes='http://www.itunes.com/dtds/"
        f"podcast-1.0.dtd'>{escape(nasty)}</itunes:author><podcast:person>{escape(nasty)}</podcast:person>"
    )
    link = patient.show.offers("/words.vtt", spoken.encode())
    patient.lists(item(2, link, tags, title=nasty), item(1))
    digest = published(transcribe(patient.source.episodes.get(guid="harbour-2")), editor)
    page = Digest.objects.for_reading().get(pk=digest.pk).get_absolute_url()
    readers, desk = Client(), patient.desk
    seen = [readers.get(page), readers.get(page.rstrip("/") + ".md"), readers.get("/en/feed.rss")]
    seen += [readers.get("/en/"), desk.get(f"/admin/content/digest/{digest.pk}/change/")]
    seen += [
        desk.get(f"/admin/content/episode/{digest.episode_id}/change/"),
        desk.get("/admin/content/episode/"),
    ]
    for answer in seen:
        assert answer.status_code == 200, answer
        if "html" in answer["Content-Type"] or "xml" in answer["Content-Type"]:
            assert not ALIVE.search(answer.content.decode())


def published(episode: Episode, editor: User) -> Digest:
    digest = episode.digests.select_related("episode", "transcript").get()
    drafting.draft(digest)
    digest.refresh_from_db()
    editorial.approve(digest, by=editor)
    return digest
