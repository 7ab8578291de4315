"""Station 3: get the words of an episode, from what its feed links to or from what an editor gives.

A transcript is fetched, read and its language found with no transaction open; then one transaction stores the
words and the digests that are to be written from them.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import astuple, dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from accounts.models import User
from digestly.engine.language import spoken_language
from digestly.feeds import chapters
from digestly.fetch.client import TRANSCRIPT, Client, Limits
from digestly.fetch.errors import Busy, Failure
from digestly.fetch.urls import host_of
from digestly.parsing.apart import apart, prepare
from digestly.transcripts.parse import parse
from digestly.transcripts.types import ParsedTranscript
from digestly.work import lease
from digestly.work.wake import wake

from . import hosts, providers
from .ingest import primary
from .models import Digest, Episode, Source, Transcript
from .models.transition import claim, finish, log, move

LEASE = timedelta(minutes=10)
TRIES = 5
MOST_LINKS = 5
ALTOGETHER = 40.0  # seconds for all links of an episode
IN_A_ROW = 3  # files of a show that are asked for without a pause between, as its reader would
PATIENCE = 60.0  # seconds that somebody who waits in person waits for a host's turn
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=6)
RECHECK = timedelta(hours=6)  # how soon to look again for a transcript that was not there
GIVE_UP_AFTER = timedelta(days=14)  # by then only an editor can help
# Formats by how much they tell: times and voices first. (Words, by media type.)
PREFERENCE = ("vtt", "srt", "subrip", "json", "html", "plain")
CHAPTERS = Limits(max_bytes=chapters.MAX_BYTES)
PASSING = ("timeout", "dns_error", "tls_error", "http_error", "blocked_by_host", "truncated")
UNFINISHED = (
    Episode.State.TRANSCRIPT_PENDING, Episode.State.TRANSCRIPT_RUNNING, Episode.State.WAITING_TRANSCRIPT,
)  # fmt: skip
NO_LINKS = "The feed links to no transcript. Bring one, or skip the episode."


@dataclass(frozen=True)
class Words:
    """A transcript understood: where it came from and what language it speaks."""

    parsed: ParsedTranscript
    language: str
    origin: str
    url: str = ""


def transcribe(episode: Episode, client: Client, *, early: bool = False) -> bool:
    """Fetch the transcript; True if the episode has its words now.

    What went wrong is stored on the episode: a passing fault is tried again, anything else waits for the feed
    to gain a transcript or for an editor to bring one. `early` tries before the next try is due, and waits for the
    host's turn instead of coming back for it.
    """
    if not early and not Episode.objects.wanting_words().filter(pk=episode.pk).exists():
        return False
    if episode.source.status == Source.Status.WITHDRAWN:
        return False
    links = by_preference(episode.transcript_links)[:MOST_LINKS]
    if links and not early and not hosts.is_open(host_asked(links[0]), ahead=IN_A_ROW):
        put_off(episode, host_asked(links[0]))
        return False
    waiting = (Episode.State.TRANSCRIPT_PENDING, Episode.State.WAITING_TRANSCRIPT)
    was = episode.state
    token = claim(episode, Episode.State.TRANSCRIPT_RUNNING, waiting=waiting, lasting=LEASE)
    if not token:
        return False
    prepare()
    failures: list[Failure] = []
    visited: set[str] = set()  # the files of one episode are one visit
    until = time.monotonic() + ALTOGETHER
    for link in links:
        host = host_asked(link)
        patience = PATIENCE if early else 0
        if host not in visited and not hosts.wait_for_turn(host, ahead=IN_A_ROW, patience=patience):
            back = {"next_try_at": hosts.next_turn(host), "attempts": episode.attempts - 1, "woken_at": None}
            finish(episode, token, was, why="its host wants a pause", **back)
            return False
        visited.add(host)
        try:
            left = until - time.monotonic()
            fetched = client.fetch(link["url"], limits=replace(TRANSCRIPT, total=min(left, TRANSCRIPT.total)))
            media_type = link["type"] or fetched.content_type
            parsed = apart(parse, fetched.body, content_type=media_type, name=link["url"])
        except Failure as failure:
            failures.append(failure)
            if isinstance(failure, Busy):
                hosts.leave_alone(failure.host or host, failure.retry_after)
                break
            continue
        language = language_spoken(parsed, episode, declared=link["language"])
        words = Words(parsed, language, Transcript.Origin.FEED, link["url"])
        return store(episode, token, words, chapters_of(episode, client))
    if found := provided(episode, token, client, failures):
        return store(episode, token, found, chapters_of(episode, client))
    rest(episode, token, failures)
    return False


def host_asked(link: dict[str, Any]) -> str:
    """Whose turn it takes; none for an address that is refused before anybody is asked."""
    try:
        return host_of(link["url"])
    except Failure:
        return ""


def put_off(episode: Episode, host: str) -> None:
    """Nobody has it, nothing has happened: it is called for again when the host has had its pause."""
    rows = Episode.objects.wanting_words().filter(pk=episode.pk, lease_token=None)
    rows.update(next_try_at=hosts.next_turn(host), woken_at=None)


def provided(episode: Episode, token: UUID, client: Client, failures: list[Failure]) -> Words | None:
    """Words from the first provider that has any; why the others have none joins `failures`."""
    recording = providers.recording_of(episode)
    for provider in providers.turned_on():
        if not provider.serves(recording):
            continue
        lasting = providers.time_for(episode)
        if not lease.renew(Episode.objects.filter(pk=episode.pk), token, lasting=lasting):
            return None
        try:
            parsed = providers.ask(provider, recording, client, lasting=lasting)
        except Failure as failure:
            failures.append(failure)
            continue
        return Words(parsed, language_spoken(parsed, episode, declared=None), provider.name, episode.url)
    return None


def accept(
    episode: Episode, body: bytes, *, name: str,
    content_type: str | None = None, language: str = "", by: User | None = None,
    called: Mapping[str, str] | None = None,
) -> None:  # fmt: skip
    """Take a transcript that an editor brings. Raises `Failure` if it cannot be read; the episode stays as it was.

    `called` gives speakers other names than the transcript does.
    """
    words = understood(episode, body, name=name, content_type=content_type, language=language)
    words = replace(words, parsed=renamed(words.parsed, called or {}))
    with transaction.atomic():
        if not move(
            episode, Episode.State.TRANSCRIPT_READY, by=by, why=f"transcript brought: {name}", error_code="",
            error_text="", next_try_at=None, attempts=0, lease_token=None, lease_until=None,
        ):  # fmt: skip
            raise Failure(
                "The episode changed meanwhile. Load the page again and repeat.", code="transcript_bad"
            )
        keep(episode, words)


def understood(
    episode: Episode, body: bytes, *, name: str, content_type: str | None = None, language: str = ""
) -> Words:
    """What a transcript that an editor brings says, before it is taken. Raises `Failure`."""
    parsed = apart(parse, body, content_type=content_type, name=name)
    return Words(parsed, language_spoken(parsed, episode, declared=language), Transcript.Origin.UPLOAD)


def renamed(parsed: ParsedTranscript, called: Mapping[str, str]) -> ParsedTranscript:
    """The same words by people with other names; an empty name is nobody's."""
    segments = tuple(
        replace(segment, speaker=called.get(segment.speaker or "", segment.speaker) or None)
        for segment in parsed.segments
    )
    return replace(parsed, segments=segments)


