"""`manage.py llm_probe`: does the configured language model behave as the engine counts on? Nothing is stored."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from digestly.engine.llm.probe import probe


class Command(BaseCommand):
    help = (
        "Try the configured language model (LLM_MODEL) and print what differs. It costs some 30,000 tokens."
    )
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.LLM is None:
            raise CommandError("No language model is set up. Set LLM_MODEL and LLM_API_KEY.")
        self.stdout.write(f"{settings.LLM.label} {settings.LLM.base_url}".rstrip())
        differing = 0
        for finding in probe(settings.LLM):
            differing += finding.differs
            told = f"DIFFERS: {finding.found}" if finding.differs else finding.found
            self.stdout.write(f"  {finding.name}: {told} (expected: {finding.expected})")
        if differing:
            raise CommandError(f"{differing} of these differ from what the engine counts on.")
        self.stdout.write("All as expected.")
