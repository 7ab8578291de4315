"""JSON-LD for search engines, built from the same Reading as the page.

`isAccessibleForFree` tells them that a wall is a wall and not cloaking:
developers.google.com/search/docs/appearance/structured-data/paywalled-content
"""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from .access import Reading

# What would end the script element, or the string in old parsers, written so that JSON still reads the same.
_ESCAPES = {
    ord("<"): "\\u003C",
    ord(">"): "\\u003E",
    ord("&"): "\\u0026",
    0x2028: "\\u2028",
    0x2029: "\\u2029",
}


def structured_data(reading: Reading) -> SafeString:
    """The content of the page's `application/ld+json` script."""
    told: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Article",
        "headline": reading.title[:110],
        "description": reading.summary,
        "inLanguage": reading.language,
        "url": settings.BASE_URL + reading.path,
        "isAccessibleForFree": reading.wall is None and not reading.opened_by_plus,
        "publisher": {"@type": "Organization", "name": settings.SITE_NAME, "url": settings.BASE_URL},
        "isBasedOn": {"@type": "PodcastEpisode", "name": reading.episode, "url": reading.episode_url},
    }
    if reading.published_at:
        told["datePublished"] = reading.published_at.isoformat()
    if reading.reviewer:
        told["editor"] = {"@type": "Person", "name": reading.reviewer}
    return mark_safe(json.dumps(told, ensure_ascii=False).translate(_ESCAPES))  # noqa: S308
