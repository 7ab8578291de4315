"""Drift at the desk: who differed from Stripe when rows were last compared with it, and what was changed."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from billing import keys, reconcile
from billing.models import JournalEntry, Reconciliation
from billing.tasks import reconcile_on
from digestly.work.wake import wake

from .desk import at_desk, needs, page, part

RUNS, LINES = 20, 50


@require_http_methods(["GET", "HEAD", "POST"])
@needs("billing.view_reconciliation")
def drift(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """One comparison, the last if none is named, and those before it."""
    if request.method == "POST":
        return _compare_now(request)
    runs = Reconciliation.objects.order_by("-pk")
    run = runs.filter(pk=pk).first() if pk else runs.first()
    if pk and not run:
        raise Http404
    entries = JournalEntry.objects.filter(reconciliation=run).select_related("customer__user", "user")
    found, more = part(entries, request.GET.get("before", ""), LINES)
    earlier, earlier_more = part(runs, request.GET.get("runs", ""), RUNS)
    context = {
        "title": _("Drift"), "run": run, "found": found, "more": more, "runs": earlier, "runs_more": earlier_more,
        "may_compare": request.user.has_perm("billing.add_reconciliation") and keys.is_selling(),
    }  # fmt: skip
    return render(request, "admin/billing/drift.html", page(request, context))


def _compare_now(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm("billing.add_reconciliation") or not keys.is_selling():
        raise PermissionDenied
    with transaction.atomic():
        run = reconcile.by_hand()
        wake(reconcile_on, run.pk)
    messages.success(request, _("Everything is being compared with Stripe. Look again in a while."))
    return redirect("admin:billing_drift")


drift_page = at_desk(drift)
