"""Work, as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class WorkConfig(AppConfig):
    name = "digestly.work"
    label = "work"
