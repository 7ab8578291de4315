"""What the two `inspect_…` commands share: sources in, one line of JSON each out, and an honest exit code."""

from __future__ import annotations

import json
import sys
from abc import abstractmethod
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from digestly.fetch.errors import BadUrl, Failure


class InspectCommand(BaseCommand):
    """Prints `inspected(source)` for each source. Exit 1 if one of them could not be understood."""

    requires_system_checks: list[str] = []
    sources = "FILE"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("sources", nargs="+", metavar=self.sources)
        parser.add_argument(
            "--content-type", metavar="CT", help="the media type to believe, such as text/vtt"
        )

    def handle(self, *, sources: list[str], content_type: str | None, **options: Any) -> None:
        understood = True
        for source in sources:
            try:
                report = self.inspected(source, content_type)
            except Failure as failure:
                report = self.refused(failure)
                understood = False
            self.stdout.write(json.dumps(report, ensure_ascii=False, allow_nan=False))
        if not understood:
            sys.exit(1)

    @abstractmethod
    def inspected(self, source: str, content_type: str | None) -> dict[str, Any]:
        """The report on one source; raises a Failure when there is nothing to report."""

    @abstractmethod
    def refused(self, failure: Failure) -> dict[str, Any]:
        """The same report when there is nothing but a reason."""


def bytes_of(path: str, *, at_most: int) -> bytes:
    """The content of a file, and one byte more than allowed of a larger one, so that parsers see it."""
    try:
        with Path(path).open("rb") as file:
            return file.read(at_most + 1)
    except (OSError, ValueError) as why:
        reason = why.strerror if isinstance(why, OSError) and why.strerror else "not a file name"
        raise BadUrl(f"This file cannot be read: {reason}.") from why
