"""What stands around a digest: the one before and the one after it in its edition, and its other languages."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, Subquery

from .models import Digest, EditionEntry


@dataclass(frozen=True)
class Neighbour:
    """As much of a digest as a link to it says; all of that is open to everyone."""

    language: str
    path: str
    title: str


@dataclass(frozen=True)
class Neighbours:
    earlier: Neighbour | None
    later: Neighbour | None
    siblings: tuple[Neighbour, ...]


def neighbours(digest: Digest) -> Neighbours:
    """Of a digest that was loaded with `for_reading()`. One query."""
    entry = digest.entry
    published = EditionEntry.objects.filter(digest__state=Digest.State.PUBLISHED)
    beside = published.filter(edition=entry.edition_id)
    before = beside.filter(position__lt=entry.position).order_by("-position").values("pk")[:1]
    after = beside.filter(position__gt=entry.position).order_by("position").values("pk")[:1]
    wanted = Q(pk=Subquery(before)) | Q(pk=Subquery(after)) | Q(digest__episode=digest.episode_id)
    found = (
        published.filter(wanted)
        .exclude(pk=entry.pk)
        .select_related("edition", "digest")
        .only("slug", "position", "edition", "digest__title", "digest__language", "digest__episode")
        .order_by("digest__language", "pk")
    )
    earlier = later = None
    siblings = []
    for other in found:
        link = Neighbour(other.digest.language, other.get_absolute_url(), other.digest.title)
        if other.digest.episode_id == digest.episode_id:
            siblings.append(link)
        elif other.position < entry.position:
            earlier = link
        else:
            later = link
    return Neighbours(earlier, later, tuple(siblings))
