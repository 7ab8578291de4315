"""Lists of feeds on the desk: an OPML file is looked at line by line, then taken; and all sources as one file."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from digestly.content import subscribing
from digestly.content.subscribing import Line, Verdict
from digestly.feeds import opml
from digestly.fetch.errors import Failure

from .kept import editor
from .source_forms import MOST

SAID: dict[Verdict, Promise] = {
    Verdict.NEW: _("new"),
    Verdict.HERE: _("here already"),
    Verdict.BAD: _("not a feed's address"),
    Verdict.BLOCKED: _("blocked address"),
    Verdict.ADDED: _("added"),
}


class ListForm(forms.Form):
    """A file first; then, once it was looked at, the same list as text."""

    file = forms.FileField(label=_("OPML file"), required=False, help_text=_("Up to 2 MB and 2,000 feeds."))
    text = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)
    newest = forms.IntegerField(
        label=_("Newest episodes"),
        min_value=0,
        max_value=MOST,
        initial=0,
        help_text=_("How many of each feed are digested at the start. The rest waits in the backlog."),
    )

    listed: opml.Subscriptions

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        file, text = given.get("file"), given.get("text", "")
        if not file and not text:
            raise ValidationError(_("Choose a file."))
        body = file.read(opml.MAX_BYTES + 1) if file else text.encode("utf-8", "replace")
        try:
            self.listed = subscribing.read(body)
        except Failure as failure:
            raise ValidationError(failure.message, code=failure.code) from failure
        return given


@dataclass(frozen=True)
class Row:
    """One line as the page shows it."""

    title: str
    url: str
    folders: str
    verdict: str
    said: Promise
    why: str


def page(request: HttpRequest, around: dict[str, Any]) -> HttpResponse:
    """Three looks: a form, what the file would bring, and what it brought."""
    form = ListForm(request.POST or None, request.FILES or None)
    context = {**around, "title": _("Import a list of feeds"), "form": form}
    if form.is_valid():
        subscriptions = form.listed.subscriptions
        is_done = request.POST.get("act") == "add"
        if is_done:
            lines = subscribing.add(subscriptions, newest=form.cleaned_data["newest"], by=editor(request))
        else:
            lines = subscribing.judged(subscriptions)
        counts = Counter(line.verdict for line in lines)
        context |= {
            "is_done": is_done,
            "rows": [row_of(line) for line in lines],
            "counts": [(verdict, SAID[verdict], counts[verdict]) for verdict in Verdict if counts[verdict]],
            "new": counts[Verdict.NEW],
            "left_out": form.listed.left_out,
            "newest": form.cleaned_data["newest"],
            "text": opml.write(subscriptions, title=form.listed.title or "").decode(),
        }
    return render(request, "admin/content/source/list.html", context)


def row_of(line: Line) -> Row:
    listed = line.subscription
    return Row(
        listed.title, listed.url[:300], " / ".join(listed.folders), line.verdict, SAID[line.verdict], line.why
    )


def export() -> HttpResponse:
    """All sources as one file."""
    response = HttpResponse(subscribing.listed(), content_type="text/x-opml; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="sources.opml"'
    return response
