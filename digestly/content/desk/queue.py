"""The queue: what waits for a worker, what is being worked on, and what failed and why, with a way to try again.

As many queries for ten rows as for ten thousand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Min, Model, Q, QuerySet
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from digestly.content import editorial, providers
from digestly.content.models import Digest, Episode, HostState, ProviderState, Source

from . import polling, queueing
from .attention import counted
from .digests import key_in
from .kept import editor, say_done

ROWS = 15  # of each kind; the lists hold the rest


@dataclass(frozen=True)
class Job:
    """One row in line. `kind` and `pk` are what a press on "try again" sends."""

    kind: str
    pk: int
    title: str
    link: str
    origin: str = ""
    why: str = ""
    at: datetime | None = None
    tries: int = 0
    name: str = ""  # for what has no number

    @property
    def key(self) -> str:
        return self.name or str(self.pk)


@dataclass(frozen=True)
class Line:
    """Jobs of one kind in one condition: how many, the first of them, and where the rest is."""

    title: Promise
    count: int
    jobs: list[Job]
    link: str = ""
    can_retry: bool = False

    @property
    def more(self) -> int:
        return max(0, self.count - len(self.jobs))


@dataclass(frozen=True)
class Condition:
    """Waiting, running, failed or resting."""

    name: str
    title: Promise
    empty: Promise
    lines: list[Line]

    @property
    def count(self) -> int:
        return sum(line.count for line in self.lines)


def page(request: HttpRequest) -> HttpResponse:
    if not all(request.user.has_perm(f"content.view_{kind}") for kind in ("source", "episode", "digest")):
        raise PermissionDenied
    if request.method == "POST":
        retry(request)
        return redirect("queue")
    may = {kind for kind in RETRIES if request.user.has_perm(f"content.change_{kind}")}
    context = {
        **admin.site.each_context(request),
        "title": _("Queue"),
        "conditions": conditions(may),
        "lag": Source.objects.due().aggregate(since=Min("next_fetch_at"))["since"],
    }
    return render(request, "admin/queue.html", context)


def conditions(may: set[str]) -> list[Condition]:
    """All four, with a way to try again where this editor `may`."""
    digests, episodes = counted(Digest.objects.all(), "state"), counted(Episode.objects.all(), "state")
    sources = Source.objects.aggregate(
        due=Count("pk", filter=Q(pk__in=Source.objects.due().values("pk"))),
        running=Count("pk", filter=Q(lease_until__gte=Now())),
        failing=Count("pk", filter=~Q(error_code="")),
    )
    of_source, of_episode, of_digest = Source.Status, Episode.State, Digest.State

    def source_line(title: Promise, count: int, rows: QuerySet[Source], **more: Any) -> Line:
        return Line(title, count, [source_job(row) for row in some(rows, SOURCE_FIELDS)], **more)

    def episode_line(title: Promise, state: str, **more: Any) -> Line:
        rows = some(
            Episode.objects.select_related("source").filter(state=state).order_by("pk"), EPISODE_FIELDS
        )
        link = reverse("admin:content_episode_changelist") + f"?state__exact={state}"
        return Line(title, episodes.get(state, 0), [episode_job(row) for row in rows], link, **more)

    def digest_line(title: Promise, state: str, **more: Any) -> Line:
        rows = Digest.objects.select_related("episode__source").filter(state=state).order_by("pk")
        link = reverse("admin:content_digest_changelist") + f"?state={state}"
        jobs = [digest_job(row) for row in some(rows, DIGEST_FIELDS)]
        return Line(title, digests.get(state, 0), jobs, link, **more)

    due = Source.objects.due().order_by("next_fetch_at")
    running = Source.objects.filter(lease_until__gte=Now()).order_by("lease_until")
    failing = (
        Source.objects.exclude(error_code="").exclude(status=of_source.WITHDRAWN).order_by("-failures", "pk")
    )
    troubled = reverse("admin:content_source_changelist") + "?health=trouble"
    return [
        Condition("failed", _("Failed"), _("Nothing failed."), [
            digest_line(_("Digests that could not be written"), of_digest.FAILED, can_retry="digest" in may),
            episode_line(_("Episodes without words"), of_episode.WAITING_TRANSCRIPT, can_retry="episode" in may),
            source_line(_("Sources in trouble"), sources["failing"], failing, link=troubled, can_retry="source" in may),
        ]),
        Condition("running", _("Running"), _("No worker is at anything."), [
            source_line(_("Sources being fetched"), sources["running"], running),
            episode_line(_("Transcripts being fetched"), of_episode.TRANSCRIPT_RUNNING),
            digest_line(_("Digests being written"), of_digest.RUNNING),
        ]),
        Condition("waiting", _("Waiting"), _("Nothing waits for a worker."), [
            source_line(_("Sources that are due"), sources["due"], due),
            episode_line(_("Episodes in line for their words"), of_episode.TRANSCRIPT_PENDING),
            digest_line(_("Digests in line to be written"), of_digest.PENDING),
        ]),
        Condition("resting", _("Left alone for now"), _("No host wants a rest."), [
            providers_line(can_retry="source" in may), hosts_line(),
        ]),
    ]  # fmt: skip


def some(rows: QuerySet[Any], fields: tuple[str, ...]) -> Iterable[Any]:
    return rows.only(*fields)[:ROWS]


SOURCE_FIELDS = ("title", "url", "slug", "status", "error_text", "next_fetch_at", "lease_until", "failures")
EPISODE_FIELDS = (
    "title", "error_text", "next_try_at", "lease_until", "attempts", "first_seen_at",
    "source__title", "source__url", "source__slug",
)  # fmt: skip
DIGEST_FIELDS = (
    "title", "language", "error_text", "lease_until", "attempts", "made_at", "episode__title",
    "episode__source__title", "episode__source__url", "episode__source__slug",
)  # fmt: skip


def source_job(source: Source) -> Job:
    at = source.lease_until or source.next_fetch_at
    return Job("source", source.pk, str(source), link_to(source), "", source.error_text, at, source.failures)


def episode_job(episode: Episode) -> Job:
    at = episode.lease_until or episode.next_try_at or episode.first_seen_at
    return Job(
        "episode", episode.pk, episode.title, link_to(episode), str(episode.source), episode.error_text, at,
        episode.attempts,
    )  # fmt: skip


def digest_job(digest: Digest) -> Job:
    origin = f"{digest.episode.source} · {digest.language}"
    at = digest.lease_until or digest.made_at
    return Job(
        "digest", digest.pk, str(digest), link_to(digest), origin, digest.error_text, at, digest.attempts
    )


def providers_line(*, can_retry: bool) -> Line:
    paused = ProviderState.objects.filter(paused_until__gt=Now()).order_by("name")
    jobs = [
        Job(
            "provider",
            0,
            one.name,
            "",
            why=one.error_text,
            at=one.paused_until,
            tries=one.blocks,
            name=one.name,
        )
        for one in paused
    ]
    return Line(
        _("Providers of words that are blocked, and until when"), len(jobs), jobs, can_retry=can_retry
    )


def hosts_line() -> Line:
    resting = HostState.objects.filter(blocked_until__gt=Now()).order_by("-blocked_until")
    jobs = [Job("host", 0, host.host, "", at=host.blocked_until) for host in resting[: ROWS + 1]]
    return Line(_("Hosts that want a rest, and until when"), len(jobs), jobs[:ROWS])


def link_to(row: Model) -> str:
    return reverse(f"admin:content_{row._meta.model_name}_change", args=[row.pk])


# Trying again -------------------------------------------------------------------------------------------------


def retry(request: HttpRequest) -> None:
    """One row (`pk`), or all that the page showed of one line (`shown`)."""
    kind = request.POST.get("kind", "")
    if kind == "provider" and request.user.has_perm("content.change_source"):
        done = [providers.resume(name[:20]) for name in request.POST.getlist("pk")]
        return say_done(request, done, otherwise=_("It is not paused: nothing was done."))
    if kind not in RETRIES or not request.user.has_perm(f"content.change_{kind}"):
        raise PermissionDenied
    rows, again = RETRIES[kind]
    asked = request.POST.getlist("pk") or request.POST.getlist("shown")
    keys = [key for key in map(key_in, asked[:ROWS]) if key]
    done = [again(row, editor(request)) for row in rows().filter(pk__in=keys)]
    say_done(request, done, otherwise=_("It is not there any more, or in line already: nothing was done."))


def write_again(digest: Digest, by: User) -> bool:
    try:
        editorial.write_again(digest, by=by)
    except editorial.Stale:
        return False
    return True


RETRIES: dict[str, tuple[Callable[[], QuerySet[Any]], Callable[[Any, User], bool]]] = {
    "source": (Source.objects.all, lambda source, by: polling.fetch_now(source)),
    "episode": (Episode.objects.all, lambda episode, by: queueing.process(episode, by=by)),
    "digest": (lambda: Digest.objects.select_related("episode").defer("outline"), write_again),
}