def by_preference(links: list[dict[str, Any]]) -> list[dict[str, Any]]:
    def rank(link: dict[str, Any]) -> int:
        told = f"{link['type'] or ''} {link['url']}".lower()
        return next((place for place, word in enumerate(PREFERENCE) if word in told), len(PREFERENCE))

    return sorted(links, key=rank)


def language_spoken(parsed: ParsedTranscript, episode: Episode, *, declared: str | None) -> str:
    """What the words themselves say, helped by what is declared nearest to them."""
    nearest = primary(declared) or primary(parsed.language) or primary(episode.source.language)
    return spoken_language(parsed.segments, declared=nearest or None)


def chapters_of(episode: Episode, client: Client) -> list[list[Any]]:
    """The chapters from the file that the feed names, else those that are known. A bad file costs nothing else."""
    if not episode.chapters:
        return list(episode.chapter_marks)
    try:
        fetched = client.fetch(episode.chapters, limits=CHAPTERS)
        found = apart(chapters.parse, fetched.body, content_type=fetched.content_type)
    except Failure:
        return list(episode.chapter_marks)
    return [list(astuple(chapter)) for chapter in found] or list(episode.chapter_marks)


def store(episode: Episode, token: UUID, words: Words, marks: list[list[Any]]) -> bool:
    """The transcript, the episode's state and the digests to be written, in one transaction."""
    with transaction.atomic():
        if not finish(
            episode,
            token,
            Episode.State.TRANSCRIPT_READY,
            error_code="",
            error_text="",
            next_try_at=None,
            attempts=0,
            chapter_marks=marks,
        ):
            return False
        keep(episode, words)
    return True


