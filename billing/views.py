"""Buying: the pricing page, and the ways to Stripe and back."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse, translate_url
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from . import checkout, customers, keys, plus, portal, trials
from .errors import HasSubscription, Hindrance, JustPaid, NotVerified
from .models import CheckoutAttempt, PlanPrice
from .money import offers
from .plus import Cta, State
from .visits import own_path, printable, see_other, who

REFRESH_AFTER = 3  # seconds
TURNS = 20  # times that the page refreshes by itself while a payment is being confirmed


@require_safe
def pricing(request: HttpRequest) -> HttpResponse:
    """Free and Plus side by side. A guest's page holds no form, so that it can be cached."""
    back_to = own_path(request.GET.get("next", ""))
    here = request.path + (f"?{urlencode({'next': back_to})}" if back_to else "")
    context = {
        "offers": offers(),
        "trial_days": _trial_days(request),
        "tax": settings.STRIPE_TAX,
        "standing": plus.standing(request.user),
        "next": back_to,
        "sign_up_path": f"{reverse('account_signup')}?{urlencode({'next': here})}",
        "sign_in_path": f"{reverse('account_login')}?{urlencode({'next': here})}",
        "alternates": [(code, translate_url(request.path, code)) for code, _ in settings.LANGUAGES],
        "messages": messages.get_messages(request) if request.user.is_authenticated else (),
    }
    response = render(request, "billing/pricing.html", context)
    patch_vary_headers(response, ["Cookie"])
    if request.user.is_authenticated:
        patch_cache_control(response, private=True, no_store=True)
    else:
        patch_cache_control(response, public=True, max_age=60)
    return response


def _trial_days(request: HttpRequest) -> int:
    """What is promised to guests, and to those who have not had it."""
    return trials.days_for(who(request)) if request.user.is_authenticated else settings.PLUS_TRIAL_DAYS


@never_cache
def start_checkout(request: HttpRequest) -> HttpResponse:
    """To Stripe's page for a price, or to wherever it makes sense to go instead."""
    if request.method != "POST":  # a reload, or an address that was kept
        return redirect("pricing")
    if not keys.is_selling():
        raise Http404
    back_to = own_path(request.POST.get("next", ""))
    pricing_path = reverse("pricing") + (f"?{urlencode({'next': back_to})}" if back_to else "")
    if not request.user.is_authenticated:
        return redirect_to_login(pricing_path)
    price = PlanPrice.objects.on_sale().filter(lookup_key=printable(request.POST.get("price", ""))).first()
    if not price:
        return HttpResponseBadRequest(gettext("There is no such price. Go back and choose again."))
    try:
        is_trial = "trial" in request.POST
        return see_other(checkout.start(who(request), price, back_to=back_to, trial=is_trial))
    except NotVerified as hindrance:
        messages.warning(request, str(hindrance.message))
        return redirect("account_email")
    except JustPaid as paid:
        return redirect(f"{reverse('billing_return')}?session_id={quote(paid.session_id)}")
    except HasSubscription as hindrance:
        return _to_existing(request, hindrance)
    except Hindrance as hindrance:
        messages.error(request, str(hindrance.message))
        return redirect(pricing_path)


def _to_existing(request: HttpRequest, hindrance: HasSubscription) -> HttpResponse:
    """Nobody buys twice: to the step that the subscription they have is waiting for."""
    cta = plus.standing(request.user).cta
    if cta is Cta.FINISH_PAYMENT:
        messages.warning(request, str(hindrance.message))
        return redirect("account")
    return _to_portal(request, portal.Flow.CARD if cta is Cta.FIX_PAYMENT else portal.Flow.HOME)


@never_cache
def open_portal(request: HttpRequest) -> HttpResponse:
    """To the reader's own pages at Stripe."""
    if request.method != "POST":
        return redirect("account")
    if not request.user.is_authenticated:
        return redirect_to_login(reverse("account"))
    wanted = request.POST.get("flow", "")
    return _to_portal(request, portal.Flow(wanted) if wanted in set(portal.Flow) else portal.Flow.HOME)


def _to_portal(request: HttpRequest, flow: portal.Flow) -> HttpResponse:
    try:
        return see_other(portal.open(who(request), flow))
    except Hindrance as hindrance:
        messages.error(request, str(hindrance.message))
        return redirect("account")


@never_cache
@require_safe
@login_required
def back_from_stripe(request: HttpRequest) -> HttpResponse:
    """From the checkout, with its session: back to where the reader came from. From the portal: to the account."""
    user = who(request)
    if "session_id" not in request.GET:
        if customer := customers.of(user):
            checkout.sync_now(customer)
        return redirect("account")
    outcome = checkout.finish(user, printable(request.GET["session_id"]))
    if not outcome:
        raise Http404
    standing = plus.standing(user)
    if standing.has_plus:
        if not outcome.attempt.back_to:
            messages.success(request, gettext("Welcome to Plus. Everything is open to you now."))
        return redirect(outcome.attempt.back_to or "account")
    if outcome.attempt.state == CheckoutAttempt.State.COMPLETE and standing.state not in (
        State.FREE,
        State.LAPSED,
    ):
        return redirect("account")
    if outcome.is_known and outcome.attempt.state != CheckoutAttempt.State.COMPLETE:
        messages.info(request, gettext("Nothing was paid, and nothing was charged."))
        return redirect(_pricing_for(outcome.attempt))
    return _confirming(request)


def _pricing_for(attempt: CheckoutAttempt) -> str:
    return reverse("pricing") + (f"?{urlencode({'next': attempt.back_to})}" if attempt.back_to else "")


def _confirming(request: HttpRequest) -> HttpResponse:
    """The payment is made and not yet heard of. The page looks again by itself, for a while."""
    given = request.GET.get("turn", "")
    turn = int(given) if given.isascii() and given.isdecimal() and len(given) < 4 else 0
    again = f"{request.path}?{urlencode({'session_id': request.GET['session_id'], 'turn': turn + 1})}"
    context = {"again": again, "refresh_after": REFRESH_AFTER, "is_patient": turn < TURNS}
    return render(request, "billing/confirming.html", context)
