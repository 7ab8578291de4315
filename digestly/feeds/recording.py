"""What a transcript in JSON may tell of its recording besides the words."""

from __future__ import annotations

import json
from dataclasses import dataclass

from digestly.feeds import chapters
from digestly.feeds.types import Chapter
from digestly.fetch.text import decode


@dataclass(frozen=True, slots=True)
class Recording:
    title: str | None = None
    chapters: tuple[Chapter, ...] = ()


def parse(body: bytes) -> Recording:
    """Its title and chapters; nothing of what is no JSON."""
    try:
        told = json.loads(decode(body))
    except (ValueError, RecursionError):
        return Recording()
    if not isinstance(told, dict):
        return Recording()
    title, listed = told.get("title"), told.get("chapters")
    return Recording(
        title if isinstance(title, str) else None,
        chapters.of_list(listed) if isinstance(listed, list) else (),
    )
