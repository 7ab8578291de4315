"""Content, as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class ContentConfig(AppConfig):
    name = "digestly.content"
    label = "content"

    def ready(self) -> None:
        from . import checks  # noqa: F401 - it registers itself
