"""The logs, to be read: who moved what, and how each look at a source went."""

from __future__ import annotations

from django.contrib import admin

from digestly.content.models import FetchAttempt, Transition

from .kept import RecordAdmin


@admin.register(Transition)
class TransitionAdmin(RecordAdmin):
    list_display = ("at", "kind", "row", "was", "became", "by", "why")
    list_filter = ("kind", "became")
    list_select_related = ("by",)
    search_fields = ("=row", "why", "by__email")
    ordering = ("-pk",)


@admin.register(FetchAttempt)
class FetchAttemptAdmin(RecordAdmin):
    list_display = (
        "at",
        "source",
        "outcome",
        "http_status",
        "bytes",
        "milliseconds",
        "new",
        "updated",
        "message",
    )
    list_filter = ("outcome",)
    list_select_related = ("source",)
    search_fields = ("source__title", "message")
    ordering = ("-pk",)
