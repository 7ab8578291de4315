"""Export: everything about a person, from every room, as plain data."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.utils import timezone

from .models import User
from .signals import exporting


class Incomplete(Exception):
    """A room could not answer. Half an export would pass for all of it."""


def everything_about(user: User) -> dict[str, Any]:
    gathered: dict[str, Any] = {"exported_at": timezone.now(), **own_facts(user)}
    for receiver, answer in exporting.send_robust(sender=User, user=user):
        if not isinstance(answer, dict):
            raise Incomplete(getattr(receiver, "__module__", "?")) from (
                answer if isinstance(answer, Exception) else None
            )
        gathered |= answer
    return gathered


def own_facts(user: User) -> dict[str, Any]:
    """What accounts hold. Passwords, keys and secrets are no facts about a person, and stay."""
    return {
        "account": {
            "email": user.email,
            "name": user.name,
            "joined": user.date_joined,
            "last_sign_in": user.last_login,
            "is_editor": user.is_staff,
        },
        "preferences": {"language": user.preferences.language, "newsletter": user.preferences.newsletter},
        "email_addresses": list(
            EmailAddress.objects.filter(user=user).values("email", "verified", "primary").order_by("pk")
        ),
        "second_factors": list(
            Authenticator.objects.filter(user=user)
            .values("type", "created_at", "last_used_at")
            .order_by("pk")
        ),
        "connected_accounts": list(
            SocialAccount.objects.filter(user=user)
            .values("provider", "uid", "date_joined", "last_login", "extra_data")
            .order_by("pk")
        ),
    }
