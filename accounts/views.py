"""The account's own pages: preferences, security, export, closing. Everything else at /account/ is allauth's."""

from __future__ import annotations

import logging
from typing import cast

from allauth.account.decorators import reauthentication_required
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import get_adapter as get_social_adapter
from allauth.socialaccount.models import SocialAccount
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from digestly.work.wake import wake

from . import closing
from .exporting import Incomplete, everything_about
from .forms import CloseForm, PreferencesForm
from .models import User
from .tasks import close_account

log = logging.getLogger(__name__)

require_form = require_http_methods(["GET", "HEAD", "POST"])


@never_cache
@login_required
@require_form
def preferences(request: HttpRequest) -> HttpResponse:
    kept = who(request).preferences
    form = PreferencesForm(request.POST or None, instance=kept)
    if form.is_valid():
        form.save()
        with override(kept.language):  # the next page speaks it already
            messages.success(request, _("Your preferences are saved."))
        return redirect("account_preferences")
    return render(request, "accounts/preferences.html", {"form": form})


@never_cache
@login_required
@require_safe
def security(request: HttpRequest) -> HttpResponse:
    user = who(request)
    factors = list(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    context = {
        "pending": EmailAddress.objects.filter(user=user, verified=False).first(),
        "has_password": user.has_usable_password(),
        "has_totp": Authenticator.Type.TOTP in factors,
        "keys": factors.count(Authenticator.Type.WEBAUTHN),
        "has_recovery_codes": Authenticator.Type.RECOVERY_CODES in factors,
        "providers": get_social_adapter().list_providers(request),
        "connections": SocialAccount.objects.filter(user=user).count(),
    }
    return render(request, "accounts/security.html", context)


@never_cache
@login_required
@require_form
@reauthentication_required(allow_get=True)
def export(request: HttpRequest) -> HttpResponse:
    """GET tells what is in it, POST downloads it."""
    if request.method != "POST":
        return render(request, "accounts/export.html")
    try:
        everything = everything_about(who(request))
    except Incomplete as error:
        log.error("No export of account %s: %s did not answer", who(request).pk, error, exc_info=True)
        return render(request, "accounts/export.html", {"failed": True}, status=503)
    response = JsonResponse(everything, json_dumps_params={"indent": 2, "ensure_ascii": False})
    response["Content-Disposition"] = f'attachment; filename="account-{timezone.localdate():%Y-%m-%d}.json"'
    return response


@never_cache
@login_required
@require_form
@reauthentication_required(allow_get=True)
def close(request: HttpRequest) -> HttpResponse:
    form = CloseForm(request.POST or None, user=who(request))
    if not form.is_valid():
        return render(request, "accounts/close.html", {"form": form})
    pk = who(request).pk
    closing.begin(who(request))
    logout(request)
    wake(close_account, pk)
    return redirect("account_closed")


@never_cache
@require_safe
def closed(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/closed.html")


def who(request: HttpRequest) -> User:
    return cast(User, request.user)
