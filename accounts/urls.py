"""The account's own pages. Mounted before allauth's, at the same /account/."""

from __future__ import annotations

from allauth.account import views as allauth
from django.urls import path

from . import views
from .codes import explained

urlpatterns = [
    path("preferences/", views.preferences, name="account_preferences"),
    path("security/", views.security, name="account_security"),
    path("export/", views.export, name="account_export"),
    path("close/", views.close, name="account_close"),
    path("closed/", views.closed, name="account_closed"),
    path(
        "confirm-email/", explained(allauth.email_verification_sent), name="account_email_verification_sent"
    ),
    path("login/code/confirm/", explained(allauth.confirm_login_code), name="account_confirm_login_code"),
    path(
        "password/reset/confirm/",
        explained(allauth.confirm_password_reset_code),
        name="account_confirm_password_reset_code",
    ),
]
