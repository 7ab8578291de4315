"""Deploy, as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class DeployConfig(AppConfig):
    name = "digestly.deploy"
    label = "deploy"
