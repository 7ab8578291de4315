"""What needs a person, for the first page of the desk. As many queries for ten rows as for ten thousand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from digestly.content.models import Digest, Episode, Source

ROWS = 5  # of each kind


@dataclass(frozen=True)
class Row:
    """One thing to look at: what, where from, why, since when."""

    title: str
    link: str
    origin: str = ""
    why: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class Pile:
    """Things of one kind: how many, the first few, and where the rest is."""

    name: str
    title: Promise
    empty: Promise
    count: int
    link: str
    rows: list[Row]

    @property
    def more(self) -> int:
        return self.count - len(self.rows)


@dataclass(frozen=True)
class Desk:
    """The piles that this editor may see; what waits for review lies on top."""

    review: Pile | None
    piles: list[Pile]

    @property
    def has_nothing_else(self) -> bool:
        return not any(pile.count for pile in self.piles)


def desk(request: HttpRequest) -> Desk:
    may = request.user.has_perm
    digests = digest_piles() if may("content.view_digest") else []
    episodes = episode_piles() if may("content.view_episode") else []
    sources = [source_pile()] if may("content.view_source") else []
    review, failed, approved = digests or (None, None, None)
    piles = [failed, *episodes, *sources, approved]
    return Desk(review, [pile for pile in piles if pile])


def digest_piles() -> tuple[Pile, Pile, Pile]:
    state = Digest.State
    shown = (state.IN_REVIEW, state.FAILED, state.APPROVED)
    counts = counted(Digest.objects.filter(state__in=shown), "state")
    digests = Digest.objects.select_related("episode__source").only(
        "title", "language", "made_at", "error_text", "publish_at", "episode__title",
        "episode__source__title", "episode__source__url", "episode__source__slug",
    )  # fmt: skip

    def pile(code: str, title: Promise, empty: Promise, order: str, at: str) -> Pile:
        rows = [
            Row(
                str(digest),
                reverse("admin:content_digest_change", args=[digest.pk]),
                f"{digest.episode.source} · {digest.language}",
                digest.error_text,
                getattr(digest, at),
            )
            for digest in digests.filter(state=code).order_by(order, "pk")[:ROWS]
        ]
        link = reverse("admin:content_digest_changelist") + f"?state={code}"
        return Pile(code, title, empty, counts.get(code, 0), link, rows)

    return (
        pile(state.IN_REVIEW, _("Awaiting review"), _("Nothing waits for review."), "made_at", "made_at"),
        pile(state.FAILED, _("Could not be written"), _("No digest failed."), "made_at", "made_at"),
        pile(
            state.APPROVED,
            _("Approved and scheduled"),
            _("Nothing is scheduled."),
            "publish_at",
            "publish_at",
        ),
    )


def episode_piles() -> list[Pile]:
    state = Episode.State
    counts = counted(
        Episode.objects.filter(state__in=(state.WAITING_TRANSCRIPT, state.POSSIBLE_DUPLICATE)), "state"
    )
    episodes = Episode.objects.select_related("source").only(
        "title", "error_text", "first_seen_at", "source__title", "source__url", "source__slug"
    )

    def pile(code: str, title: Promise, empty: Promise) -> Pile:
        rows = [
            Row(
                episode.title,
                reverse("admin:content_episode_change", args=[episode.pk]),
                str(episode.source),
                episode.error_text,
                episode.first_seen_at,
            )
            for episode in episodes.filter(state=code).order_by("-first_seen_at", "-pk")[:ROWS]
        ]
        link = reverse("admin:content_episode_changelist") + f"?state__exact={code}"
        return Pile(code, title, empty, counts.get(code, 0), link, rows)

    return [
        pile(state.WAITING_TRANSCRIPT, _("Waiting for a transcript"), _("No episode waits for its words.")),
        pile(state.POSSIBLE_DUPLICATE, _("Possible duplicates"), _("No duplicates in sight.")),
    ]


def source_pile() -> Pile:
    """Those that fail, are gone, or hold a flood of episodes back: each says why in its error."""
    failing = Source.objects.exclude(error_code="").order_by("-failures", "pk")
    rows = [
        Row(
            str(source), reverse("admin:content_source_change", args=[source.pk]), source.get_status_display(),
            source.error_text, source.last_fetched_at,
        )
        for source in failing.only("title", "url", "slug", "status", "error_text", "last_fetched_at")[:ROWS]
    ]  # fmt: skip
    link = reverse("admin:content_source_changelist") + "?error_code__gt="
    return Pile("failing", _("Sources in trouble"), _("All sources answer."), failing.count(), link, rows)


def counted(rows: QuerySet[Any], field: str) -> dict[str, int]:
    """How many rows have each value, in one query."""
    return dict(rows.order_by().values_list(field).annotate(Count("pk")))
