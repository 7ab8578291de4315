"""The small print at the desk: every page in every language, as shipped or as somebody changed it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from digestly.content.models import SmallPrint
from digestly.content.smallprint import markup
from digestly.content.smallprint.leaf import shipped, unsaid

from .kept import KeptAdmin

EDITS_SHOWN = 20


@dataclass(frozen=True)
class Place:
    """One page in one language, and what was made of it."""

    language: str
    name: str
    address: str
    row: SmallPrint | None


class SmallPrintForm(forms.ModelForm):
    """Its text. What is as shipped is kept blank, so that it follows what a later version ships."""

    class Meta:
        model = SmallPrint
        fields = ("text",)
        widgets = {"text": forms.Textarea(attrs={"rows": 30, "spellcheck": "true"})}
        help_texts = {
            "text": _(
                "“# ” begins the title, “## ” a heading, “- ” an item; [text](address) is a link. {operator}, "
                "{address}, {email}, {site} and {url} are filled in. Empty it to show what is shipped."
            )
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.shipped = shipped(self.instance.kind, self.instance.language).strip()
        self.initial["text"] = self.instance.text or self.shipped
        self.fields["text"].widget.attrs["lang"] = self.instance.language

    def clean_text(self) -> str:
        text = str(self.cleaned_data["text"]).replace("\r\n", "\n").strip()
        if text and not markup.title_of(text):
            raise forms.ValidationError(_("The first line has to be the title: “# ” and its words."))
        return "" if text == self.shipped else text


@admin.register(SmallPrint)
class SmallPrintAdmin(KeptAdmin):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # all the pages there are exist already

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(self.page)
        own = path("<smallprint:kind>/<name:language>/", page, name="content_smallprint_page")
        return [own, *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = {(row.kind, row.language): row for row in SmallPrint.objects.exclude(text="")}

        def places(kind: str) -> list[Place]:
            return [
                Place(code, name, address(kind, code), rows.get((kind, code)))
                for code, name in settings.LANGUAGES
            ]

        shelf = [(label, places(kind)) for kind, label in SmallPrint.Kind.choices]
        context = {**self.around(request), "title": capfirst(self.opts.verbose_name_plural), "shelf": shelf}
        return render(request, "admin/content/smallprint/shelf.html", context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:  # fmt: skip
        row = self.get_object(request, unquote(object_id))
        if row is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined]
        return redirect(address(row.kind, row.language))

    def page(self, request: HttpRequest, kind: str, language: str) -> HttpResponse:
        """One page in one language: its text, and who changed it when."""
        if language not in dict(settings.LANGUAGES):
            raise Http404
        may_change = self.has_change_permission(request)
        if not (may_change if request.method == "POST" else self.has_view_permission(request)):
            raise PermissionDenied
        where = {"kind": kind, "language": language}
        row = SmallPrint.objects.filter(**where).first() or SmallPrint(**where)
        form = SmallPrintForm(request.POST or None, instance=row)
        if form.is_valid():
            self.keep(request, form)
            return redirect(address(kind, language))
        log = LogEntry.objects.filter(content_type__model="smallprint", object_id=str(row.pk))
        context = {
            **self.around(request),
            "title": f"{row.get_kind_display()} · {dict(settings.LANGUAGES)[language]}",
            "form": form,
            "row": row,
            "may_change": may_change,
            "edits": log.select_related("user")[:EDITS_SHOWN] if row.pk else [],
        }
        return render(request, "admin/content/smallprint/page.html", context)

    def keep(self, request: HttpRequest, form: SmallPrintForm) -> None:
        if not form.has_changed():
            return
        row = form.save()
        self.log_change(request, row, [{"changed": {"fields": [str(_("text"))]}}])
        messages.success(request, _("Saved.") if row.text else _("The shipped text is shown again."))

    def around(self, request: HttpRequest) -> dict[str, Any]:
        return {**self.admin_site.each_context(request), "opts": self.opts, "unsaid": unsaid()}


def address(kind: str, language: str) -> str:
    return reverse("admin:content_smallprint_page", args=[kind, language])
