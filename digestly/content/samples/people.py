"""Who can sign in while trying out: one of each kind."""

from __future__ import annotations

from datetime import timedelta

from allauth.account.models import EmailAddress
from django.utils import timezone

from accounts.models import User
from billing.models import AccessGrant, PlanPrice

EDITOR = "editor@digestly.example"
LOGINS = [
    ("free", "free@digestly.example", "read-the-preview"),
    ("plus", "plus@digestly.example", "read-it-all"),
    ("lapsed", "lapsed@digestly.example", "read-it-once"),
    ("editor", EDITOR, "review-it-all"),
]


def welcome() -> None:
    """Make the sample accounts and prices. Safe to repeat."""
    for role, email, password in LOGINS:
        if User.objects.filter(email=email).exists():
            continue
        is_editor = role == "editor"
        user = User.objects.create_user(
            email,
            password,
            name="Sample Editor" if is_editor else "",
            is_staff=is_editor,
            is_superuser=is_editor,
        )
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
        grant(user, role)
    for key, amount, interval in [("plus_monthly", 500, "month"), ("plus_yearly", 5000, "year")]:
        PlanPrice.objects.get_or_create(
            lookup_key=key, defaults={"amount": amount, "currency": "usd", "interval": interval}
        )


def grant(user: User, role: str) -> None:
    now = timezone.now()
    if role == "plus":
        AccessGrant.objects.create(user=user, kind=AccessGrant.Kind.COMP, reason="Sample member")
    if role == "lapsed":
        AccessGrant.objects.create(
            user=user,
            kind=AccessGrant.Kind.GIFT,
            starts_at=now - timedelta(days=40),
            ends_at=now - timedelta(days=10),
            reason="Sample gift that is over",
        )
