"""The sources out, as OPML."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from digestly.content import subscribing


class Command(BaseCommand):
    help = "Write all sources as OPML, to a file or to standard output."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", default="-")

    def handle(self, *args: Any, file: str, **options: Any) -> None:
        body = subscribing.listed()
        if file == "-":
            self.stdout.write(body.decode(), ending="")
        else:
            Path(file).write_bytes(body)
