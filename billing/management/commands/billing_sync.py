"""Compare everything with Stripe now."""

from __future__ import annotations

from math import inf
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from billing import gateway, keys, reconcile


class Command(BaseCommand):
    help = "Compare everything with Stripe, fetch events that never came, and say what changed."

    def handle(self, *args: Any, **options: Any) -> None:
        if not keys.is_selling():
            raise CommandError("Plus is not on sale here: STRIPE_SECRET_KEY is not set.")
        run = reconcile.by_hand()
        try:
            for found in reconcile.go_on(run.pk, turn=inf):
                self.stdout.write(f"{found.who}: {'; '.join(found.told)}")
        except gateway.StripeFailure as error:
            raise CommandError(f"Not all could be compared, the sweeper goes on later: {error}") from None
        run.refresh_from_db()
        self.stdout.write(
            f"compared: {run.compared}, differed: {run.differed}, lost events found: {run.late_events}"
        )
