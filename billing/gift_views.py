"""Giving Plus, seeing what became of it, and redeeming it."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_http_methods, require_safe

from . import keys, links
from .errors import Hindrance, JustPaid, NotVerified
from .forms import GiftForm
from .gifts import buying, redeeming
from .models import Gift, PlanPrice
from .money import Sum, offers
from .visits import printable, see_other, who

A_PAGE = 20


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def give(request: HttpRequest) -> HttpResponse:
    """For whom, and then to Stripe's page."""
    on_sale = offers()
    if not keys.is_selling() or not on_sale:
        raise Http404
    first = {
        "key": uuid.uuid4(),
        "price": on_sale[-1].key,
        "language": get_language(),
        "sender": who(request).name,
    }
    form = GiftForm(request.POST if request.method == "POST" else None, offers=on_sale, initial=first)
    if request.method == "POST" and form.is_valid():
        return _to_pay(request, form)
    return render(request, "billing/gift.html", {"form": form}, status=400 if form.errors else 200)


def _to_pay(request: HttpRequest, form: GiftForm) -> HttpResponse:
    told = form.cleaned_data
    price = PlanPrice.objects.on_sale().get(lookup_key=told["price"])
    wish = buying.Wish(
        key=told["key"], price=price, recipient=told["recipient"], sender=told["sender"],
        message=told["message"], send_on=told["send_on"], language=told["language"],
    )  # fmt: skip
    try:
        return see_other(buying.start(who(request), wish))
    except NotVerified as hindrance:
        messages.warning(request, str(hindrance.message))
        return redirect("account_email")
    except JustPaid:
        return redirect("billing_gifts")
    except Hindrance as hindrance:
        messages.error(request, str(hindrance.message))
        return redirect("billing_gift")


@never_cache
@require_safe
@login_required
def back_from_gift(request: HttpRequest) -> HttpResponse:
    gift = buying.finish(who(request), printable(request.GET.get("session_id", "")))
    if not gift:
        raise Http404
    if gift.state == Gift.State.PAID:
        messages.success(request, gettext("Thank you. Your gift is paid."))
    elif gift.state in Gift.UNFINISHED:
        messages.info(
            request,
            gettext("We are waiting for word of your payment. This page will say so when it is here."),
        )
    return redirect("billing_gifts")


@never_cache
@require_safe
@login_required
def given(request: HttpRequest) -> HttpResponse:
    """What the reader gave, and what became of it; the newest first."""
    mine = Gift.objects.filter(buyer=who(request)).exclude(state__in=(Gift.State.FAILED, Gift.State.EXPIRED))
    before = request.GET.get("before", "")
    if before.isascii() and before.isdecimal() and len(before) < 19:
        mine = mine.filter(pk__lt=int(before))
    shown = list(mine.order_by("-pk")[: A_PAGE + 1])
    older = shown[A_PAGE - 1].pk if len(shown) > A_PAGE else None
    context = {"gifts": [_shown(gift) for gift in shown[:A_PAGE]], "older": older}
    return render(request, "billing/gifts.html", context)


def _shown(gift: Gift) -> dict[str, Any]:
    return {
        "gift": gift,
        "state": _in_words(gift),
        "amount": Sum(gift.amount, gift.currency),
        "link": links.to_gift(gift) if gift.state == Gift.State.PAID and not gift.redeemed_at else "",
        "pay_url": gift.url if gift.state == Gift.State.OPEN and gift.expires_at > timezone.now() else "",
    }


def _in_words(gift: Gift) -> str:
    if gift.state == Gift.State.REVOKED:
        return gettext("Refunded, and taken back.")
    if gift.state != Gift.State.PAID:
        return gettext("Not paid yet.")
    if gift.redeemed_at:
        return gettext("Redeemed on %(date)s.") % {"date": _day(gift.redeemed_at)}
    if gift.sent_at:
        return gettext("Sent on %(date)s, and not redeemed yet.") % {"date": _day(gift.sent_at)}
    return gettext("Paid. It will be sent on %(date)s.") % {
        "date": date_format(gift.send_on or timezone.localdate())
    }


def _day(moment: Any) -> str:
    return date_format(timezone.localtime(moment))


@never_cache
@require_safe
def redeem_by_hand(request: HttpRequest) -> HttpResponse:
    """Where a code is typed in."""
    typed = printable(request.GET.get("code", "")).strip()[:100]
    if not typed:
        return render(request, "billing/redeem.html", {})
    if gift := redeeming.find(typed):
        return redirect("billing_redeem_code", code=gift.spelled)
    return render(request, "billing/redeem.html", {"typed": typed, "is_unknown": True}, status=404)


@never_cache
@ensure_csrf_cookie
@require_http_methods(["GET", "HEAD", "POST"])
def redeem(request: HttpRequest, code: str) -> HttpResponse:
    """Shows the gift to whoever has its link; who is signed in may redeem it, once."""
    gift = redeeming.find(code)
    if not gift or gift.state in (*Gift.UNFINISHED, Gift.State.EXPIRED, Gift.State.FAILED):
        raise Http404
    here = reverse("billing_redeem_code", args=[gift.spelled])
    if request.method == "POST":
        if not request.user.is_authenticated:
            return redirect_to_login(here)
        return _redeem(request, gift, here)
    is_mine = request.user.is_authenticated and gift.redeemed_by_id == request.user.pk
    context = {"gift": gift, "here": here, "is_mine": is_mine}
    return render(request, "billing/redeem_gift.html", context)


def _redeem(request: HttpRequest, gift: Gift, here: str) -> HttpResponse:
    try:
        grant = redeeming.redeem(gift, who(request))
    except Hindrance as hindrance:
        messages.error(request, str(hindrance.message))
        return redirect(here)
    until = _day(grant.ends_at)
    if grant.starts_at > timezone.now():
        told = gettext("The gift is yours. It follows what you have already, and reaches until %(date)s.")
    else:
        told = gettext("The gift is yours. You have Plus until %(date)s.")
    messages.success(request, told % {"date": until})
    return redirect("account")
