"""The account's home, and what members do there: see where they stand and what is charged next, change plan, pause,
cancel, take it back, find their invoices. Rendered from rows; only invoices and previews ask Stripe, and say so in
words where it does not answer.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from . import gateway, keys, links, membership, plus, portal
from .errors import Hindrance, NothingToManage
from .models import BillingCustomer, Gift, PlanPrice, Subscription
from .money import Offer, money, offers
from .visits import see_other, who


@never_cache
@require_safe
@login_required
def account(request: HttpRequest) -> HttpResponse:
    """The account's home: the plan, its state and end in words, and what can be done about it."""
    user = who(request)
    standing = plus.standing(user)
    customer = BillingCustomer.objects.known().filter(user=user).first() if keys.is_selling() else None
    subscription = membership.of(user) if customer else None
    is_granted = standing.state is plus.State.GRANTED and standing.until and not subscription
    context = {
        "standing": standing,
        "subscription": subscription,
        "offer": _offer_of(subscription),
        "customer": customer,
        "card": _card(customer, subscription),
        "ends_without_card": subscription and subscription.is_trial_without_card,
        "next_charge": _next_charge(subscription),
        "may_cancel": subscription and membership.may_cancel(subscription),
        "kept_until": subscription and membership.kept_until(subscription),
        "may_pause": subscription and membership.may_pause(subscription),
        "other": subscription and membership.other_price(subscription),
        "starting_price": None if subscription else plus.starting_price(),
        "continue_with": offers() if is_granted else [],
        "has_given": Gift.objects.filter(buyer=user).exists(),
    }
    return render(request, "billing/account.html", context)


def _offer_of(subscription: Subscription | None) -> Offer | None:
    """What the member pays, which may be a price that is not on sale any more."""
    if not subscription:
        return None
    price = PlanPrice.objects.filter(stripe_price_id=subscription.stripe_price_id).first()
    return Offer.of(price) if price else None


def _card(customer: BillingCustomer | None, subscription: Subscription | None) -> str:
    holder = subscription or customer
    return holder.card if holder else ""


def _next_charge(subscription: Subscription | None) -> str:
    """ "$5 on 24 December 2026", or blank where nothing is charged again."""
    if not subscription or subscription.next_amount is None or not subscription.current_period_end:
        return ""
    if subscription.leaves_at or subscription.pause_behavior or subscription.is_trial_without_card:
        return ""
    amount = money(subscription.next_amount, subscription.currency)
    date = date_format(timezone.localtime(subscription.current_period_end))
    return gettext("%(amount)s on %(date)s") % {"amount": amount, "date": date}


# Invoices -----------------------------------------------------------------------------------------------------


@never_cache
@require_safe
@login_required
def invoices(request: HttpRequest) -> HttpResponse:
    """As Stripe has them; while it does not answer, the latest that we know of."""
    user = who(request)
    trouble, listed = "", []
    try:
        listed = [_shown(one) for one in membership.invoices(user)]
    except NothingToManage as hindrance:
        trouble = str(hindrance.message)
    except Hindrance:
        trouble = gettext("Our payment partner does not answer just now, so the list is not complete.")
        listed = [_known(one) for one in Subscription.objects.for_plus().filter(customer__user=user)]
    return render(request, "billing/invoices.html", {"invoices": listed, "trouble": trouble})


def _shown(invoice: gateway.Json) -> dict[str, Any]:
    return {
        "at": gateway.moment(invoice.get("created")),
        "amount": money(invoice.get("total") or 0, invoice.get("currency") or ""),
        "status": invoice.get("status") or "",
        "number": invoice.get("number") or "",
        "url": invoice.get("hosted_invoice_url") or "",
        "pdf": invoice.get("invoice_pdf") or "",
    }


def _known(subscription: Subscription) -> dict[str, Any]:
    return {
        "at": subscription.latest_invoice_at,
        "amount": money(subscription.latest_invoice_paid or 0, subscription.currency),
        "status": subscription.latest_invoice_status,
        "url": subscription.latest_invoice_url,
    }


