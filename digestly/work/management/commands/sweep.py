"""The sweeper by hand, or from cron where no beat runs."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from digestly.work.sweep import sweep_all


class Command(BaseCommand):
    help = (
        "Re-drive what a dead worker or a deaf broker left lying. Safe to repeat, and to run twice at once."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        for what, moved in sweep_all().items():
            self.stdout.write(f"{what}: {moved}")
