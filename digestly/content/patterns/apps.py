"""The patterns, as Django knows them: an app that production does not have."""

from __future__ import annotations

from django.apps import AppConfig


class PatternsConfig(AppConfig):
    name = "digestly.content.patterns"
    label = "patterns"
