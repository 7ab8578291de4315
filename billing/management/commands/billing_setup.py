"""Make Stripe ready to sell Plus."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from billing import gateway, keys, readiness, setup


class Command(BaseCommand):
    help = "Find or make product, prices, portal and webhook at Stripe, and print the webhook's secret. Safe to repeat."
    requires_system_checks = ()  # the secret that a check would miss is what this command prints

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="change nothing, and say what is missing or differs"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not keys.is_selling():
            raise CommandError("Set STRIPE_SECRET_KEY first.")
        try:
            if options["check"]:
                self._check()
                return
            for line in setup.run():
                self.stdout.write(line)
        except gateway.StripeFailure as error:
            raise CommandError(f"Stripe: {error}") from None

    def _check(self) -> None:
        problems = [*readiness.problems_here(), *readiness.problems_at_stripe()]
        for problem in problems:
            self.stdout.write(problem)
        if problems:
            raise CommandError("Stripe is not ready to sell Plus.")
        self.stdout.write("Stripe is ready to sell Plus.")
