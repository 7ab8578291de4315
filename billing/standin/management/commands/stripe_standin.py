"""Run the stand-in for Stripe on this machine."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from billing.standin.server import serve


class Command(BaseCommand):
    help = "Run the stand-in for Stripe: on this machine alone, without money, for trying Digestly out."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=settings.STANDIN_PORT, help="(default: %(default)s)")
        parser.add_argument(
            "--file", type=Path, default=settings.VAR / "standin" / "stripe.sqlite3",
            help="where everything is kept (default: %(default)s)",
        )  # fmt: skip

    def handle(self, *args: Any, port: int, file: Path, **options: Any) -> None:
        try:
            standin = serve(port, file)
        except (OSError, OverflowError) as error:
            raise CommandError(f"Port {port} cannot be used: {error}") from None
        self.stdout.write(f"The stand-in for Stripe: {standin.url}")
        self.stdout.flush()
        try:
            standin.serve_forever()
        except KeyboardInterrupt:
            pass
        finally:
            standin.server_close()