# Cancelling and taking it back --------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def cancel(request: HttpRequest) -> HttpResponse:
    """The second click. Nobody is asked why."""
    subscription = membership.of(who(request))
    if not subscription or not membership.may_cancel(subscription):
        return redirect("account")
    if request.method != "POST":
        return _ask_to_cancel(request, subscription)
    kept = membership.kept_until(subscription)
    try:
        membership.cancel(subscription)
    except Hindrance as hindrance:
        messages.error(request, str(hindrance.message))
        return _ask_to_cancel(request, subscription, status=503)
    messages.success(request, _cancelled(kept))
    return redirect("account")


@never_cache
@ensure_csrf_cookie
@require_http_methods(["GET", "HEAD", "POST"])
def cancel_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """From a receipt, without signing in. Whoever only follows the link, as scanners of mail do, changes nothing."""
    ident = links.subscription_of(token)
    rows = Subscription.objects.for_plus().select_related("customer__user")
    named = rows.filter(stripe_subscription_id=ident).first() if ident else None
    if not named:
        raise Http404
    # An old receipt cancels what its reader pays for today: nobody is told that nothing is charged while something is.
    subscription = membership.charging(named) or named
    if not membership.may_cancel(subscription):
        return render(request, "billing/cancelled.html", {"until": subscription.leaves_at})
    if request.method != "POST":
        return _ask_to_cancel(request, subscription)
    kept = membership.kept_until(subscription)
    try:
        membership.cancel(subscription)
    except Hindrance as hindrance:
        return _ask_to_cancel(request, subscription, trouble=str(hindrance.message), status=503)
    return render(request, "billing/cancelled.html", {"until": kept, "is_news": True})


def _ask_to_cancel(
    request: HttpRequest, subscription: Subscription, *, trouble: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "keeps_until": membership.kept_until(subscription),
        "offer": _offer_of(subscription),
        "trouble": trouble,
    }
    return render(request, "billing/cancel.html", context, status=status)


def _cancelled(until: datetime | None) -> str:
    if not until:
        return gettext("Your subscription has ended, and nothing more is charged.")
    date = date_format(timezone.localtime(until))
    return gettext("Cancelled. You have Plus until %(date)s, and nothing more is charged.") % {"date": date}


@never_cache
@require_POST
@login_required
def resume(request: HttpRequest) -> HttpResponse:
    subscription = membership.of(who(request))
    try:
        if not subscription:
            raise NothingToManage
        membership.resume(subscription)
    except Hindrance as hindrance:
        messages.error(request, str(hindrance.message))
    else:
        messages.success(request, gettext("Good to have you back. Everything goes on as before."))
    return redirect("account")


# Pausing and changing -----------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def pause(request: HttpRequest) -> HttpResponse:
    """Charge nothing for some months."""
    subscription = membership.of(who(request))
    if not subscription or not membership.may_pause(subscription):
        return redirect("account")
    if request.method == "POST":
        months = request.POST.get("months", "")
        try:
            membership.pause(subscription, int(months) if months in map(str, membership.PAUSES) else 0)
        except Hindrance as hindrance:
            messages.error(request, str(hindrance.message))
        else:
            messages.success(request, gettext("Your payments are paused."))
        return redirect("account")
    ends = subscription.current_period_end
    choices = [
        (months, membership.goes_on(subscription, ends, months)) for months in membership.PAUSES if ends
    ]
    return render(request, "billing/pause.html", {"paid_until": ends, "choices": choices})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def change_plan(request: HttpRequest) -> HttpResponse:
    """What the other plan costs today and from then on; the portal asks once more, and does it."""
    user = who(request)
    subscription = membership.of(user)
    price = membership.other_price(subscription) if subscription else None
    if not subscription or not price:
        return redirect("account")
    if request.method == "POST":
        try:
            return see_other(portal.open(user, portal.Flow.CHANGE, price=price))
        except Hindrance as hindrance:
            messages.error(request, str(hindrance.message))
            return redirect("account")
    context: dict[str, Any] = {
        "from": _offer_of(subscription),
        "to": Offer.of(price),
        "subscription": subscription,
    }
    try:
        change = membership.preview(subscription, price)
        context |= {
            "change": change,
            "due_now": money(change.due_now, price.currency),
            "credit": money(change.credit, price.currency) if change.credit else "",
            "next_charge": money(change.next_amount, price.currency),
        }
    except Hindrance as hindrance:
        context["trouble"] = str(hindrance.message)
    return render(request, "billing/change.html", context)
