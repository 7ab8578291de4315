"""A list of feeds in, from an OPML file."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from digestly.content import subscribing
from digestly.content.management.editor import editor_named
from digestly.content.management.inspection import bytes_of
from digestly.feeds.opml import MAX_BYTES
from digestly.fetch.errors import Failure


class Command(BaseCommand):
    help = "Add the feeds of an OPML file (- for standard input). Says what became of each; twice adds none."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file")
        parser.add_argument("--dry-run", action="store_true", help="only say what would become of each")
        parser.add_argument(
            "--newest", type=int, default=0, help="episodes of each that are digested at the start"
        )
        parser.add_argument("--by", metavar="EMAIL", help="the editor who adds them")

    def handle(
        self, *args: Any, file: str, dry_run: bool, newest: int, by: str | None, **options: Any
    ) -> None:
        editor = editor_named(by) if by else None
        try:
            body = sys.stdin.buffer.read(MAX_BYTES + 1) if file == "-" else bytes_of(file, at_most=MAX_BYTES)
            listed = subscribing.read(body)
        except Failure as failure:
            raise CommandError(f"{file}: {failure.message} ({failure.code})") from failure
        if dry_run:
            lines = subscribing.judged(listed.subscriptions)
        else:
            lines = subscribing.add(listed.subscriptions, newest=max(0, newest), by=editor)
        for line in lines:
            self.stdout.write(f"{line.verdict}\t{line.subscription.url}\t{line.why}".rstrip())
        counts = Counter(line.verdict for line in lines)
        told = ", ".join(f"{count} {verdict}" for verdict, count in sorted(counts.items())) or "no feeds"
        cut = f", {listed.left_out} beyond the most that are taken at once" if listed.left_out else ""
        self.stderr.write(f"{file}: {told}{cut}")
