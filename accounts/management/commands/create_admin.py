"""The first admin of an installation."""

from __future__ import annotations

import getpass
import sys
from argparse import ArgumentParser
from contextlib import suppress
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

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
        is_known = User.objects.filter(email__iexact=email).exists()
        if not is_known:
            password = asked_password(User(email=email))
            # Somebody may have made the account at this moment: then that is the one.
            with suppress(IntegrityError), transaction.atomic():
                User.objects.create_user(email, password)
        appoint(email)
        self.stdout.write(f"{email} is an admin{' again' if is_known else ''}. Sign in at /account/login/")


def asked_password(user: User) -> str:
    typed = getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")
    try:
        validate_password(typed, user)
    except ValidationError as error:
        raise CommandError(" ".join(error.messages)) from error
    return typed


def appoint(email: str) -> None:
    """Give the account every right, and a verified address to sign in with."""
    with transaction.atomic():
        user = User.objects.select_for_update().get(email__iexact=email)
        user.is_staff = user.is_superuser = user.is_active = True
        user.save(update_fields=["is_staff", "is_superuser", "is_active"])
        addresses = EmailAddress.objects.filter(user=user)
        if not addresses.filter(email__iexact=email).update(verified=True):
            is_first = not addresses.filter(primary=True).exists()
            EmailAddress.objects.create(user=user, email=email, verified=True, primary=is_first)
