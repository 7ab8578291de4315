"""Arrivals: a source that was added by a page of YouTube's is led to the feed behind it, once.

The page is asked by a worker, under the source's lease and its host's turn, like any feed. If the feed is known
already, the newcomer joins that source and is no more; a video's address brings in that one episode.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from accounts.models import User
from digestly.feeds.youtube import Found, Video
from digestly.work import lease
from digestly.work.wake import wake

from .addresses import AS_NEW, one_spelling, spelled
from .ingest import add_source, free_slug, note
from .models import Episode, FetchAttempt, Source, Transition
from .models.transition import log, move

WAITED = (
    Episode.State.BACKLOG, Episode.State.DISCOVERED, Episode.State.SKIPPED, Episode.State.POSSIBLE_DUPLICATE,
)  # fmt: skip
FOUND = "Its feed was found."
JOINED = "joined"  # what became of a source that turned out to be another one; its reason names that one


def arrive(source: Source, token: UUID, found: Found, asked_at: Any) -> FetchAttempt | None:
    """Lead a claimed source to the feed that was found; None if the lease was lost."""
    with transaction.atomic():
        if not lease.finish(Source.objects.filter(pk=source.pk), token):
            return None
        source.refresh_from_db()
        home = other_at(found.feed, besides=source)
        if home:
            join(source, home)
        else:
            home = lead(source, found)
        if found.video:
            bring(home, found.video)
        elif home.status in Source.POLLED:
            call_worker(home)
        return note(home, "found", None, asked_at, message=FOUND)


def settle(found: Found, *, by: User | None) -> tuple[Source, Episode | None]:
    """The same for a command, which asked the page itself: the source, and the video's episode if it was one's."""
    with transaction.atomic():
        source, is_new = add_source(found.feed, by=by)
        if is_new:
            source = lead(source, found)
        return source, bring(source, found.video) if found.video else None


def other_at(feed: str, *, besides: Source) -> Source | None:
    return (
        Source.objects.select_for_update().filter(url_norm=one_spelling(feed)).exclude(pk=besides.pk).first()
    )


def join(source: Source, home: Source) -> None:
    """The newcomer never had anything of its own: it leaves no row, only a line that says where it went."""
    log(source, source.status, JOINED, why=str(home.pk))
    Source.objects.filter(pk=source.pk).delete()


def joined(pk: int) -> int | None:
    """The source that another one turned out to be."""
    step = Transition.objects.filter(kind="source", row=pk, became=JOINED).first()
    return int(step.why) if step and step.why.isdecimal() else None


def lead(source: Source, found: Found) -> Source:
    """From now on only the feed is asked. Whoever pasted a video wants that one: its channel is not followed."""
    facts: dict[str, Any] = {
        **spelled(found.feed), **AS_NEW, "kind": Source.Kind.YOUTUBE, "next_fetch_at": Now(),
    }  # fmt: skip
    if video := found.video:
        facts |= {"status": Source.Status.PAUSED, "newest": 0}
        if video.channel and not source.title:
            facts |= {"title": video.channel[:300], "slug": free_slug(video.channel, besides=source)}
        log(source, source.status, Source.Status.PAUSED, why="brought in for one video")
    Source.objects.filter(pk=source.pk).update(**facts)
    source.refresh_from_db()
    return source


def bring(source: Source, video: Video) -> Episode | None:
    """The video's episode, in line for its words; None where nothing of the source is wanted any more."""
    from .tasks import transcribe_episode

    if source.status == Source.Status.WITHDRAWN:
        return None
    facts = {
        "title": (video.title or video.id)[:500],
        "link": video.link,
        "published_at": video.published,
        "duration": video.duration,
        "state": Episode.State.TRANSCRIPT_PENDING,
    }
    # Without a guid: the feed may never list it, and so it cannot go missing there.
    episode, is_new = Episode.objects.get_or_create(source=source, identity=video.guid, defaults=facts)
    if is_new:
        log(episode, "", episode.state)
    elif episode.state not in WAITED or not move(
        episode, Episode.State.TRANSCRIPT_PENDING, error_code="", error_text=""
    ):
        return episode
    wake(transcribe_episode, episode.pk)
    return episode


def call_worker(source: Source) -> None:
    from .tasks import refresh_source

    wake(refresh_source, source.pk)
