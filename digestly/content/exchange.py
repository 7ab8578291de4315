"""Digests in and out as files: the JSON of `make_digest` with what stands around it, or Markdown."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from accounts.models import User
from digestly.outline import document
from digestly.outline.errors import OutlineError
from digestly.outline.text import clean_line
from digestly.outline.types import Outline

from . import editorial
from .ingest import free_slug
from .models import Digest, Episode, Revision, Source
from .models.digest import facts_of
from .models.transition import log


class BadImport(OutlineError):
    """The file is no digest: the message says what in it is wrong."""

    code = "bad_import"


def bring_in(data: Mapping[str, Any], *, by: User | None) -> Digest:
    """The digest in `data`, in review. The same one again becomes its next version, or changes nothing.

    Raises `OutlineError` if the outline or what stands around it cannot be read.
    """
    if not isinstance(data, Mapping):
        raise BadImport("A digest is one JSON object.")
    outline = document.load(data)
    language = word(data, "language")
    if not language:
        raise BadImport("language: say which language the digest is in, such as “ko”.")
    with transaction.atomic():
        episode = episode_of(data, outline)
        digest = episode.digests.filter(language=language).first()
        if digest is None:
            return first(episode, language, outline, data, by=by)
        Digest.objects.filter(pk=digest.pk).update(**wishes(data))
        if document.dump(digest.content) != document.dump(outline):
            editorial.save(digest, outline, by=by, version=digest.version, note="imported")
        digest.refresh_from_db()
        return digest


def first(episode: Episode, language: str, outline: Outline, data: Mapping[str, Any], *, by: User | None) -> Digest:
    engine = word(data, "engine") or "import"
    facts = facts_of(outline)
    digest = Digest.objects.create(
        episode=episode, language=language, state=Digest.State.IN_REVIEW, engine=engine[:50], version=1,
        **facts, **wishes(data),
    )  # fmt: skip
    Revision.objects.create(digest=digest, version=1, outline=facts["outline"], by=by, note="imported")
    log(digest, "", Digest.State.IN_REVIEW, by=by, why="imported")
    return digest


def wishes(data: Mapping[str, Any]) -> dict[str, Any]:
    """The edition and the policy that the file asks for."""
    wished: dict[str, Any] = {}
    if word(data, "date"):
        try:
            wished["edition_date"] = date.fromisoformat(word(data, "date"))
        except ValueError as error:
            raise BadImport("date: write it as YYYY-MM-DD.") from error
    if word(data, "policy"):
        if word(data, "policy") not in Digest.PolicyChoice:
            raise BadImport(f"policy: one of {', '.join(Digest.PolicyChoice.values)}.")
        wished["policy"] = word(data, "policy")
    return wished


def episode_of(data: Mapping[str, Any], outline: Outline) -> Episode:
    """The recording the digest is about, found again by its address or title."""
    told, about = part(data, "episode"), part(data, "source")
    title = word(told, "title") or outline.title or "–"
    url = word(told, "url")
    name = word(about, "name") or "Digestly"
    source = Source.objects.filter(title=name).first() or Source.objects.create(
        kind=Source.Kind.UPLOAD, title=name[:300], slug=free_slug(name), link=word(about, "url")[:2000],
        status=Source.Status.ACTIVE, next_fetch_at=None,
    )  # fmt: skip
    identity = "import:" + hashlib.sha256((url or title).encode()).hexdigest()
    known = source.episodes.filter(identity=identity).first()
    known = known or (source.episodes.filter(link=url).first() if url else None)
    return known or source.episodes.create(
        identity=identity, title=title[:500], link=url[:2000], published_at=moment(told.get("published")),
        duration=seconds(told.get("duration")), state=Episode.State.TRANSCRIPT_READY,
    )  # fmt: skip


def taken_out(digest: Digest) -> dict[str, Any]:
    """The whole digest as `bring_in` reads it. For staff: nothing is locked in it."""
    episode = digest.episode
    entry = getattr(digest, "entry", None)
    day = entry.edition.date if entry else digest.edition_date
    return {
        **document.dump(digest.content),
        "language": digest.language,
        "engine": digest.engine,
        "source": {"name": str(episode.source), "url": episode.source.link or None},
        "episode": {
            "title": episode.title,
            "url": episode.url or None,
            "published": episode.published_at.isoformat() if episode.published_at else None,
            "duration": episode.duration,
        },
        "date": day.isoformat() if day else None,
        "policy": digest.policy,
    }


def part(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = data.get(name) or {}
    if not isinstance(value, Mapping):
        raise BadImport(f"{name}: must be an object.")
    return value


def word(data: Mapping[str, Any], name: str) -> str:
    value = data.get(name)
    return clean_line(value) if isinstance(value, str) else ""


def seconds(value: Any) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and math.isfinite(value) and value >= 0 else None


def moment(value: Any) -> datetime | None:
    try:
        found = parse_datetime(value) if isinstance(value, str) else None
    except ValueError:
        return None
    if found and timezone.is_naive(found):
        return timezone.make_aware(found)
    return found

