"""What all desk pages share: rows are never deleted here, and a save writes only what the form shows."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.utils.text import capfirst

from accounts.models import User


class KeptAdmin(admin.ModelAdmin):
    """Nothing that was published, or led to it, is deleted: it is withdrawn, skipped or paused."""

    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    actions: Any = ()

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        title = capfirst(self.opts.verbose_name_plural)
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def save_model(self, request: HttpRequest, obj: models.Model, form: ModelForm[Any], change: bool) -> None:
        # A worker may hold the row at this moment: its lease and its result are not the form's to write.
        obj.save(update_fields=form.changed_data if change else None)


def editor(request: HttpRequest) -> User:
    """Who sits at the desk. The admin lets nobody else in."""
    assert isinstance(request.user, User)
    return request.user


class RecordAdmin(KeptAdmin):
    """Something written by the program, to be read."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False
