"""Editions: the order of a day's digests, and their addresses."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from digestly.content import editorial
from digestly.content.models import Digest, Edition, EditionEntry, RetiredSlug

from .digests import badge, key_in
from .kept import PageAdmin


@admin.register(Edition)
class EditionAdmin(PageAdmin):
    list_display = ("date", "language", "standing", "digests")
    list_filter = ("language", "state")
    date_hierarchy = "date"
    list_per_page = 50

    def get_queryset(self, request: HttpRequest) -> QuerySet[Edition]:
        published = Count("entries", filter=Q(entries__digest__state=Digest.State.PUBLISHED))
        return super().get_queryset(request).annotate(published=published)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def standing(self, edition: Edition) -> SafeString:
        return badge(edition.state, edition.get_state_display())

    @admin.display(description=gettext_lazy("digests"), ordering="published")
    def digests(self, edition: Any) -> int:
        return edition.published

    def page(self, request: HttpRequest, edition: Any, *, may_change: bool) -> HttpResponse:
        entries = list(edition.entries.select_related("digest").defer("digest__outline").order_by("position"))
        if request.method == "POST":
            change(request, edition, entries)
            return redirect("admin:content_edition_change", edition.pk)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": str(edition),
            "edition": edition,
            "entries": entries,
            "may_change": may_change,
            "is_readable": any(entry.digest.state == Digest.State.PUBLISHED for entry in entries),
        }
        return render(request, "admin/content/edition/edition.html", context)


def change(request: HttpRequest, edition: Edition, entries: list[EditionEntry]) -> None:
    """Take over the order and the addresses that were sent, and say what changed."""
    for entry in entries:
        readdress(request, entry, request.POST.get(f"slug-{entry.pk}", entry.slug))
    wanted = order_sent(request, entries)
    if wanted != [entry.pk for entry in entries]:
        editorial.arrange(edition, wanted)
        messages.success(request, _("The new order is saved."))


def readdress(request: HttpRequest, entry: EditionEntry, typed: str) -> None:
    """Give one digest another address, unless another digest has or had it."""
    slug = editorial.slug_of(typed)
    told = {"title": entry.digest, "slug": slug}
    if not typed.strip():
        messages.error(request, _("“%(title)s” keeps its address: an empty one cannot be.") % told)
    elif slug != entry.slug and is_taken(entry, slug):
        messages.error(
            request, _("“%(title)s” keeps its address: %(slug)s belongs to another digest.") % told
        )
    elif slug != entry.slug:
        editorial.rename(entry, slug)
        messages.success(request, _("“%(title)s” is at %(slug)s now; the old address leads there.") % told)


def is_taken(entry: EditionEntry, slug: str) -> bool:
    others = EditionEntry.objects.filter(edition=entry.edition_id, slug=slug).exclude(pk=entry.pk)
    once = RetiredSlug.objects.filter(edition=entry.edition_id, slug=slug).exclude(entry=entry)
    return others.exists() or once.exists()


def order_sent(request: HttpRequest, entries: list[EditionEntry]) -> list[int]:
    """The entries by the numbers beside them, then moved by the arrow that was pressed, if one was."""
    places = []
    for standing, entry in enumerate(entries, start=1):
        typed = key_in(request.POST.get(f"position-{entry.pk}")) or standing
        # Where two have one number, the one that came there from below goes first.
        places.append((typed, (typed > standing) - (typed < standing), standing, entry.pk))
    order = [place[-1] for place in sorted(places)]
    for act, step in (("up", -1), ("down", 1)):
        moved = key_in(request.POST.get(act))
        if moved in order:
            at = order.index(moved)
            order.insert(max(0, at + step), order.pop(at))
    return order
