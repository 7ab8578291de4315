from __future__ import annotations

from django.apps import AppConfig


class SamplesConfig(AppConfig):
    name = "digestly.content.samples"
    label = "samples"
