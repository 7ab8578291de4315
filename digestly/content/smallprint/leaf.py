"""One leaf of the small print: what an editor wrote, or else what is shipped, with the operator's facts filled in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from digestly.content.models import SmallPrint

from . import markup

SHIPPED = Path(__file__).parent / "shipped"


@dataclass(frozen=True)
class Leaf:
    """Ready to be shown."""

    kind: SmallPrint.Kind
    title: str
    html: SafeString
    edited_at: datetime | None  # None is as shipped


def leaf(kind: SmallPrint.Kind, language: str) -> Leaf:
    """One query."""
    edited = SmallPrint.objects.filter(kind=kind, language=language).exclude(text="").first()
    text = filled(edited.text if edited else shipped(kind, language))
    return Leaf(
        kind=kind,
        title=markup.title_of(text) or str(kind.label),
        html=markup.html(text),
        edited_at=edited.edited_at if edited else None,
    )


def shipped(kind: str, language: str) -> str:
    """The text that comes with Digestly; English where a language has none yet."""
    own = SHIPPED / language / f"{kind}.md"
    return (own if own.exists() else SHIPPED / settings.LANGUAGE_CODE / f"{kind}.md").read_text(
        encoding="utf-8"
    )


def filled(text: str) -> str:
    """With {site}, {url}, {operator}, {address} and {email} in their places."""
    for place, fact in facts().items():
        text = text.replace(f"{{{place}}}", fact)
    return text


def facts() -> dict[str, str]:
    """Who runs the site, in words that also read when the operator has not said so yet."""
    unknown = gettext("(not stated yet)")
    return {
        "site": settings.SITE_NAME,
        "url": settings.BASE_URL,
        "operator": settings.OPERATOR_NAME
        or gettext("the operator of %(site)s") % {"site": settings.SITE_NAME},
        "address": settings.OPERATOR_ADDRESS or unknown,
        "email": settings.OPERATOR_EMAIL or unknown,
    }


def unsaid() -> list[str]:
    """The settings that the operator has still to fill in."""
    named = ("OPERATOR_NAME", "OPERATOR_ADDRESS", "OPERATOR_EMAIL")
    return [name for name in named if not getattr(settings, name)]
