"""The outbox, as Django knows it: an app that production does not have."""

from __future__ import annotations

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "accounts.outbox"
