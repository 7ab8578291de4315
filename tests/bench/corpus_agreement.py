"""How far our readings agree with a corpus of real files whose facts are known.

    python tests/bench/corpus_agreement.py FOLDER [--differences]

FOLDER holds `index.json` and the files it names. A file on which independent parsers disagree is only read
(it must not raise anything but a Failure); the others are compared fact by fact.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from digestly.feeds import chapters, opml
from digestly.feeds.parse import parse as parse_feed
from digestly.feeds.plain import line_from_html
from digestly.feeds.types import ParsedFeed
from digestly.fetch.errors import Failure
from digestly.transcripts.parse import parse as parse_transcript
from digestly.transcripts.types import ParsedTranscript, Segment

FEEDS = {"rss", "atom", "jsonfeed", "feed-unknown", "not_a_feed"}
TRANSCRIPTS = {"vtt", "srt", "json", "html", "timedtext"}
LISTS = {"opml", "chapters"}
MEDIA_TYPES = {
    "vtt": "text/vtt",
    "srt": "application/x-subrip",
    "json": "application/json",
    "html": "text/html",
}

Comparison = tuple[str, object, object]


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("folder", type=Path)
    arguments.add_argument(
        "--differences", action="store_true", help="name the files that differ, with both values"
    )
    chosen = arguments.parse_args()

    agreed: Counter[tuple[str, str]] = Counter()
    asked: Counter[tuple[str, str]] = Counter()
    differing: dict[tuple[str, str], list[str]] = defaultdict(list)
    crashed: list[str] = []
    began = time.perf_counter()
    for entry in json.loads((chosen.folder / "index.json").read_text())["files"]:
        if entry["kind"] not in FEEDS | TRANSCRIPTS | LISTS:
            continue
        try:
            comparisons = list(_compare(entry, (chosen.folder / entry["file"]).read_bytes()))
        except Exception as crash:
            crashed.append(f"{entry['file']}: {crash!r}")
            continue
        for name, expected, found in comparisons if "disputed" not in entry else ():
            fact = (entry["kind"], name)
            asked[fact] += 1
            if expected == found:
                agreed[fact] += 1
            else:
                differing[fact].append(f"{entry['file']}\n    expected {expected!r}\n    found    {found!r}")

    for fact in sorted(asked):
        print(_line(" ".join(fact), agreed[fact], asked[fact]))
        if chosen.differences:
            for difference in differing[fact]:
                print("   ", difference)
    print(_line("all", sum(agreed.values()), sum(asked.values())), f"in {time.perf_counter() - began:.1f} s")
    print("crashed:", len(crashed), *crashed, sep="\n    " if crashed else " ")
    return 1 if crashed else 0


def _line(name: str, agreed: int, asked: int) -> str:
    return f"{name:40} {agreed:4} of {asked:4}  {100 * agreed / max(asked, 1):6.1f} %"


def _compare(entry: dict[str, Any], body: bytes) -> Iterator[Comparison]:
    facts, kind = entry["facts"], entry["kind"]
    if kind == "opml":
        yield from _compare_opml(facts, body)
        return
    if kind == "chapters":
        yield from _compare_chapters(facts, body)
        return
    if kind in FEEDS:
        header = str((facts.get("upstream_expected") or {}).get("header", ""))
        named, _, value = header.partition(":")
        content_type = value.strip() if named.lower() == "content-type" else None
        try:
            feed = parse_feed(body, content_type=content_type)
        except Failure as why:
            yield "understood", kind in {"rss", "atom", "jsonfeed"}, why.code not in {"not_a_feed", "empty"}
            return
        if kind == "not_a_feed":
            yield "refused", True, False
        yield from _compare_feed(facts, feed)
        return
    try:
        transcript = parse_transcript(body, content_type=MEDIA_TYPES.get(kind), name=entry["file"])
    except Failure:
        transcript = ParsedTranscript(format=kind, language=None, segments=())
    yield from _compare_transcript(facts, transcript)


def _compare_feed(facts: dict[str, Any], feed: ParsedFeed) -> Iterator[Comparison]:
    first = feed.items[0] if feed.items else None
    yield "items", facts.get("n_items", 0), len(feed.items)
    if "title" in facts:
        yield "title", line_from_html(facts["title"]), line_from_html(feed.title or "")
    if "language" in facts:
        yield "language", facts["language"].lower(), (feed.language or "").lower()
    if "podcast_guid" in facts:
        yield "podcast guid", facts["podcast_guid"], feed.podcast_guid
    if "itunes_new_feed_url" in facts:
        yield "new feed url", facts["itunes_new_feed_url"], feed.new_feed_url
    if "n_items_with_enclosure" in facts:
        yield (
            "items with enclosure",
            facts["n_items_with_enclosure"],
            sum(bool(i.enclosures) for i in feed.items),
        )
    for fact, name in (("n_items_with_transcript", "transcripts"), ("n_items_with_chapters", "chapters")):
        if fact in facts:
            yield f"items with {name}", facts[fact], sum(bool(getattr(i, name)) for i in feed.items)
    if first is None:
        return
    guid = facts.get("first_guid") or facts.get("first_id")
    if guid:
        yield (
            "first guid",
            " ".join(str(guid).split()),
            first.guid.split(" ")[0] if " " not in guid else first.guid,
        )
    if "first_title" in facts:
        yield "first title", line_from_html(facts["first_title"]), line_from_html(first.title)
    if str(facts.get("first_link_feedparser") or facts.get("first_url") or "").startswith("http"):
        yield "first link", facts.get("first_link_feedparser") or facts.get("first_url"), first.link
    if "first_enclosures" in facts:
        yield (
            "first enclosures",
            [_enclosure(e) for e in facts["first_enclosures"]],
            [(e.url, e.type, e.length) for e in first.enclosures],
        )
    if "first_duration_seconds" in facts:
        yield "first duration", float(facts["first_duration_seconds"]), first.duration
    if "first_published_utc_feedparser" in facts:
        published = first.published.strftime("%Y-%m-%dT%H:%M:%SZ") if first.published else None
        yield "first published", facts["first_published_utc_feedparser"], published
    if "first_transcripts" in facts:
        yield "first transcripts", *_first_links(facts["first_transcripts"], feed)
    if "first_chapters" in facts:
        chapters = facts["first_chapters"]
        yield "first chapters", chapters["url"], feed.items[chapters["item_index"]].chapters


def _compare_opml(facts: dict[str, Any], body: bytes) -> Iterator[Comparison]:
    listed = opml.parse(body)
    urls = [subscription.url for subscription in listed.subscriptions]
    if "n_feeds" in facts:
        yield "feeds", facts["n_feeds"], len(urls)
    if facts.get("title"):
        yield "title", facts["title"], listed.title
    if urls:
        yield "first and last", (facts["first_xmlurl"], facts["last_xmlurl"]), (urls[0], urls[-1])


def _compare_chapters(facts: dict[str, Any], body: bytes) -> Iterator[Comparison]:
    marks = chapters.parse(body)
    yield "count", facts["n_chapters"] - facts["n_toc_false"], len(marks)
    for end, mark in (("first", marks[0]), ("last", marks[-1])):
        told = facts[end]
        yield (
            end,
            (_seconds(told.get("startTime", told.get("start"))), told["title"]),
            (mark.start, mark.title),
        )


def _first_links(fact: dict[str, Any], feed: ParsedFeed) -> tuple[list[str], list[str]]:
    item = feed.items[fact["item_index"]]
    return [link["url"] for link in fact["transcripts"]], [link.url for link in item.transcripts]


def _enclosure(fact: dict[str, str]) -> tuple[str, str | None, int | None]:
    length = fact.get("length") or ""
    return fact.get("url", ""), fact.get("type") or None, int(length) if length.isdigit() else None


def _compare_transcript(facts: dict[str, Any], transcript: ParsedTranscript) -> Iterator[Comparison]:
    count = next((facts[n] for n in ("n_cues", "n_cues_spec", "n_segments", "n_p") if n in facts), None)
    if count is not None:
        yield "cues", count, len(transcript.segments)
    known = (
        facts
        if "first" in facts
        else facts.get("webvtt_py") or facts.get("srt_lib") or facts.get("upstream_expected") or {}
    )
    for end in ("first", "last"):
        if known.get(end) and transcript.segments:
            segment = transcript.segments[0 if end == "first" else -1]
            yield f"{end} cue", _cue(known[end], segment), (segment.start, segment.end, segment.text)
    if "n_speakers" in facts:
        yield "speakers", facts["n_speakers"], len({s.speaker for s in transcript.segments if s.speaker})


def _cue(fact: dict[str, Any], ours: Segment) -> tuple[float | None, float | None, str]:
    """The fact in our terms. A speaker's label that we read as such is not text any more."""
    text = line_from_html(str(fact.get("text", fact.get("body", ""))))
    if ours.speaker:
        text = text.removeprefix(f"{ours.speaker}:").strip()
    start = _seconds(fact.get("start", fact.get("startTime")))
    end = _seconds(fact.get("end", fact.get("endTime")))
    if end is None and "dur" in fact:
        end = round((start or 0) + fact["dur"], 3)
    # A missing end is written as zero by some.
    return start, end if end or start == 0 else None, text


def _seconds(written: object) -> float | None:
    if isinstance(written, str) and ":" in written:
        hours, minutes, seconds = written.split(":")
        return round(int(hours) * 3_600 + int(minutes) * 60 + float(seconds), 3)
    return round(float(str(written)), 3) if written is not None else None


if __name__ == "__main__":
    sys.exit(main())
