"""Who publishes when a command does: a named editor, always."""

from __future__ import annotations

from django.apps import apps
from django.core.management.base import CommandError

from accounts.models import User


def editor_named(email: str | None) -> User:
    """The staff member with this address; while trying out, the sample editor if none is named."""
    if email is None and apps.is_installed("digestly.content.samples"):
        from digestly.content.samples.people import EDITOR

        email = EDITOR
    if email is None:
        raise CommandError("--publish needs --by EMAIL: a digest is published in an editor's name.")
    editor = User.objects.filter(email__iexact=email, is_staff=True, is_active=True).first()
    if editor is None:
        raise CommandError(
            f"No editor has the address {email}. Make one with: manage.py create_admin {email}"
        )
    return editor
