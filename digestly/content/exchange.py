"""Digests in and out as files: the JSON of `make_digest` with what stands around it, or Markdown."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from digestly.feeds.values import duration, moment
from digestly.fetch import urls
from digestly.fetch.errors import Failure
from digestly.outline import document, markdown
from digestly.outline.errors import OutlineError
from digestly.outline.text import clean_line
from digestly.outline.types import Outline

from . import editorial
from .ingest import source_named
from .models import Digest, Episode, Revision
from .models.digest import facts_of
from .models.transition import log

LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,2}")
LIVE = (Digest.State.APPROVED, Digest.State.PUBLISHED)


class BadImport(OutlineError):
    """The file is no digest: the message says what in it is wrong."""

    code = "bad_import"


def bring_in(data: Any, *, by: User | None) -> Digest:
    """The digest in `data`, in review. The same one again becomes its next version, or changes nothing.

    Raises `OutlineError` if the outline or what stands around it cannot be read, `Unpublishable` if readers
    would get a version with errors, and `Stale` if the digest is not open for changes.
    """
    if not isinstance(data, Mapping):
        raise BadImport("A digest is one JSON object.")
    outline = document.load(data)
    with transaction.atomic():
        return put(outline, data, episode_of(data, outline), by=by)


def bring_in_markdown(text: str, around: Mapping[str, Any], *, by: User | None) -> Digest:
    """The same for the editing form. What Markdown cannot say is carried over from the digest that it changes."""
    outline = markdown.parse(text)
    with transaction.atomic():
        episode = episode_of(around, outline)
        known = episode.digests.filter(language=language_in(around)).first()
        if known and known.outline:
            outline = markdown.parse(text, base=known.content)
        return put(outline, around, episode, by=by)


def put(outline: Outline, data: Mapping[str, Any], episode: Episode, *, by: User | None) -> Digest:
    language, wished = language_in(data), wishes(data)
    digest = episode.digests.filter(language=language).first()
    if digest is None:
        return first(episode, language, outline, word(data, "engine"), wished, by=by)
    if hasattr(digest, "entry"):
        wished.pop("edition_date", None)  # it has its place already
    changes = {name: value for name, value in wished.items() if getattr(digest, name) != value}
    if changes or document.dump(digest.content) != document.dump(outline):
        if by is None and digest.state in LIVE:
            raise BadImport("This digest is published, or about to be. Change it in an editor's name.")
        editorial.save(digest, outline, by=by, version=digest.version, note="imported", **changes)
    return digest


def first(
    episode: Episode, language: str, outline: Outline, engine: str, wished: dict[str, Any], *, by: User | None
) -> Digest:
    facts = facts_of(outline)
    digest = Digest.objects.create(
        episode=episode, language=language, state=Digest.State.IN_REVIEW, engine=(engine or "import")[:50], version=1,
        **facts, **wished,
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
    title = (word(told, "title") or outline.title or "–")[:500]
    url = address(told, "episode")
    source = source_named(word(about, "name") or "Digestly", link=address(about, "source"))
    identity = "import:" + hashlib.sha256((url or title).encode()).hexdigest()
    same = Q(link=url) | Q(media_url=url) if url else Q(title=title, link="", media_url="")
    known = source.episodes.filter(Q(identity=identity) | same).order_by("pk").first()
    return known or source.episodes.create(
        identity=identity, title=title, link=url, published_at=moment(word(told, "published")),
        duration=duration(told.get("duration")), state=Episode.State.TRANSCRIPT_READY,
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


def language_in(data: Mapping[str, Any]) -> str:
    language = word(data, "language")
    if not LANGUAGE.fullmatch(language):
        raise BadImport("language: say which language the digest is in, such as “ko”.")
    return language


def address(data: Mapping[str, Any], place: str) -> str:
    """The `url` of a part. Pages link to it, so nothing but the web will do."""
    url = word(data, "url")
    try:
        if url:
            urls.parse(url)
    except Failure as failure:
        raise BadImport(f"{place}.url: {failure.message}") from failure
    return url
