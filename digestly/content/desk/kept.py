"""What all desk pages share: rows are never deleted here, and a save writes only what the form shows."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import models
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.utils.text import capfirst
from django.utils.translation import ngettext

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


class PageAdmin(KeptAdmin):
    """Rows with a page of our own in place of the admin's form: `page` shows it, and takes what it sends."""

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        row = self.get_object(request, unquote(object_id))
        if row is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined]
        may_change = self.has_change_permission(request, row)
        if not (may_change if request.method == "POST" else self.has_view_permission(request, row)):
            raise PermissionDenied
        return self.page(request, row, may_change=may_change)

    @abstractmethod
    def page(self, request: HttpRequest, row: Any, *, may_change: bool) -> HttpResponse:
        """The page of one row that this person may see, or what to answer to what they sent."""


def say_done(request: HttpRequest, done: list[bool], *, otherwise: Any) -> None:
    """For how many rows something was done, and why not for the others."""
    if count := sum(done):
        said = ngettext("Done for %(count)d row.", "Done for %(count)d rows.", count)
        messages.success(request, said % {"count": count})
    if not all(done):
        messages.warning(request, otherwise)


class RecordAdmin(KeptAdmin):
    """Something written by the program, to be read."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False
