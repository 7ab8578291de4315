"""Accounts at the desk."""

from __future__ import annotations

from typing import Any

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


class PreferencesInline(admin.StackedInline):
    model = Preferences
    can_delete = False


@admin.register(User)
class EmailUserAdmin(UserAdmin):
    """Users by email address. An account is closed, never simply deleted: others may still owe it something."""

    ordering = ("email",)
    list_display = ("email", "name", "is_staff", "is_active", "date_joined")
    list_filter = ("is_staff", "is_active")
    search_fields = ("email", "name")
    inlines = (PreferencesInline,)
    actions = ("close_accounts",)
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

    @admin.action(description=_("Close these accounts, ending what they pay for"), permissions=["change"])
    def close_accounts(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        begun = [user for user in chosen if user != request.user and closing.begin(user)]
        for user in begun:
            wake(close_account, user.pk)
        said = ngettext(
            "%(count)d account is being closed.", "%(count)d accounts are being closed.", len(begun)
        )
        self.message_user(request, said % {"count": len(begun)}, messages.SUCCESS)
