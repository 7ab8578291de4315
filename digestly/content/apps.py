"""Content, as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ContentConfig(AppConfig):
    name = "digestly.content"
    label = "content"
    verbose_name = _("Content")

    def ready(self) -> None:
        from . import checks  # noqa: F401 - it registers itself
