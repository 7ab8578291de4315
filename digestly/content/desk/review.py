"""The review page: a digest's text, what readers will see of it, what stands against it, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from digestly.content import editorial
from digestly.content.access import Wall, labels_in
from digestly.content.models import Digest, Revision
from digestly.outline import html, markdown
from digestly.outline.preview import preview, whole
from digestly.outline.types import Outline

from . import report
from .decisions import STEPS, Overtaken, Refused, decide
from .differences import Line, differences
from .history import clock, name_of, steps_of, who
from .kept import editor
from .review_form import ReviewForm


@dataclass(frozen=True)
class Shown:
    """The preview: the outline as one kind of reader gets it."""

    html: SafeString
    wall: Wall | None


@dataclass(frozen=True)
class Conflict:
    """Somebody saved another version since this text was begun."""

    told: str
    version: int
    lines: list[Line]
    terms: list[tuple[str, str, str]]  # label, theirs, yours


def load(pk: int) -> Digest:
    return Digest.objects.select_related(
        "episode__source", "transcript", "entry__edition", "reviewed_by"
    ).get(pk=pk)


def page(request: HttpRequest, digest: Digest, around: dict[str, Any], *, may_change: bool) -> HttpResponse:
    """Show a digest, or do what an editor decided about it. `around` is what every admin page needs."""
    digest = load(digest.pk)
    if request.method == "POST":
        return act_on(request, digest, around)
    restored = revision_asked_for(request, digest, "restore")
    form = ReviewForm(digest, text=markdown.write(restored.content) if restored else None)
    return show(request, form, around, may_change=may_change, restored=restored)


def act_on(request: HttpRequest, digest: Digest, around: dict[str, Any]) -> HttpResponse:
    form = ReviewForm(digest, request.POST)
    act = request.POST.get("act", "save")
    is_valid = form.is_valid()
    if act == "preview" or not is_valid:
        if not is_valid and act != "preview":
            messages.error(
                request, _("Nothing was saved: see what is marked below. Your text is still here.")
            )
        return show(request, form, around)
    over = request.POST.get("over", "")
    try:
        done = decide(form, act, by=editor(request), over=int(over) if over.isdecimal() else None)
    except Overtaken as refusal:
        messages.warning(request, str(refusal))
        if not form.differs:
            return redirect(here(request, digest))
        # The form as it was sent, beside the digest as it is by now.
        form = ReviewForm(load(digest.pk), form.data)
        form.is_valid()
        return show(request, form, around)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return show(request, form, around)
    messages.success(request, format_html("{} {}", done, next_up(digest)))
    return redirect(here(request, digest))


def show(
    request: HttpRequest,
    form: ReviewForm,
    around: dict[str, Any],
    *,
    may_change: bool = True,
    restored: Revision | None = None,
) -> HttpResponse:
    digest = form.digest
    outline = form.outline or (restored.content if restored else digest.content)
    viewer = "plus" if request.GET.get("as") == "plus" else "guest"
    compared = revision_asked_for(request, digest, "diff")
    text = form["text"].value() or ""
    standing = form.as_typed
    findings = editorial.findings(standing, outline) if digest.version else []
    errors = [finding for finding in findings if finding.level == "error"]
    is_editable = digest.state in editorial.EDITABLE
    context = {
        **around,
        "title": digest.title or digest.episode.title,
        "digest": digest,
        "episode": digest.episode,
        "recording": web_address(digest.episode.url),
        "form": form,
        "may_change": may_change,
        "is_editable": may_change and (is_editable or form.differs),
        "is_saved": not form.differs and not restored,
        "bad_line": line_of(text, form.bad_line),
        "findings": findings,
        "errors": errors,
        "shown": shown_to(viewer, standing, outline),
        "viewer": viewer,
        "conflict": conflict(form),
        "steps": [step for step in STEPS.values() if may_change and step.is_open_to(digest)],
        "time_zone": timezone.get_current_timezone_name(),
        "report": report.told(digest),
        "today": report.today(),
        "what_to_do": report.what_to_do(digest),
        "log": steps_of(digest, Digest.State),
        "revisions": revisions_of(digest),
        "restored": restored,
        "compared": compared,
        "compared_lines": differences(markdown.write(compared.content), text) if compared else [],
    }
    return render(request, "admin/content/digest/review.html", context)


def shown_to(viewer: str, digest: Digest, outline: Outline) -> Shown:
    """The renderer that readers' pages use, on what the gate lets through."""
    cut = whole(outline) if viewer == "plus" else preview(outline, digest.policy_at(timezone.now()))
    rendered = html.render(cut, labels_in(digest.language), digest.episode.moment)
    wall = None if cut.is_whole else Wall(cut.sections, cut.bullets, cut.insights, cut.analysis)
    return Shown(mark_safe(rendered), wall)  # noqa: S308 - escaped piece by piece by the renderer


def conflict(form: ReviewForm) -> Conflict | None:
    """What somebody else saved since this text was begun, against what is typed here."""
    digest = form.digest
    if not form.is_bound or not form.differs or form.typed_version == digest.version:
        return None
    last = Revision.objects.filter(digest=digest, version=digest.version).select_related("by").first()
    told = _("%(who)s saved version %(version)d at %(at)s meanwhile.") % {
        "who": who(name_of(last.by) if last else ""),
        "version": digest.version,
        "at": clock(last.at) if last else "–",
    }
    yours = form["text"].value() or ""
    terms = [
        (str(form.fields[name].label), worded(getattr(digest, name)), worded(value))
        for name, value in form.terms.items()
    ]
    return Conflict(told, digest.version, differences(markdown.write(digest.content), yours), terms)


def worded(value: Any) -> str:
    if value is None or value == "":
        return "–"
    return (
        clock(value) if hasattr(value, "hour") else str(dict(Digest.PolicyChoice.choices).get(value, value))
    )


def web_address(url: str) -> str:
    """A link that may be followed: a feed may say "javascript:"."""
    return url if url.startswith(("https://", "http://")) else ""


def line_of(text: str, number: int | None) -> str:
    """The line that could not be read, as it was typed."""
    lines = text.replace("\r\n", "\n").split("\n")
    return lines[number - 1][:300] if number and number <= len(lines) else ""


def revisions_of(digest: Digest) -> list[Revision]:
    return list(digest.revisions.select_related("by").defer("outline")[:50])


def revision_asked_for(request: HttpRequest, digest: Digest, name: str) -> Revision | None:
    """The revision that `?diff=` or `?restore=` names."""
    asked = request.GET.get(name, "")
    if not asked.isdecimal() or len(asked) > 9:
        return None
    return digest.revisions.select_related("by").filter(version=int(asked)).first()


def here(request: HttpRequest, digest: Digest) -> str:
    """This page again, seen as the same kind of reader."""
    viewer = "?as=plus" if request.GET.get("as") == "plus" else ""
    return reverse("admin:content_digest_change", args=[digest.pk]) + viewer


def next_up(digest: Digest) -> SafeString:
    """A link to what has waited longest, once this one is out of review."""
    if digest.state == Digest.State.IN_REVIEW:
        return SafeString("")
    waiting = (
        Digest.objects.awaiting_review().exclude(pk=digest.pk).order_by("made_at").only("title", "episode_id")
    )
    upcoming = waiting.first()
    if not upcoming:
        return SafeString("")
    link = reverse("admin:content_digest_change", args=[upcoming.pk])
    return format_html(
        '{} <a href="{}">{}</a>', _("Next in review:"), link, upcoming.title or f"#{upcoming.pk}"
    )
