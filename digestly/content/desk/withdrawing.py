"""Withdraw a whole source when its rights-holder asks: what it means in numbers, a reason, one press."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from digestly.content import takedown
from digestly.content.models import Digest, Source

from .kept import editor


class ReasonForm(forms.Form):
    why = forms.CharField(
        label=_("Reason"),
        max_length=300,
        help_text=_("Readers will see it where a digest was."),
        initial=_("At the request of the rights-holder."),
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )


def page(request: HttpRequest, source: Source, around: dict[str, Any]) -> HttpResponse:
    """Asked with GET, done with POST."""
    if source.status == Source.Status.WITHDRAWN:
        return bring_back(request, source, around)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        gone = takedown.withdraw(source, by=editor(request), why=form.cleaned_data["why"])
        say(request, gone)
        return redirect("admin:content_source_change", source.pk)
    counts = {
        "published": Digest.objects.published().filter(episode__source=source).count(),
        "approved": Digest.objects.filter(episode__source=source, state=Digest.State.APPROVED).count(),
    }
    context = {**around, **counts, "source": source, "form": form, "title": _("Withdraw this source")}
    return render(request, "admin/content/source/withdraw.html", context)


def bring_back(request: HttpRequest, source: Source, around: dict[str, Any]) -> HttpResponse:
    if request.method == "POST":
        back = takedown.bring_back(source, by=editor(request))
        if back is not None:
            said = ngettext("Back, with %(count)d digest.", "Back, with %(count)d digests.", back)
            messages.success(request, said % {"count": back})
        return redirect("admin:content_source_change", source.pk)
    taken = Digest.objects.filter(
        episode__source=source, state=Digest.State.WITHDRAWN, withdrawn_with_source=True
    )
    context = {**around, "published": taken.count(), "source": source, "title": _("Bring this source back")}
    return render(request, "admin/content/source/withdraw.html", context)


def say(request: HttpRequest, gone: int | None) -> None:
    if gone is None:
        messages.warning(request, _("It is withdrawn already."))
        return
    said = ngettext(
        "Withdrawn, with %(count)d published digest.", "Withdrawn, with %(count)d published digests.", gone
    )
    messages.success(request, said % {"count": gone})
