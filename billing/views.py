"""The pricing page."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import translate_url
from django.views.decorators.http import require_safe

from . import plus
from .models import PlanPrice
from .money import money


@require_safe
def pricing(request: HttpRequest) -> HttpResponse:
    prices = [
        {
            "text": money(price.amount, price.currency),
            "interval": price.get_interval_display(),
            "key": price.lookup_key,
        }
        for price in PlanPrice.objects.on_sale().order_by("amount", "pk")
    ]
    context = {
        "prices": prices,
        "has_plus": plus.has_plus(request.user),
        "alternates": [(code, translate_url(request.path, code)) for code, _ in settings.LANGUAGES],
    }
    return render(request, "billing/pricing.html", context)
