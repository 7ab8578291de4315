"""Where money is spoken of outside the languages' own pages. Mounted at /billing/."""

from __future__ import annotations

from django.urls import path

from . import views
from .webhooks import webhook

urlpatterns = [
    path("webhook/", webhook, name="billing_webhook"),
    path("checkout/", views.start_checkout, name="billing_checkout"),
    path("return/", views.back_from_stripe, name="billing_return"),
    path("portal/", views.open_portal, name="billing_portal"),
]
