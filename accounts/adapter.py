"""How allauth speaks for us: its mail in our design and in the reader's language, and its corners rounded."""

from __future__ import annotations

import logging
from smtplib import SMTPException
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as allauth_context
from django.contrib import messages
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from . import mail, notices
from .models import User, spoken_language

log = logging.getLogger(__name__)

# The same words, whether an address is being confirmed at sign-up or later.
SAME = {"email_confirmation_signup": "email_confirmation"}


class AccountAdapter(DefaultAccountAdapter):
    # What went wrong, and what to do now.
    error_messages = DefaultAccountAdapter.error_messages | {
        "incorrect_code": _("This code is not right. Look again, or have a new one sent."),
        "email_password_mismatch": _(
            "This address and password do not go together. Try again, choose a new password, or sign in with a code."
        ),
        "incorrect_password": _("This is not your password."),
        "too_many_login_attempts": _(
            "That went wrong too often. Wait a few minutes, or have a new code sent."
        ),
        "rate_limited": _("That was a lot at once. Wait a minute and try again."),
        "account_inactive": _("This account is closed, or is being closed."),
    }

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Whoever owns the address is written to in their language; a stranger in the one on their screen.

        A mail that cannot be sent is said so on the page: the person would wait for it.
        """
        event = template_prefix.rpartition("/")[2]
        if event == "email_confirm":
            return  # they have just typed the code, and see it done
        owner = context.get("user") or User.objects.filter(email__iexact=email).first()
        language = owner.preferences.language if owner else spoken_language()
        facts = {name: value for name, value in context.items() if name not in ("request", "user")}
        if provider := facts.get("provider"):
            facts["provider"] = getattr(provider, "name", provider)
        if notices.is_notice(event):
            with override(language):
                facts["notice"] = notices.sentence(event, facts)
            event = "security_notice"
        try:
            mail.send_to(email, language, SAME.get(event, event), **facts)
        except (SMTPException, OSError) as error:
            log.error("Mail %s could not be sent: %s", event, type(error).__name__)
            messages.error(
                allauth_context.request,
                gettext(
                    "Our mail is stuck just now, and what we wanted to send you did not go out. Try again in a minute."
                ),
            )

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Also to an address that is no longer theirs, in their language."""
        super().send_notification_mail(template_prefix, user, {**(context or {}), "user": user}, email)

    def is_safe_url(self, url: str) -> bool:
        """What is no address at all is not safe either."""
        try:
            return bool(super().is_safe_url(url))
        except ValueError:
            return False
