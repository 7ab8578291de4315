"""A finished digest in, from a file."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from digestly.content import editorial, exchange
from digestly.content.management.editor import editor_named
from digestly.content.models import Digest
from digestly.outline.errors import OutlineError


class Command(BaseCommand):
    help = (
        "Import a digest from JSON or Markdown (- for standard input). The same file again changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file")
        parser.add_argument("--publish", action="store_true", help="approve it, in the name of --by")
        parser.add_argument("--by", metavar="EMAIL", help="the editor who approves")
        parser.add_argument("--language", help="for Markdown, which does not say it")
        parser.add_argument("--source", help="for Markdown: the source's name")

    def handle(self, *args: Any, file: str, publish: bool, by: str | None, **options: Any) -> None:
        editor = editor_named(by) if publish else None
        try:
            digest = bring_in(text_of(file), options, by=editor)
        except OutlineError as failure:
            raise CommandError(f"{file}: {failure.message}") from failure
        except editorial.Stale as stale:
            raise CommandError(
                f"{file}: the digest is not open for changes. Look at it in the admin."
            ) from stale
        except editorial.Unpublishable as refused:
            raise CommandError(
                f"{file}: readers would get this version, and it has errors. {refused}"
            ) from refused
        if editor and digest.state == Digest.State.IN_REVIEW:
            try:
                editorial.approve(digest, by=editor)
            except editorial.Unpublishable as refused:
                raise CommandError(f"Imported, but it stays in review. {refused}") from refused
        self.stdout.write(where(digest))


def text_of(file: str) -> str:
    try:
        body = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        return body.decode("utf-8-sig")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise CommandError(f"{file} cannot be read: {reason}.") from error


def bring_in(text: str, options: dict[str, Any], *, by: User | None) -> Digest:
    """Whichever form the text has."""
    if text.lstrip().startswith(("{", "[")):
        try:
            data = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise exchange.BadImport(f"This is no JSON: {error}.") from error
        return exchange.bring_in(data, by=by)
    if not options["language"]:
        raise exchange.BadImport("Markdown does not say its language. Add --language.")
    around = {"language": options["language"], "source": {"name": options["source"]}}
    return exchange.bring_in_markdown(text, around, by=by)


def where(digest: Digest) -> str:
    """The digest's path; while it is not published, the editor's."""
    if digest.state == Digest.State.PUBLISHED:
        return Digest.objects.for_reading().get(pk=digest.pk).get_absolute_url()
    return f"/admin/content/digest/{digest.pk}/change/ ({digest.get_state_display()})"
