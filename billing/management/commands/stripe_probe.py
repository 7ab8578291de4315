"""Ask Stripe's sandbox what we ask, and say where the stand-in differs."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from billing import keys


class Command(BaseCommand):
    help = "Replay our calls against the sandbox of STRIPE_SECRET_KEY, and say where the stand-in differs. Not for CI."

    def handle(self, *args: Any, **options: Any) -> None:
        from billing.standin import probe  # a part of trying out, loaded only for this

        key = settings.STRIPE_SECRET_KEY
        if not key.startswith(keys.TEST):
            raise CommandError("The probe makes customers and sales: it takes a test key, never a live one.")
        if key == probe.KEY and not settings.STRIPE_API_BASE:
            raise CommandError("Set STRIPE_SECRET_KEY to a key of your sandbox first.")
        found = list(probe.compare(key, settings.STRIPE_API_BASE))
        for difference in found:
            self.stdout.write(str(difference))
        self.stdout.write(f"{len(found)} differences")
