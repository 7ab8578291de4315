"""Episodes: where each stands, and what a person can do for one that waits."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from digestly.content import transcribe
from digestly.content.models import Digest, Episode, Transcript
from digestly.fetch.errors import Failure
from digestly.outline.timestamps import clock

from . import queueing
from .digests import badge
from .history import steps_of
from .kept import PageAdmin, editor, say_done
from .review import web_address
from .words_form import WordsForm

LINES_SHOWN = 400  # of a transcript, at a time


@admin.register(Episode)
class EpisodeAdmin(PageAdmin):
    list_display = ("title", "source", "standing", "published_at", "error_text")
    list_filter = ("state",)  # thousands of sources would not fit beside it; search finds theirs
    list_select_related = ("source",)
    list_per_page = 50
    search_fields = ("title", "source__title")
    actions = ("process", "skip")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Episode]:
        return super().get_queryset(request).defer("notes", "transcript_links", "guid")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.display(description=_("state"), ordering="state")
    def standing(self, episode: Episode) -> SafeString:
        return badge(episode.state, episode.get_state_display())

    def get_urls(self) -> list[URLPattern]:
        words = self.admin_site.admin_view(self.transcript_view)
        own = [path("<int:pk>/transcript/<int:transcript>/", words, name="content_episode_transcript")]
        return [*own, *super().get_urls()]

    def page(self, request: HttpRequest, episode: Any, *, may_change: bool) -> HttpResponse:
        form = WordsForm()
        if request.method == "POST":
            act = request.POST.get("act")
            if act in ("words", "look"):
                form = WordsForm(request.POST, request.FILES)
                if act == "look":
                    form = form.looked_over(episode) if form.is_valid() else form
                elif self.took_words(request, episode, form):
                    return redirect("admin:content_episode_change", episode.pk)
            else:
                one = Episode.objects.filter(pk=episode.pk)
                {"process": self.process, "skip": self.skip}.get(act or "", lambda *_: None)(request, one)
                return redirect("admin:content_episode_change", episode.pk)
        return self.show(request, episode, form, may_change=may_change)

    def took_words(self, request: HttpRequest, episode: Episode, form: WordsForm) -> bool:
        """Read what the editor brings; if it cannot be read, the form says why and keeps what was pasted."""
        if not form.is_valid():
            return False
        try:
            language = form.cleaned_data["language"]
            transcribe.accept(
                episode, form.body, name=form.name, language=language, by=editor(request), called=form.called
            )
        except Failure as failure:
            form.blame(failure)
            return False
        if episode.digests.filter(state=Digest.State.PENDING).exists():
            messages.success(request, _("Taken. Its digest is written as soon as a worker is free."))
        else:
            messages.success(request, _("Taken. Have its digest written again to use these words."))
        return True

    def show(
        self, request: HttpRequest, episode: Episode, form: WordsForm, *, may_change: bool
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": episode.title,
            "episode": episode,
            "form": form,
            "may_change": may_change,
            "can_process": episode.state in queueing.AT_REST,
            "can_skip": episode.state in queueing.UNFINISHED,
            "recording": web_address(episode.url),
            "transcripts": list(episode.transcripts.defer("segments").order_by("-pk")),
            "digests": list(
                episode.digests.only("language", "state", "title", "episode_id").order_by("language")
            ),
            "log": steps_of(episode, Episode.State),
        }
        return render(request, "admin/content/episode/episode.html", context)

    def transcript_view(self, request: HttpRequest, pk: int, transcript: int) -> HttpResponse:
        """The words, as they were stored. For staff only: readers pay for less."""
        found = get_object_or_404(
            Transcript.objects.select_related("episode__source"), pk=transcript, episode=pk
        )
        if not self.has_view_permission(request, found.episode):
            raise PermissionDenied
        segments = found.spoken()
        asked = request.GET.get("from", "")
        first = min(int(asked), len(segments)) if asked.isdecimal() and len(asked) < 9 else 0
        shown = segments[first : first + LINES_SHOWN]
        lines = [(segment, None if segment.start is None else clock(segment.start)) for segment in shown]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Transcript"),
            "transcript": found,
            "episode": found.episode,
            "lines": lines,
            "count": len(segments),
            "earlier": max(0, first - LINES_SHOWN) if first else None,
            "later": first + LINES_SHOWN if first + LINES_SHOWN < len(segments) else None,
        }
        return render(request, "admin/content/episode/transcript.html", context)

    # Actions --------------------------------------------------------------------------------------------------

    @admin.action(description=_("Process"), permissions=["change"])
    def process(self, request: HttpRequest, episodes: QuerySet[Episode]) -> None:
        done = [queueing.process(episode, by=editor(request)) for episode in episodes]
        say_done(request, done, otherwise=_("It is in line already, or has its words: nothing was done."))

    @admin.action(description=_("Skip"), permissions=["change"])
    def skip(self, request: HttpRequest, episodes: QuerySet[Episode]) -> None:
        done = [queueing.skip(episode, by=editor(request)) for episode in episodes]
        say_done(request, done, otherwise=_("It is skipped already, or has its words: nothing was done."))
