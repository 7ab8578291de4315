"""Corrections: dated lines that an editor adds to a published digest, for all its readers."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from digestly.content.models import Correction

from .kept import KeptAdmin, editor


@admin.register(Correction)
class CorrectionAdmin(KeptAdmin):
    fields = ("digest", "on", "text")
    autocomplete_fields = ("digest",)
    list_display = ("on", "name", "text", "by")
    list_select_related = ("digest", "by")
    search_fields = ("text", "digest__title")
    ordering = ("-on", "-pk")
    list_per_page = 50

    def get_queryset(self, request: HttpRequest) -> QuerySet[Correction]:
        return super().get_queryset(request).defer("digest__outline", "digest__report", "digest__summary")

    @admin.display(description=_("digest"), ordering="digest__title")
    def name(self, correction: Correction) -> str:
        return str(correction.digest)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.by = editor(request)
        super().save_model(request, obj, form, change)
