"""The account's own pages. Mounted before allauth's, at the same /account/."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("preferences/", views.preferences, name="account_preferences"),
    path("security/", views.security, name="account_security"),
    path("export/", views.export, name="account_export"),
    path("close/", views.close, name="account_close"),
    path("closed/", views.closed, name="account_closed"),
]
