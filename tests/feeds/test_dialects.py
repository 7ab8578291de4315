"""Every dialect says the same things in its own way; after parsing nobody can tell which it was."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from digestly.feeds.errors import Empty, NotAFeed, XmlLimits
from digestly.feeds.parse import parse
from digestly.feeds.types import Chapter, Enclosure, ParsedFeed, Person, TranscriptLink
from digestly.fetch.errors import BadEncoding, TooLarge

DATA = Path(__file__).parent.parent / "data" / "feeds"


def feed(name: str, url: str | None = None) -> ParsedFeed:
    return parse((DATA / name).read_bytes(), url=url)


def test_podcast_tells_its_facts() -> None:
    podcast = feed("podcast.xml")

    assert podcast.kind == "rss"
    assert podcast.title == "Lanterns & Ledgers"
    assert podcast.language == "en-GB"
    assert podcast.link == "https://lanterns.example/"
    assert podcast.image == "https://lanterns.example/cover.jpg"
    assert podcast.new_feed_url == "https://feeds.lanterns.example/all.xml"
    assert podcast.podcast_guid == "2b6d2a5e-7f0c-5a59-9d1c-0d6a5d2f7f11"
    assert not podcast.partial


def test_live_item_is_neither_the_channel_nor_an_episode() -> None:
    podcast = feed("podcast.xml")
    assert podcast.title != "We are on air right now"
    assert [item.guid for item in podcast.items] == ["lantern-2", "https://lanterns.example/episodes/1"]


def test_episode_tells_its_facts() -> None:
    episode = feed("podcast.xml").items[0]

    assert episode.title == "The harbour book & its keeper"
    assert episode.link == "https://lanterns.example/episodes/2"
    assert episode.published == datetime(2026, 3, 2, 5, 30, tzinfo=UTC)
    assert episode.duration == 3723
    assert episode.summary == "Who wrote it?\nNobody knows."
    assert episode.enclosures == (Enclosure("https://media.lanterns.example/2.mp3", "audio/mpeg", 61234567),)
    assert episode.chapters == "https://media.lanterns.example/2.chapters.json"


def test_every_transcript_is_kept_but_only_web_addresses() -> None:
    assert feed("podcast.xml").items[0].transcripts == (
        TranscriptLink("https://media.lanterns.example/2.vtt", "text/vtt", "en", "captions"),
        TranscriptLink("https://lanterns.example/2.srt", "application/x-subrip", None, None),
    )


def test_impossible_dates_durations_and_lengths_are_unknown() -> None:
    episode = feed("podcast.xml").items[1]
    assert (episode.published, episode.duration, episode.enclosures[0].length) == (None, None, None)


def test_guid_that_is_an_address_is_the_link() -> None:
    assert feed("podcast.xml").items[1].link == "https://lanterns.example/episodes/1"


def test_relative_addresses_start_where_the_feed_came_from() -> None:
    episode = feed("podcast.xml", url="https://mirror.example/a/feed.xml").items[0]
    assert episode.link == "https://mirror.example/episodes/2"


def test_read_from_a_disk_a_feed_tells_relative_files_as_written() -> None:
    """An enclosure without an address is told too, and never taken for the recording."""
    piers, timetables, _ = feed("people_and_chapters.xml").items
    assert piers.enclosures == (Enclosure("", "audio/mpeg", 12),)
    assert piers.recording is None
    assert [file.url for file in timetables.enclosures] == ["files/timetables.png", "files/timetables.mp3"]
    fetched = feed("people_and_chapters.xml", url="https://ferry.example/feed/all.xml").items[1]
    assert fetched.recording == Enclosure("https://ferry.example/feed/files/timetables.mp3", "audio/mpeg")


def test_people_are_told_once_a_role_and_a_live_item_brings_none() -> None:
    ferry = feed("people_and_chapters.xml")
    assert ferry.persons == (Person("Ines Marlow"),)
    assert ferry.items[0].persons == (Person("Ines Marlow"), Person("Oda Brandt", "guest"))
    assert len(ferry.items) == 3


def test_chapters_in_the_feed_and_in_its_show_notes_are_marks() -> None:
    piers, timetables, prose = feed("people_and_chapters.xml").items
    assert piers.marks == (Chapter(0, "The first pier"), Chapter(600.5, "The second pier"))
    assert timetables.marks == (
        Chapter(0, "Good morning"),
        Chapter(245, "Delays"),
        Chapter(3723, "Going home"),
    )
    assert prose.marks == ()


def test_podcast_tags_count_under_prefixes_nobody_declared() -> None:
    episode = feed("undeclared_prefixes.xml").items[0]
    assert episode.duration == 90 * 60 + 30
    assert [link.url for link in episode.transcripts] == ["https://air.example/1.vtt"]


def test_podcast_tags_count_under_the_old_namespace_address() -> None:
    episode = feed("github_namespace.xml").items[0]
    assert [link.url for link in episode.transcripts] == ["https://old.example/1.srt"]
    assert episode.chapters == "https://old.example/1.json"


def test_rdf_items_stand_beside_the_channel() -> None:
    weekly = feed("rdf.xml")
    assert (weekly.kind, weekly.title, weekly.language) == ("rss", "Weekly", "de")
    (item,) = weekly.items
    assert item.guid == item.link == "https://weekly.example/7"
    assert item.published == datetime(2026, 2, 3, 3, 5, 6, tzinfo=UTC)


def test_atom_follows_its_base_and_reads_all_kinds_of_text() -> None:
    atelier = feed("atom.xml")
    assert (atelier.kind, atelier.title, atelier.language) == ("atom", "L'atelier", "fr")
    assert atelier.link == "https://atelier.example/"
    (item,) = atelier.items
    assert item.title == "Le premier jour"
    assert item.link == "https://atelier.example/notes/1.html"
    assert item.enclosures == (Enclosure("https://atelier.example/notes/1.mp3", "audio/mpeg", 10),)
    assert item.published == datetime(2026, 1, 5, 10, tzinfo=UTC)


def test_youtube_channel_is_its_own_kind() -> None:
    channel = feed("youtube.xml")
    assert (channel.kind, channel.title) == ("youtube", "Talks from the Quay")
    (video,) = channel.items
    assert video.guid == "yt:video:abcdefghijk"
    assert video.link == "https://www.youtube.com/watch?v=abcdefghijk"
    assert video.summary == "A talk about tables."
    assert video.enclosures == ()


def test_json_feed_tells_the_same_facts() -> None:
    river = feed("jsonfeed.json")
    assert (river.kind, river.title, river.language) == ("json", "Feld & Flüsse", "de")
    (item,) = river.items
    assert (item.guid, item.title, item.summary) == ("7", "Hochwasser", "Wie es kam.")
    assert (item.duration, item.enclosures[0].length) == (61.5, 99)
    assert item.published == datetime(2026, 1, 2, 2, 4, 5, tzinfo=UTC)


def test_media_rss_stands_in_for_missing_enclosures() -> None:
    assert feed("media_rss.xml").items[0].enclosures == (
        Enclosure("https://media.example/1.mp4", "video/mp4", 1000),
    )


def test_truncated_feed_keeps_what_came_and_says_so() -> None:
    cut = feed("truncated.xml")
    assert cut.partial
    assert [item.guid for item in cut.items] == ["1", "2"]


def test_two_documents_in_one_are_read_up_to_the_seam() -> None:
    body = (DATA / "rdf.xml").read_bytes()
    doubled = parse(body + body)
    assert (doubled.partial, len(doubled.items)) == (True, 1)


def test_slips_of_the_pen_lose_no_text() -> None:
    slips = feed("slips.xml")
    assert slips.title == "Salt & Pepper \u2014 R&D"
    assert slips.items[0].title == "Fish & Chips & peas"
    assert slips.items[0].link == "https://slips.example/?a=1&b=2&copy=3"


def test_five_thousand_items_are_kept_and_the_rest_is_owned_up_to() -> None:
    items = b"".join(b"<item><guid>%d</guid></item>" % number for number in range(5_001))
    many = parse(b"<rss><channel><title>Many</title>" + items + b"</channel></rss>")
    assert (len(many.items), many.partial) == (5_000, True)
    assert many.items[0].guid == "0"


@pytest.mark.parametrize(
    ("body", "failure"),
    [
        (b"", Empty),
        (b"\xef\xbb\xbf \r\n\t", Empty),
        (b"<!doctype html><html><body><form>Log in</form></body></html>", NotAFeed),
        (b"<opml version='2.0'><body/></opml>", NotAFeed),
        (b'{"error": "not found"}', NotAFeed),
        (b'{"version": "https://jsonfeed.org/version/1", "items": [', NotAFeed),
        (b"Not Found", NotAFeed),
        (b"\x1f\x8b\x08\x00rest", BadEncoding),
        (b" " * 15_000_001, TooLarge),
    ],
)
def test_what_is_no_feed_is_refused_by_name(body: bytes, failure: type[Exception]) -> None:
    with pytest.raises(failure):
        parse(body)


def test_entities_that_unfold_without_end_are_refused() -> None:
    folds = b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 12))
    bomb = (
        b'<!DOCTYPE rss [<!ENTITY a0 "lol">' + folds + b"]><rss><channel><title>&a11;</title></channel></rss>"
    )
    with pytest.raises(XmlLimits):
        parse(bomb)


def test_external_entities_are_never_opened(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("the secret sentence")
    body = f'<!DOCTYPE rss [<!ENTITY e SYSTEM "{secret.as_uri()}">]><rss><channel><title>a&e;b</title></channel></rss>'
    assert parse(body.encode()).title == "ab"
