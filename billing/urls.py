"""Where money is spoken of outside the languages' own pages. Mounted at /billing/."""

from __future__ import annotations

from django.urls import path

from . import gift_views, member_views, views
from .webhooks import webhook

urlpatterns = [
    path("webhook/", webhook, name="billing_webhook"),
    path("checkout/", views.start_checkout, name="billing_checkout"),
    path("return/", views.back_from_stripe, name="billing_return"),
    path("portal/", views.open_portal, name="billing_portal"),
    path("invoices/", member_views.invoices, name="billing_invoices"),
    path("cancel/", member_views.cancel, name="billing_cancel"),
    path("cancel/<str:token>/", member_views.cancel_by_link, name="billing_cancel_by_link"),
    path("resume/", member_views.resume, name="billing_resume"),
    path("pause/", member_views.pause, name="billing_pause"),
    path("plan/", member_views.change_plan, name="billing_plan"),
    path("gift/", gift_views.give, name="billing_gift"),
    path("gift/return/", gift_views.back_from_gift, name="billing_gift_return"),
    path("gifts/", gift_views.given, name="billing_gifts"),
    path("redeem/", gift_views.redeem_by_hand, name="billing_redeem"),
    path("redeem/<str:code>/", gift_views.redeem, name="billing_redeem_code"),
]