def keep(episode: Episode, words: Words) -> None:
    """Store the words, and a pending digest for each language the source wants."""
    packed = Transcript.packed(words.parsed.segments)
    transcript, _ = Transcript.objects.get_or_create(
        episode=episode,
        sha=Transcript.sha_of(packed),
        defaults={
            "origin": words.origin,
            "url": words.url[:2000],
            "format": words.parsed.format,
            "language": words.language,
            "segments": packed,
            "words": sum(len(segment.text.split()) for segment in words.parsed.segments),
        },
    )
    for language in episode.source.digest_languages or [transcript.language]:
        want_digest(episode, transcript, language)


def want_digest(episode: Episode, transcript: Transcript, language: str) -> None:
    """One digest per episode and language. One that is not yet written, or failed, takes the newer words."""
    from .tasks import draft_digest

    digest, made = Digest.objects.get_or_create(
        episode=episode, language=language, defaults={"transcript": transcript}
    )
    if made:
        log(digest, "", Digest.State.PENDING)
    elif digest.state == Digest.State.PENDING:
        Digest.objects.filter(pk=digest.pk, state=digest.state).update(transcript=transcript)
    elif digest.state == Digest.State.FAILED:
        move(
            digest, Digest.State.PENDING, why="a new transcript came", transcript=transcript,
            error_code="", error_text="", attempts=0,
        )  # fmt: skip
    if digest.state == Digest.State.PENDING:
        wake(draft_digest, digest.pk)


def rest(episode: Episode, token: UUID, failures: list[Failure]) -> None:
    """No words to be had now: say why, and when to look again."""
    passing = next((failure for failure in failures if failure.code in PASSING), None)
    told = passing or (failures[-1] if failures else None)
    is_hopeful = timezone.now() - episode.first_seen_at < GIVE_UP_AFTER
    attempts = episode.attempts
    next_try_at: Any
    resting = next((failure for failure in failures if isinstance(failure, providers.Resting)), None)
    if resting:  # it is the provider that waits: that says nothing about the episode, whatever its age
        told, state, next_try_at = resting, Episode.State.WAITING_TRANSCRIPT, resting.until
        attempts = max(0, attempts - 1)
    elif passing and episode.attempts < TRIES:
        wait = min(FIRST_WAIT * 4 ** (episode.attempts - 1), LONGEST_WAIT)
        wait = max(wait, timedelta(seconds=passing.retry_after or 0))
        state, next_try_at = Episode.State.TRANSCRIPT_PENDING, Now() + wait
    else:
        state, next_try_at = Episode.State.WAITING_TRANSCRIPT, Now() + RECHECK if is_hopeful else None
    finish(
        episode, token, state,
        why=told.code if told else "no transcript linked",
        next_try_at=next_try_at,
        attempts=attempts,
        error_code=told.code if told else "",
        error_text=told.message[:500] if told else NO_LINKS,
    )  # fmt: skip
