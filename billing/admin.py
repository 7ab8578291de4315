"""Billing at the desk: who has Plus for free, and what it costs others."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from . import gateway
from .models import (
    AccessGrant,
    BillingCustomer,
    BillingIncident,
    BillingNotice,
    CheckoutAttempt,
    JournalEntry,
    PlanPrice,
    Reconciliation,
    Refund,
    StripeEvent,
    Subscription,
)
from .staff import deeds
from .staff.desk import staff_of
from .staff.drift import drift_page
from .staff.people import people_page, person_page
from .staff.repayments import repay_page


class RecordAdmin(admin.ModelAdmin):
    """Rows that follow Stripe, or are the record of something. They are read here; no form writes them."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        written = set(self.written)
        return [
            field.name for field in self.model._meta.fields if field.editable and field.name not in written
        ]

    written: tuple[str, ...] = ()


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
        chosen = grants.select_related("user")
        revoked = sum(deeds.revoke(one, by=staff_of(request), why="") for one in chosen)
        self.message_user(request, _("Revoked: %(count)s") % {"count": revoked})


@admin.register(PlanPrice)
class PlanPriceAdmin(RecordAdmin):
    list_display = ("lookup_key", "amount", "currency", "interval", "purchasable", "livemode")
    written = ("purchasable",)


class SubscriptionInline(admin.TabularInline):
    model = Subscription
    fields = ("stripe_subscription_id", "status", "current_period_end", "cancel_at", "ended_at", "fetched_at")
    readonly_fields = fields
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(BillingCustomer)
class BillingCustomerAdmin(RecordAdmin):
    list_display = (
        "user", "stripe_customer_id", "last_synced_at", "needs_sync", "last_error", "livemode", "everything",
    )  # fmt: skip
    list_filter = ("needs_sync", "livemode")
    list_select_related = ("user",)
    search_fields = ("user__email", "stripe_customer_id")
    inlines = (SubscriptionInline,)
    actions = ("sync_now",)

    def get_urls(self) -> list[Any]:
        return [
            path("people/", people_page, name="billing_people"),
            path("people/<int:pk>/", person_page, name="billing_person"),
            path("people/<int:pk>/refund/", repay_page, name="billing_repay"),
            path("drift/", drift_page, name="billing_drift"),
            path("drift/<int:pk>/", drift_page, name="billing_drift_of"),
            *super().get_urls(),
        ]

    @admin.display(description=_("everything"))
    def everything(self, customer: BillingCustomer) -> str:
        if not customer.user_id:
            return ""
        return format_html(
            '<a href="{}">{}</a>', reverse("admin:billing_person", args=[customer.user_id]), _("Open")
        )

    @admin.action(description=_("Compare with Stripe now"), permissions=["change"])
    def sync_now(self, request: HttpRequest, customers: QuerySet[BillingCustomer]) -> None:
        for customer in customers.select_related("user"):
            try:
                changes = deeds.sync_now(customer, by=staff_of(request))
            except gateway.StripeFailure as error:
                self.message_user(request, f"{customer}: {error}", messages.ERROR)
            else:
                told = "; ".join(changes) or str(_("nothing changed"))
                self.message_user(request, f"{customer}: {told}")


@admin.register(Subscription)
class SubscriptionAdmin(RecordAdmin):
    list_display = (
        "stripe_subscription_id",
        "customer",
        "status",
        "current_period_end",
        "cancel_at",
        "fetched_at",
    )
    list_filter = ("status", "is_plus", "livemode")
    list_select_related = ("customer__user",)
    search_fields = ("stripe_subscription_id", "customer__user__email")


@admin.register(CheckoutAttempt)
class CheckoutAttemptAdmin(RecordAdmin):
    list_display = ("uuid", "user", "price", "state", "created_at", "expires_at")
    list_filter = ("state", "livemode")
    list_select_related = ("user", "price")
    search_fields = ("user__email", "stripe_session_id")


@admin.register(StripeEvent)
class StripeEventAdmin(RecordAdmin):
    list_display = ("type", "customer_id", "status", "attempts", "last_error", "received_at")
    list_filter = ("status", "type", "livemode")
    search_fields = ("stripe_event_id", "customer_id", "object_id")
    actions = ("look_again",)

    @admin.action(description=_("Look into it again"), permissions=["change"])
    def look_again(self, request: HttpRequest, events: QuerySet[StripeEvent]) -> None:
        chosen = list(events)
        for event in chosen:
            deeds.replay(event, by=staff_of(request))
        told = ngettext("%(count)d event is looked into.", "%(count)d events are looked into.", len(chosen))
        self.message_user(request, told % {"count": len(chosen)})


@admin.register(BillingIncident)
class BillingIncidentAdmin(RecordAdmin):
    list_display = ("kind", "stripe_id", "state", "subscription", "changed_at")
    list_filter = ("kind", "state", "livemode")
    list_select_related = ("subscription",)
    search_fields = ("stripe_id", "told")
    written = ("state",)


@admin.register(BillingNotice)
class BillingNoticeAdmin(RecordAdmin):
    list_display = ("kind", "user", "key", "created_at", "sent_at")
    list_filter = ("kind",)
    list_select_related = ("user",)
    search_fields = ("user__email", "key")


@admin.register(JournalEntry)
class JournalEntryAdmin(RecordAdmin):
    list_display = ("at", "kind", "user", "told", "by", "why")
    list_filter = ("kind",)
    list_select_related = ("user", "by")
    search_fields = ("user__email", "by__email", "why", "told")


@admin.register(Refund)
class RefundAdmin(RecordAdmin):
    list_display = ("charge_id", "amount", "currency", "state", "by", "why", "created_at")
    list_filter = ("state",)
    list_select_related = ("by",)
    search_fields = ("charge_id", "stripe_refund_id", "by__email", "why")


@admin.register(Reconciliation)
class ReconciliationAdmin(RecordAdmin):
    list_display = ("started_at", "scope", "compared", "differed", "late_events", "finished_at", "last_error")
    list_filter = ("scope", "livemode")
