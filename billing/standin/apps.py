"""The stand-in as an app. Settings install it only while trying out."""

from __future__ import annotations

from django.apps import AppConfig


class StandinConfig(AppConfig):
    """There only while trying out; brings the `stripe_standin` command."""

    name = "billing.standin"
    label = "standin"
