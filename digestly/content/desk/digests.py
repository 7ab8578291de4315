"""The list of digests; what waits for review comes first. One digest is shown by `review`."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from digestly.content.models import Digest, Edition, Source

from . import review
from .kept import PageAdmin

IN_FILTER = 30  # choices beside the list; search finds the rest


class StateFilter(admin.SimpleListFilter):
    """Without a choice it shows what waits for an editor."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [*Digest.State.choices, ("all", _("all"))]

    def value(self) -> str:
        return super().value() or Digest.State.IN_REVIEW

    def choices(self, changelist: Any) -> Any:
        return list(super().choices(changelist))[1:]  # without Django's own "all", which no choice would be

    def queryset(self, request: HttpRequest, digests: QuerySet[Digest]) -> QuerySet[Digest]:
        return digests if self.value() == "all" else digests.filter(state=self.value())


class SourceFilter(admin.SimpleListFilter):
    title = _("source")
    parameter_name = "source"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        sources = Source.objects.filter(episodes__digests__isnull=False).distinct()
        return [(str(source.pk), str(source)) for source in sources.only("title", "url", "slug")[:IN_FILTER]]

    def queryset(self, request: HttpRequest, digests: QuerySet[Digest]) -> QuerySet[Digest]:
        return digests.filter(episode__source=key) if (key := key_in(self.value())) else digests


class EditionFilter(admin.SimpleListFilter):
    title = _("edition")
    parameter_name = "edition"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(edition.pk), str(edition)) for edition in Edition.objects.order_by("-date")[:IN_FILTER]]

    def queryset(self, request: HttpRequest, digests: QuerySet[Digest]) -> QuerySet[Digest]:
        return digests.filter(entry__edition=key) if (key := key_in(self.value())) else digests


@admin.register(Digest)
class DigestAdmin(PageAdmin):
    list_display = ("name", "source", "language", "standing", "edition", "reviewed_by", "made_at")
    list_filter = (StateFilter, SourceFilter, "language", EditionFilter)
    list_select_related = ("episode__source", "entry__edition", "reviewed_by")
    list_per_page = 50
    search_fields = ("title", "episode__title")
    ordering = ("made_at", "pk")  # what has waited longest first

    def get_queryset(self, request: HttpRequest) -> QuerySet[Digest]:
        return super().get_queryset(request).defer("outline", "report", "summary", "episode__notes")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.display(description=_("title"), ordering="title")
    def name(self, digest: Digest) -> str:
        return str(digest)

    @admin.display(description=_("source"), ordering="episode__source__title")
    def source(self, digest: Digest) -> str:
        return str(digest.episode.source)

    @admin.display(description=_("state"), ordering="state")
    def standing(self, digest: Digest) -> SafeString:
        return badge(digest.state, digest.get_state_display())

    @admin.display(description=_("edition"), ordering="entry__edition__date")
    def edition(self, digest: Digest) -> Any:
        entry = getattr(digest, "entry", None)
        return entry.edition.date if entry else digest.edition_date

    def page(self, request: HttpRequest, digest: Any, *, may_change: bool) -> HttpResponse:
        around = {**self.admin_site.each_context(request), "opts": self.opts}
        return review.page(request, digest, around, may_change=may_change)


def key_in(value: str | None) -> int:
    """The primary key that an address names; 0 if it names none. An address may hold anything."""
    return int(value) if value and value.isdecimal() and len(value) < 19 else 0


def badge(code: str, words: Any) -> SafeString:
    """A state, in the colour of its kind."""
    return format_html('<span class="badge" data-state="{}">{}</span>', code, words)
