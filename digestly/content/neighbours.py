"""What stands around a digest: the one before and the one after it, and its other languages.

The last of an edition leads on to the first of the edition before it, so that reading never ends at a wall of the day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, Subquery

from .models import Digest, EditionEntry


@dataclass(frozen=True)
class Neighbour:
    """As much of a digest as a link to it says; all of that is open to everyone."""

    language: str
    path: str
    title: str
    source: str
    minutes: int
    date: date


@dataclass(frozen=True)
class Neighbours:
    earlier: Neighbour | None  # in the same edition
    later: Neighbour | None  # in the same edition, else the first of the edition before
    siblings: tuple[Neighbour, ...]


def neighbours(digest: Digest) -> Neighbours:
    """Of a digest that was loaded with `for_reading()`. One query."""
    entry = digest.entry
    published = EditionEntry.objects.filter(digest__state=Digest.State.PUBLISHED)
    beside = published.filter(edition=entry.edition_id)
    before = beside.filter(position__lt=entry.position).order_by("-position").values("pk")[:1]
    after = beside.filter(position__gt=entry.position).order_by("position").values("pk")[:1]
    day_before = (
        published.filter(edition__language=entry.edition.language, edition__date__lt=entry.edition.date)
        .order_by("-edition__date", "position")
        .values("pk")[:1]
    )
    wanted = Q(pk=Subquery(before)) | Q(pk=Subquery(after)) | Q(pk=Subquery(day_before))
    found = (
        published.filter(wanted | Q(digest__episode=digest.episode_id))
        .exclude(pk=entry.pk)
        .select_related("edition", "digest__episode__source")
        .only(
            *("slug", "position", "edition", "digest__title", "digest__language", "digest__minutes"),
            *(f"digest__episode__source__{name}" for name in ("title", "url", "slug")),
        )
        .order_by("digest__language", "pk")
    )
    earlier = later = onward = None
    siblings = []
    for other in found:
        if other.digest.episode_id == digest.episode_id:
            siblings.append(link_to(other))
        elif other.edition_id != entry.edition_id:
            onward = link_to(other)
        elif other.position < entry.position:
            earlier = link_to(other)
        else:
            later = link_to(other)
    return Neighbours(earlier, later or onward, tuple(siblings))


def link_to(entry: EditionEntry) -> Neighbour:
    digest = entry.digest
    return Neighbour(
        digest.language,
        entry.get_absolute_url(),
        digest.title,
        str(digest.episode.source),
        digest.minutes,
        entry.edition.date,
    )
