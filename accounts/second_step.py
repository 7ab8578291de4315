"""The second step of signing in: its secrets are encrypted where they are kept, and its words are ours."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm, SignupWebAuthnForm
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.utils.encoding import force_bytes
from django.utils.translation import gettext_lazy as _

PURPOSE = b"second step"


class SecondStepAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("This code is not right. Type the one that the app shows now."),
    }

    def encrypt(self, text: str) -> str:
        """With the site's key, so that a stolen database alone opens no account."""
        return box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return box().decrypt(encrypted_text.encode()).decode()


def box() -> MultiFernet:
    """Closes with the key of today, opens with those of before as well."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(derived(key))) for key in keys])


def derived(key: str | bytes) -> bytes:
    return hashlib.blake2b(force_bytes(key), digest_size=32, person=PURPOSE).digest()


class Named:
    """A key's name, so that one knows later which of them was lost."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("What to call it")  # type: ignore[attr-defined]


class AddKey(Named, AddWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if field := self.fields.get("passwordless"):
            field.label = _("Let it sign me in by itself, without a password")
            field.help_text = _(
                "A phone or computer can. A small security key may only serve as a second step."
            )
            field.initial = True


class EditKey(Named, EditWebAuthnForm):
    pass


class SignUpKey(Named, SignupWebAuthnForm):
    pass
