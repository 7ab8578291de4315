"""A reading in its other forms: Markdown and JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from digestly.outline import document, markdown

from .access import Reading


def as_markdown(reading: Reading) -> str:
    """The Markdown form. Corrections stand under a heading of their own, after the digest that they are about."""
    lines = [f"- {one.on.isoformat()}: {one.text}\n" for one in reading.corrections]
    return markdown.write(reading.preview.outline) + ("\n## Corrections\n" + "".join(lines) if lines else "")


def as_json(reading: Reading) -> dict[str, Any]:
    """The `make_digest` shape after the gate, with what a page says around it."""
    cut = reading.preview
    body: dict[str, Any] = {
        **document.dump(cut.outline),
        "language": reading.language,
        "engine": reading.engine,
        "locked": {"sections": cut.sections, "bullets": cut.bullets},
        "url": settings.BASE_URL + reading.path,
        "date": reading.date.isoformat(),
        "source": {"name": reading.source, "url": reading.source_link or None},
        "episode": {
            "title": reading.episode,
            "url": reading.episode_url or None,
            "duration": reading.duration,
        },
        "corrections": [{"date": one.on.isoformat(), "text": one.text} for one in reading.corrections],
    }
    for section in body["sections"]:
        mark_locked(section, cut.locked)
    return body


def mark_locked(section: dict[str, Any], locked: Mapping[str, int]) -> None:
    """A locked section says how much is behind it, and has no bullets at all."""
    if section["id"] in locked:
        del section["bullets"]
        section |= {"locked": True, "bullet_count": locked[section["id"]]}
    for child in section["sections"]:
        mark_locked(child, locked)
