"""Forms: allauth's, with what a password manager and a hurried person need; and our own."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import (
    ConfirmEmailVerificationCodeForm,
    ConfirmLoginCodeForm,
    ConfirmPasswordResetCodeForm,
    LoginForm,
    RequestLoginCodeForm,
    ResetPasswordForm,
    SignupForm,
)
from allauth.account.utils import get_next_redirect_url, perform_login
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from .models import Preferences, User


class SignIn(LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs |= {"autocomplete": "username webauthn", "autocapitalize": "none"}
        self.fields["password"].help_text = ""  # the way to a new one stands below the form
        self.fields["remember"].label = _("Stay signed in on this device")


class SignUp(SignupForm):
    account_already_exists: bool

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].widget.attrs["autocomplete"] = "username"
        if password := self.fields.get("password1"):
            password.help_text = _(
                "At least 8 characters. Or leave it empty: we mail you a code when you sign in."
            )

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """Signing up again with the right password is signing in, so whoever left before the code comes back."""
        if not self.account_already_exists:
            try:
                with transaction.atomic():
                    return super().try_save(request)
            except IntegrityError:  # the same form was sent twice at once, and the other one was quicker
                self.account_already_exists = True
        if user := self._known(request):
            return None, perform_login(request, user, redirect_url=get_next_redirect_url(request))
        return super().try_save(request)

    def _known(self, request: HttpRequest) -> User | None:
        """Whoever has this address and this password. Guesses count, as they do on the sign-in page."""
        email, password = self.cleaned_data.get("email"), self.cleaned_data.get("password1")
        try:
            return get_adapter().authenticate(request, email=email, password=password) if password else None
        except ValidationError:
            return None


class RequestCode(RequestLoginCodeForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].widget.attrs["autocomplete"] = "username"


class RequestReset(ResetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].widget.attrs["autocomplete"] = "username"


class Code:
    """A code is typed on a phone as often as not."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs |= {  # type: ignore[attr-defined]
            "autocapitalize": "characters", "autocorrect": "off", "spellcheck": "false", "autofocus": True,
            "class": "code-input",
        }  # fmt: skip


class ConfirmEmailCode(Code, ConfirmEmailVerificationCodeForm):
    pass


class ConfirmSignInCode(Code, ConfirmLoginCodeForm):
    pass


class ConfirmResetCode(Code, ConfirmPasswordResetCodeForm):
    pass


class PreferencesForm(forms.ModelForm):
    language = forms.ChoiceField(
        label=_("Language"),
        choices=settings.LANGUAGES,
        help_text=_("For your account and for mail. A digest is in the language it was written in."),
    )

    class Meta:
        model = Preferences
        fields = ("language", "newsletter")
        widgets = {"newsletter": forms.RadioSelect}
        labels = {"newsletter": _("New digests by mail")}


class CloseForm(forms.Form):
    """Typing one's own address is slow enough to think twice."""

    email = forms.EmailField(
        label=_("Your email address"), widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        if email.lower() != self.user.email.lower():
            raise ValidationError(_("This is not the address of this account. Nothing was closed."))
        return email
