"""People at the desk: who there is, and one of them with everything that may be seen and done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from billing import gateway, plus
from billing.models import AccessGrant, BillingCustomer, PlanPrice, StripeEvent, Subscription
from billing.money import money

from . import deeds, timeline
from .desk import at_desk, needs, page, part, staff_of, stripe_page
from .forms import GrantForm, RevokeForm

SHOWN = 50


@require_safe
@needs("billing.view_billingcustomer")
def people(request: HttpRequest) -> HttpResponse:
    """Everybody who pays, paid or was given Plus, newest first; or whoever an address or an id of Stripe's names."""
    wanted = request.GET.get("q", "").strip().replace("\x00", "")
    rows = _search(wanted) if wanted else _with_plus()
    shown, more = part(_described(rows), request.GET.get("before", ""), SHOWN)
    context = {"title": _("Members"), "people": shown, "more": more, "q": wanted}
    return render(request, "admin/billing/people.html", page(request, context))


def _with_plus() -> QuerySet[User]:
    known = BillingCustomer.objects.filter(user=OuterRef("pk"))
    given = AccessGrant.objects.filter(user=OuterRef("pk"))
    return User.objects.filter(Exists(known) | Exists(given))


def _search(wanted: str) -> QuerySet[User]:
    subscriptions = Subscription.objects.filter(stripe_subscription_id=wanted)
    events = StripeEvent.objects.filter(Q(stripe_event_id=wanted) | Q(object_id=wanted)).exclude(
        customer_id=""
    )
    ids = Q(stripe_customer_id=wanted) | Q(stripe_customer_id__in=events.values("customer_id"))
    customers = BillingCustomer.objects.filter(ids | Q(pk__in=subscriptions.values("customer")))
    return User.objects.filter(Q(email__icontains=wanted) | Q(pk__in=customers.values("user")))


def _described(rows: QuerySet[User]) -> QuerySet[User]:
    """With what the list says of each, in the same query."""
    latest = Subscription.objects.filter(customer__user=OuterRef("pk"), is_plus=True).order_by("-pk")
    given = AccessGrant.objects.in_force(timezone.now()).filter(user=OuterRef("pk"))
    customers = BillingCustomer.objects.current().filter(user=OuterRef("pk"))
    return rows.annotate(
        status=Subquery(latest.values("status")[:1]),
        is_given=Exists(given),
        stripe_id=Subquery(customers.values("stripe_customer_id")[:1]),
    )


# One of them --------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@needs("billing.view_billingcustomer")
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything about one person, and what may be done."""
    user = get_object_or_404(User, pk=pk)
    if request.method != "POST":
        return _shown(request, user)
    act = ACTS.get(request.POST.get("act", ""))
    if act is None:
        return _shown(request, user, status=400)
    permission, do = act
    if not request.user.has_perm(permission):
        raise PermissionDenied
    unfinished = do(request, user)
    return _shown(request, user, unfinished, status=400) if unfinished else redirect(request.path)


def _sync(request: HttpRequest, user: User) -> Form | None:
    customers = list(BillingCustomer.objects.known().filter(user=user).select_related("user"))
    if not customers:
        messages.warning(request, _("Stripe does not know this person."))
    for customer in customers:
        try:
            changes = deeds.sync_now(customer, by=staff_of(request), why=request.POST.get("why", ""))
        except gateway.StripeFailure as error:
            messages.error(request, _("Stripe did not answer: %(error)s") % {"error": error})
        else:
            messages.success(request, "; ".join(changes) or _("Everything is as Stripe says."))
    return None


def _grant(request: HttpRequest, user: User) -> Form | None:
    form = GrantForm(request.POST)
    if not form.is_valid():
        return form
    given = form.cleaned_data
    deeds.grant(user, given["kind"], until=given["until"], by=staff_of(request), why=given["why"])
    messages.success(request, _("Plus is given."))
    return None


def _revoke(request: HttpRequest, user: User) -> Form | None:
    form = RevokeForm(request.POST)
    if not form.is_valid():
        return form
    given = get_object_or_404(AccessGrant, pk=form.cleaned_data["grant"], user=user)
    if deeds.revoke(given, by=staff_of(request), why=form.cleaned_data["why"]):
        messages.success(request, _("The grant is taken back."))
    else:
        messages.warning(request, _("That grant was taken back already."))
    return None


def _replay(request: HttpRequest, user: User) -> Form | None:
    who = timeline.Person.of(user)
    rows = timeline.events_of(who)
    wanted = request.POST.get("event", "")
    event = get_object_or_404(rows, pk=int(wanted) if wanted.isascii() and wanted.isdecimal() else 0)
    deeds.replay(event, by=staff_of(request), why=request.POST.get("why", ""))
    messages.success(request, _("The event is looked into again."))
    return None


ACTS: dict[str, tuple[str, Callable[[HttpRequest, User], Form | None]]] = {
    "sync": ("billing.change_billingcustomer", _sync),
    "grant": ("billing.add_accessgrant", _grant),
    "revoke": ("billing.change_accessgrant", _revoke),
    "replay": ("billing.change_stripeevent", _replay),
}


def _shown(
    request: HttpRequest, user: User, unfinished: Form | None = None, *, status: int = 200
) -> HttpResponse:
    who = timeline.Person.of(user)
    happenings, more = timeline.page(who, timeline.Place.read(request.GET.get("before", "")))
    context: dict[str, Any] = {
        "title": user.email,
        "person": user,
        "standing": plus.standing(user),
        "customers": [(one, stripe_page("customers", one.stripe_customer_id)) for one in who.customers],
        "subscriptions": _subscriptions(who),
        "grants": [
            (one, unfinished if is_for(unfinished, one) else RevokeForm(initial={"grant": one.pk}))
            for one in AccessGrant.objects.in_force(timezone.now()).filter(user=user)
        ],
        "grant_form": unfinished if isinstance(unfinished, GrantForm) else GrantForm(),
        "happenings": happenings,
        "more": more,
        "is_first": "before" not in request.GET,
        "may": {name: request.user.has_perm(permission) for name, (permission, _) in ACTS.items()},
        "may_refund": request.user.has_perm("billing.add_refund") and bool(who.stripe_ids),
    }
    return render(request, "admin/billing/person.html", page(request, context), status=status)


def is_for(form: Form | None, given: AccessGrant) -> bool:
    return isinstance(form, RevokeForm) and form.data.get("grant") == str(given.pk)


def _subscriptions(who: timeline.Person) -> list[dict[str, Any]]:
    rows = Subscription.objects.filter(customer__in=who.customers).defer("raw")[:20]
    prices = {
        price.stripe_price_id: f"{money(price.amount, price.currency)} / {price.get_interval_display()}"
        for price in PlanPrice.objects.all()
    }
    return [
        {
            "row": row,
            "price": prices.get(row.stripe_price_id, row.stripe_price_id),
            "link": stripe_page("subscriptions", row.stripe_subscription_id),
            "mood": timeline.MOODS.get(row.status, ""),
        }
        for row in rows
    ]


people_page, person_page = at_desk(people), at_desk(person)
