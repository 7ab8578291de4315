"""Make Stripe ready to sell Plus."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from billing import gateway, keys, setup


class Command(BaseCommand):
    help = "Find or make product, prices, portal and webhook at Stripe, and print the webhook's secret. Safe to repeat."
    requires_system_checks = ()  # the secret that a check would miss is what this command prints

    def handle(self, *args: Any, **options: Any) -> None:
        if not keys.is_selling():
            raise CommandError("Set STRIPE_SECRET_KEY first.")
        try:
            for line in setup.run():
                self.stdout.write(line)
        except gateway.StripeFailure as error:
            raise CommandError(f"Stripe: {error}") from None
