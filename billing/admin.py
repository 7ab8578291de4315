"""Billing at the desk: who has Plus for free, and what it costs others."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .models import AccessGrant, PlanPrice


@admin.register(AccessGrant)
class AccessGrantAdmin(admin.ModelAdmin):
    """Staff give Plus for a while, and take it back. Grants are never deleted: they are the record."""

    list_display = ("user", "kind", "starts_at", "ends_at", "revoked_at", "granted_by")
    list_filter = ("kind",)
    list_select_related = ("user", "granted_by")
    search_fields = ("user__email", "reason")
    autocomplete_fields = ("user",)
    readonly_fields = ("granted_by", "revoked_at")
    actions = ("revoke",)

    def save_model(self, request: HttpRequest, obj: AccessGrant, form: Any, change: bool) -> None:
        obj.granted_by = obj.granted_by or request.user  # type: ignore[assignment]
        super().save_model(request, obj, form, change)

    def has_delete_permission(self, request: HttpRequest, obj: AccessGrant | None = None) -> bool:
        return False

    @admin.action(description=_("Revoke now"), permissions=["change"])
    def revoke(self, request: HttpRequest, grants: QuerySet[AccessGrant]) -> None:
        revoked = grants.filter(revoked_at=None).update(revoked_at=timezone.now())
        self.message_user(request, _("Revoked: %(count)s") % {"count": revoked})


@admin.register(PlanPrice)
class PlanPriceAdmin(admin.ModelAdmin):
    list_display = ("lookup_key", "amount", "currency", "interval", "purchasable")
    readonly_fields = ("stripe_price_id", "livemode")

    def has_delete_permission(self, request: HttpRequest, obj: PlanPrice | None = None) -> bool:
        return False
