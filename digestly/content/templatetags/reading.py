"""Words and links around a reading."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from django import template
from django.conf import settings
from django.template.context import Context
from django.urls import reverse
from django.utils.translation import get_language, gettext, ngettext, override

from billing import money
from billing.models import PlanPrice

register = template.Library()

LONG = 90  # Latin letters
HANGUL = re.compile(r"[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]")


class LanguageLink(NamedTuple):
    code: str
    name: str
    path: str
    is_current: bool


@register.simple_tag(takes_context=True)
def language_links(context: Context) -> list[LanguageLink]:
    """This page in every interface language, or that language's front page where there is no such page."""
    here, paths = get_language(), dict(context.get("alternates") or [])
    return [
        LanguageLink(code, str(name), paths.get(code) or front_page(code), code == here)
        for code, name in settings.LANGUAGES
    ]


def front_page(language: str) -> str:
    with override(language):
        return reverse("home")


@register.filter
def starting_at(price: PlanPrice) -> str:
    """ "Starting at $5/month." """
    return money.starting_at(price)


@register.filter
def lasting(seconds: float) -> str:
    """How long a recording is: "58 min", "1 hr 12 min"."""
    hours, minutes = divmod(max(1, round(seconds / 60)), 60)
    said = [ngettext("%d hr", "%d hr", hours) % hours] if hours else []
    if minutes:
        said.append(gettext("%d min") % minutes)
    return " ".join(said)


@register.filter
def web_address(address: str) -> str:
    """The address if it is one of the web. It comes from a feed or a form, and those may say "javascript:"."""
    return address if address.lower().startswith(("https://", "http://")) else ""


@register.filter
def language_in(text: Any, page: str) -> str:
    """The language of a headline on a page: a Korean digest may keep its English title, and is read out by it."""
    return page if page != "ko" or HANGUL.search(str(text)) else "en"


@register.filter
def is_long(headline: Any) -> bool:
    """Too long for the largest letters. A Hangul syllable is about as wide as two Latin letters."""
    text = str(headline)
    return len(text) + len(HANGUL.findall(text)) > LONG
