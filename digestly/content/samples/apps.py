"""The samples, as Django knows them: an app that production does not have."""

from __future__ import annotations

from django.apps import AppConfig


class SamplesConfig(AppConfig):
    name = "digestly.content.samples"
    label = "samples"
