"""Mail: renders `emails/<name>/{subject.txt,body.txt,body.html}` in the reader's language, and sends it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template import Context, Engine
from django.template.loader import render_to_string
from django.utils.translation import override

from .models import User

# So that nobody's holiday notice answers a code.
HEADERS = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}


def send(name: str, user: User, **context: Any) -> None:
    """Mail a user in the language they prefer."""
    send_to(user.email, user.preferences.language, name, **context)


def send_to(address: str, language: str, name: str, **context: Any) -> None:
    """Mail an address that may belong to nobody yet, or no longer."""
    letter = {"site_name": settings.SITE_NAME, "base_url": settings.BASE_URL, "address": address, **context}
    with override(language):
        letter["language"] = language
        message = EmailMultiAlternatives(
            subject=" ".join(plain(f"emails/{name}/subject.txt", letter).split()),
            body=plain(f"emails/{name}/body.txt", letter).strip() + "\n",
            to=[address],
            headers={**HEADERS, "Content-Language": language},
        )
        message.attach_alternative(render_to_string(f"emails/{name}/body.html", letter), "text/html")
    message.send()


def plain(template: str, letter: dict[str, Any]) -> str:
    """Rendered without escaping: what is read as text is no HTML."""
    return Engine.get_default().get_template(template).render(Context(letter, autoescape=False))
