"""A digest out, to a file."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from digestly.content import exchange
from digestly.content.models import Digest
from digestly.outline import markdown


class Command(BaseCommand):
    help = "Print a whole digest as JSON (the lossless form) or Markdown."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("id", type=int)
        parser.add_argument("--format", choices=["json", "markdown"], default="json")

    def handle(self, *args: Any, id: int, format: str, **options: Any) -> None:
        digest = Digest.objects.select_related("episode__source", "entry__edition").filter(pk=id).first()
        if digest is None or not digest.outline:
            raise CommandError(f"There is no written digest {id}.")
        if format == "markdown":
            self.stdout.write(markdown.write(digest.content), ending="")
        else:
            self.stdout.write(json.dumps(exchange.taken_out(digest), ensure_ascii=False, indent=1))
