"""Accounts at the desk."""

from __future__ import annotations

from typing import Any

from allauth.account.admin import EmailAddress
from allauth.mfa.admin import Authenticator
from allauth.socialaccount.admin import SocialAccount, SocialApp, SocialToken
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from digestly.work.wake import wake

from . import closing
from .models import Preferences, User
from .tasks import close_account

# Allauth's own tables show keys and tokens, and its apps come from the settings here: what staff need of them stands
# on the page of the person whom it concerns.
admin.site.unregister([EmailAddress, Authenticator, SocialAccount, SocialApp, SocialToken])


class PreferencesInline(admin.StackedInline):
    model = Preferences
    can_delete = False


class WayIn(admin.StackedInline):
    """How somebody signs in. Only they add to it; staff take away what was lost."""

    extra = 0

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class AddressInline(WayIn):
    model = EmailAddress
    fields = ("email", "primary", "verified")
    verbose_name_plural = _("Addresses")
    can_delete = False


class SecondStepInline(WayIn):
    model = Authenticator
    fields = ("type", "created_at", "last_used_at")
    verbose_name_plural = _("Passkeys and second step")


class ElsewhereInline(WayIn):
    model = SocialAccount
    fields = ("provider", "uid", "last_login")
    verbose_name_plural = _("Connected accounts")


@admin.register(User)
class EmailUserAdmin(UserAdmin):
    """Users by email address. An account is closed, never simply deleted: others may still owe it something."""

    ordering = ("email",)
    list_display = ("email", "name", "is_staff", "is_active", "date_joined")
    list_filter = ("is_staff", "is_active")
    search_fields = ("email", "name")
    inlines = (PreferencesInline, AddressInline, SecondStepInline, ElsewhereInline)
    actions = ("verify_addresses", "close_accounts")
    fieldsets = (
        (None, {"fields": ("email", "password", "name")}),
        (
            _("Permissions"),
            {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")},
        ),
        (_("Important dates"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "usable_password", "password1", "password2")}),)

    def get_inlines(self, request: HttpRequest, obj: User | None) -> Any:
        return self.inlines if obj else ()  # a new user gets preferences by themselves

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False

    @admin.action(description=_("Take their addresses as verified"), permissions=["change"])
    def verify_addresses(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        waiting = EmailAddress.objects.filter(user__in=chosen, verified=False)
        taken = [address for address in waiting if address.set_verified()]
        said = ngettext("%(count)d address is verified.", "%(count)d addresses are verified.", len(taken))
        self.message_user(request, said % {"count": len(taken)}, messages.SUCCESS)

    @admin.action(description=_("Close these accounts, ending what they pay for"), permissions=["change"])
    def close_accounts(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        begun = [user for user in chosen if user != request.user and closing.begin(user)]
        for user in begun:
            wake(close_account, user.pk)
        said = ngettext(
            "%(count)d account is being closed.", "%(count)d accounts are being closed.", len(begun)
        )
        self.message_user(request, said % {"count": len(begun)}, messages.SUCCESS)
