"""The first admin of an installation."""

from __future__ import annotations

import getpass
import sys
from argparse import ArgumentParser
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction

from accounts.models import User


class Command(BaseCommand):
    help = (
        "Make EMAIL an admin, with a verified address. The password is asked for, or read from the first line "
        "of standard input; an existing account keeps its password."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        email = email.strip().lower()
        try:
            validate_email(email)
        except ValidationError as error:
            raise CommandError(f"{email} is not an email address.") from error
        existing = User.objects.filter(email__iexact=email).first()
        user = existing or User(email=email)
        if not existing:
            user.set_password(self._password(user))
        user.is_staff = user.is_superuser = user.is_active = True
        with transaction.atomic():
            user.save()
            EmailAddress.objects.update_or_create(
                user=user, email=email, defaults={"verified": True, "primary": True}
            )
        self.stdout.write(f"{email} is an admin{' again' if existing else ''}. Sign in at /account/login/")

    def _password(self, user: User) -> str:
        typed = getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")
        try:
            validate_password(typed, user)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        return typed
