"""Station 3: get the words of an episode, from what its feed links to or from what an editor gives."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models.functions import Now

from accounts.models import User
from digestly.engine.language import spoken_language
from digestly.fetch.client import TRANSCRIPT, Client
from digestly.fetch.errors import Failure
from digestly.transcripts.parse import parse
from digestly.transcripts.types import ParsedTranscript
from digestly.work.wake import wake

from .ingest import primary
from .models import Digest, Episode, Transcript
from .models.transition import claim, finish, log, move

LEASE = timedelta(minutes=10)
TRIES = 5
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=6)
RECHECK = timedelta(hours=6)  # how soon to look again for a transcript that was not there
GIVE_UP_AFTER = timedelta(days=14)  # by then only an editor can help
# Formats by how much they tell: times and voices first. (Words, by media type.)
PREFERENCE = ("vtt", "srt", "subrip", "json", "html", "plain")
PASSING = ("timeout", "dns_error", "tls_error", "http_error", "blocked_by_host", "truncated")


def transcribe(episode: Episode, client: Client) -> bool:
    """Fetch the transcript; True if the episode has its words now.

    What went wrong is stored on the episode: a passing fault is tried again, anything else waits for the feed
    to gain a transcript or for an editor to bring one.
    """
    waiting = (Episode.State.TRANSCRIPT_PENDING, Episode.State.WAITING_TRANSCRIPT)
    token = claim(episode, Episode.State.TRANSCRIPT_RUNNING, waiting=waiting, lasting=LEASE)
    if not token:
        return False
    failure: Failure | None = None
    for link in by_preference(episode.transcript_links):
        try:
            fetched = client.fetch(link["url"], limits=TRANSCRIPT)
            parsed = parse(fetched.body, content_type=link["type"] or fetched.content_type, name=link["url"])
        except Failure as problem:
            failure = problem
            continue
        return store(episode, token, parsed, url=link["url"], language=link["language"])
    rest(episode, token, failure)
    return False


def accept(episode: Episode, body: bytes, *, name: str, content_type: str | None = None, by: User | None = None) -> None:
    """Take a transcript that an editor brings. Raises `Failure` if it cannot be read; the episode stays as it was."""
    parsed = parse(body, content_type=content_type, name=name)
    with transaction.atomic():
        if not move(
            episode, Episode.State.TRANSCRIPT_READY, by=by, why=f"transcript brought: {name}", error_code="",
            error_text="", next_try_at=None, attempts=0, lease_token=None, lease_until=None,
        ):  # fmt: skip
            raise Failure("The episode changed meanwhile. Load the page again and repeat.", code="transcript_bad")
        keep(episode, parsed, origin=Transcript.Origin.UPLOAD, url="", language=None)


def by_preference(links: list[dict[str, Any]]) -> list[dict[str, Any]]:
    def rank(link: dict[str, Any]) -> int:
        told = f"{link['type'] or ''} {link['url']}".lower()
        return next((place for place, word in enumerate(PREFERENCE) if word in told), len(PREFERENCE))

    return sorted(links, key=rank)


def store(episode: Episode, token: Any, parsed: ParsedTranscript, *, url: str, language: str | None) -> bool:
    """The transcript, the episode's state and the digests to be written, in one transaction."""
    with transaction.atomic():
        cleared = {"error_code": "", "error_text": "", "next_try_at": None, "attempts": 0}
        if not finish(episode, token, Episode.State.TRANSCRIPT_READY, **cleared):
            return False
        keep(episode, parsed, origin=Transcript.Origin.FEED, url=url, language=language)
    return True


def keep(episode: Episode, parsed: ParsedTranscript, *, origin: str, url: str, language: str | None) -> Transcript:
    """Store the words, and a pending digest for each language the source wants."""
    packed = Transcript.packed(parsed.segments)
    declared = primary(language) or primary(parsed.language) or primary(episode.source.language)
    transcript, _ = Transcript.objects.get_or_create(
        episode=episode,
        sha=Transcript.sha_of(packed),
        defaults={
            "origin": origin,
            "url": url,
            "format": parsed.format,
            "language": spoken_language(parsed.segments, declared=declared or None),
            "segments": packed,
            "words": sum(len(segment.text.split()) for segment in parsed.segments),
        },
    )
    for digest_language in episode.source.digest_languages or [transcript.language]:
        want_digest(episode, transcript, digest_language)
    return transcript


def want_digest(episode: Episode, transcript: Transcript, language: str) -> None:
    """One digest per episode and language. One that is not yet written, or failed, takes the newer words."""
    digest, made = Digest.objects.get_or_create(episode=episode, language=language, defaults={"transcript": transcript})
    if made:
        log(digest, "", Digest.State.PENDING)
    elif digest.state in (Digest.State.PENDING, Digest.State.FAILED):
        Digest.objects.filter(pk=digest.pk).update(transcript=transcript)
        if digest.state == Digest.State.FAILED:
            move(digest, Digest.State.PENDING, why="a new transcript came", error_code="", error_text="", attempts=0)
    from .tasks import draft_digest

    wake(draft_digest, digest.pk)


def rest(episode: Episode, token: Any, failure: Failure | None) -> None:
    """No words to be had now: say why, and when to look again."""
    if failure and failure.code in PASSING and episode.attempts < TRIES:
        delay = min(FIRST_WAIT * 4 ** (episode.attempts - 1), LONGEST_WAIT)
        state, next_try_at = Episode.State.TRANSCRIPT_PENDING, Now() + delay
    else:
        from django.utils import timezone

        is_hopeful = timezone.now() - episode.first_seen_at < GIVE_UP_AFTER
        state, next_try_at = Episode.State.WAITING_TRANSCRIPT, Now() + RECHECK if is_hopeful else None
    finish(
        episode, token, state,
        why=failure.code if failure else "the feed links to no transcript",
        next_try_at=next_try_at,
        error_code=failure.code if failure else "",
        error_text=failure.message[:500] if failure else "The feed links to no transcript. Bring one, or skip the episode.",
    )  # fmt: skip
