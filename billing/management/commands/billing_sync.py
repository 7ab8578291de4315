"""Compare everything with Stripe now."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from billing import gateway, keys, reconcile


class Command(BaseCommand):
    help = "Compare every customer with Stripe, fetch events that never came, and say what changed."

    def handle(self, *args: Any, **options: Any) -> None:
        if not keys.is_selling():
            raise CommandError("Plus is not on sale here: STRIPE_SECRET_KEY is not set.")
        changed = 0
        for customer, changes in reconcile.everyone():
            changed += 1
            self.stdout.write(f"{customer}: {'; '.join(changes)}")
        try:
            for stripe_id, changes in reconcile.money_back():
                self.stdout.write(f"{stripe_id}: {'; '.join(changes)}")
            late = reconcile.catch_up()
        except gateway.StripeFailure as error:
            raise CommandError(f"Not all could be fetched: {error}") from None
        self.stdout.write(f"customers changed: {changed}, lost events found: {late}")
