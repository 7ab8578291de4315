"""Sources: added by their address, looked at by workers, watched here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, QuerySet, Subquery
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from digestly.content import arrivals, ingest, leading
from digestly.content.models import FetchAttempt, Source
from digestly.fetch.errors import Failure

from . import lists, polling, queueing, withdrawing
from .digests import badge, key_in
from .health import advice
from .history import steps_of
from .kept import KeptAdmin, editor, say_done
from .source_forms import AddSourceForm, SourceForm

ATTEMPTS_SHOWN = 20


class HealthFilter(admin.SimpleListFilter):
    title = _("health")
    parameter_name = "health"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("trouble", _("in trouble")), ("well", _("well"))]

    def queryset(self, request: HttpRequest, sources: QuerySet[Source]) -> QuerySet[Source]:
        if self.value() == "trouble":
            return sources.exclude(error_code="")
        return sources.filter(error_code="") if self.value() == "well" else sources


class LanguageFilter(admin.AllValuesFieldListFilter):
    """The languages that sources name. One that names none is no choice that could be read."""

    def choices(self, changelist: Any) -> Iterator[Any]:
        yield from (choice for choice in super().choices(changelist) if choice["display"])


@admin.register(Source)
class SourceAdmin(KeptAdmin):
    form = SourceForm
    change_form_template = "admin/content/source/change_form.html"
    list_display = (
        "__str__",
        "kind",
        "standing",
        "last_outcome",
        "last_fetched_at",
        "next_fetch_at",
        "failures",
    )
    list_filter = ("status", HealthFilter, "kind", ("language", LanguageFilter))
    search_fields = ("title", "url")
    list_per_page = 50
    actions = ("fetch_now", "pause", "resume")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Source]:
        last = FetchAttempt.objects.filter(source=OuterRef("pk")).order_by("-pk")
        return super().get_queryset(request).annotate(outcome=Subquery(last.values("outcome")[:1]))

    @admin.display(description=_("status"), ordering="status")
    def standing(self, source: Source) -> SafeString:
        return badge(source.status, source.get_status_display())

    @admin.display(description=_("last outcome"))
    def last_outcome(self, source: Any) -> SafeString | str:
        """The code, and where something is wrong, what it is and what to do."""
        if not source.error_code:
            return source.outcome or "–"
        told = (source.outcome or source.error_code, source.error_text, advice(source))
        return format_html("<code>{}</code> {} <small>{}</small>", *told)

    # Adding ---------------------------------------------------------------------------------------------------

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = AddSourceForm(request.POST or None)
        if form.is_valid():
            try:
                source, is_new = ingest.add_source(
                    form.cleaned_data["url"], by=editor(request), newest=form.cleaned_data["newest"]
                )
            except Failure as failure:  # for what only the whole address shows
                form.add_error("url", failure.message)
            else:
                return self.added(request, source, is_new=is_new)
        title = _("Add a source")
        context = {**self.admin_site.each_context(request), "opts": self.opts, "title": title, "form": form}
        return render(request, "admin/content/source/add.html", context)

    def added(self, request: HttpRequest, source: Source, *, is_new: bool) -> HttpResponse:
        if is_new:
            polling.look(source)
            messages.success(
                request, _("Added. It is fetched as soon as a worker is free; load the page again to see.")
            )
        else:
            messages.info(request, _("This source is here already. Nothing was changed."))
        return redirect("admin:content_source_change", source.pk)

    def list_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        return lists.page(request, {**self.admin_site.each_context(request), "opts": self.opts})

    def export_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return lists.export()

    # One source -----------------------------------------------------------------------------------------------

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        source = self.get_object(request, unquote(object_id))
        if source is None and (home := arrivals.joined(key_in(object_id))):
            messages.info(request, _("That channel is here already: this is it."))
            return redirect("admin:content_source_change", home)
        around = {
            "attempts": list(source.fetch_attempts.all()[:ATTEMPTS_SHOWN]) if source else [],
            "log": steps_of(source, Source.Status) if source else [],
            "may_change": self.has_change_permission(request, source),
            "is_polled": bool(source and source.url_norm and source.status in Source.POLLED),
            "show_save_and_add_another": False,
            "is_stopped": bool(source and source.status in polling.LEFT_ALONE),
            "is_withdrawn": bool(source and source.status == Source.Status.WITHDRAWN),
            "advice": advice(source) if source else "",
            "held": queueing.held_back(source).count() if source and source.error_code == "flood" else 0,
        }
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **around})

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm[Any], change: bool) -> None:
        told = [name for name in form.changed_data if name != "url"]
        obj.save(update_fields=told)
        if "url" in form.changed_data and obj.url:
            leading.ask(obj, obj.url, by=editor(request))
            messages.info(
                request, _("A worker looks at the new address: if it is a feed, the source goes there.")
            )

    def get_urls(self) -> list[URLPattern]:
        poll = self.admin_site.admin_view(require_POST(self.poll))
        withdraw = self.admin_site.admin_view(self.withdraw_view)
        return [
            path("<int:pk>/poll/", poll, name="content_source_poll"),
            path("<int:pk>/withdraw/", withdraw, name="content_source_withdraw"),
            path("list/", self.admin_site.admin_view(self.list_view), name="content_source_list"),
            path("sources.opml", self.admin_site.admin_view(self.export_view), name="content_source_export"),
            *super().get_urls(),
        ]

    def one(self, request: HttpRequest, pk: int) -> Source:
        """The source that a page of ours is about, for somebody who may change it."""
        source = get_object_or_404(Source, pk=pk)
        if not self.has_change_permission(request, source):
            raise PermissionDenied
        return source

    def withdraw_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Everything of a source taken away, or brought back: asked first, with what it means in numbers."""
        source = self.one(request, pk)
        around = {**self.admin_site.each_context(request), "opts": self.opts}
        return withdrawing.page(request, source, around)

    def poll(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The buttons on a source's page."""
        source = self.get_object(request, str(pk))
        if source is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(pk))  # type: ignore[attr-defined]
        if not self.has_change_permission(request, source):
            raise PermissionDenied
        acts = {
            "fetch": self.fetch_now, "pause": self.pause, "resume": self.resume, "release": self.release_held,
            "look_there": self.look_there, "stay": self.stay,
        }  # fmt: skip
        act = acts.get(request.POST.get("act", ""))
        if act:
            act(request, Source.objects.filter(pk=pk))
        return redirect(reverse("admin:content_source_change", args=[pk]))

    def release_held(self, request: HttpRequest, sources: QuerySet[Source]) -> None:
        done = [queueing.process(one, by=editor(request)) for one in queueing.held_back(sources.get())]
        say_done(request, done, otherwise=_("Somebody else was quicker with some of them."))

    def look_there(self, request: HttpRequest, sources: QuerySet[Source]) -> None:
        """Again at the address where an editor wanted it to go."""
        for source in sources.exclude(wanted_url=""):
            leading.ask(source, source.wanted_url, by=editor(request))
            messages.info(request, _("A worker looks there again."))

    def stay(self, request: HttpRequest, sources: QuerySet[Source]) -> None:
        say_done(request, [leading.give_up(source) for source in sources], otherwise=_("It stays already."))

    # Actions --------------------------------------------------------------------------------------------------

    @admin.action(description=_("Fetch now"), permissions=["change"])
    def fetch_now(self, request: HttpRequest, sources: QuerySet[Source]) -> None:
        say_done(
            request,
            [polling.fetch_now(source) for source in sources],
            otherwise=_("It is stopped: resume it first."),
        )

    @admin.action(description=_("Pause"), permissions=["change"])
    def pause(self, request: HttpRequest, sources: QuerySet[Source]) -> None:
        done = [polling.pause(source, by=editor(request)) for source in sources]
        say_done(request, done, otherwise=_("Nobody fetches it: nothing was done."))

    @admin.action(description=_("Resume"), permissions=["change"])
    def resume(self, request: HttpRequest, sources: QuerySet[Source]) -> None:
        done = [polling.resume(source, by=editor(request)) for source in sources]
        say_done(request, done, otherwise=_("It is not stopped: nothing was done."))
