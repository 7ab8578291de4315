"""Notices: what a mail says happened to an account, by the names that allauth gives these events."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

NOTICES = {
    "password_changed": _("Your password was changed."),
    "password_reset": _("Your password was reset."),
    "password_set": _("A password was set for your account."),
    "email_changed": _("Your email address was changed from %(from_email)s to %(to_email)s."),
    "email_deleted": _("The email address %(deleted_email)s was removed from your account."),
    "totp_activated": _("An authenticator app was turned on."),
    "totp_deactivated": _("The authenticator app was turned off."),
    "webauthn_added": _("A passkey or security key was added."),
    "webauthn_removed": _("A passkey or security key was removed."),
    "recovery_codes_generated": _("New recovery codes were made. The old ones no longer work."),
    "account_connected": _("Your %(provider)s account was connected."),
    "account_disconnected": _("Your %(provider)s account was disconnected."),
}


def is_notice(event: str) -> bool:
    return event in NOTICES


def sentence(event: str, facts: dict[str, Any]) -> str:
    """In the language in force."""
    return str(NOTICES[event]) % facts
