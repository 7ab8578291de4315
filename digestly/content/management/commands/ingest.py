"""The walk by hand: feeds, or a transcript file, to digests in review."""

from __future__ import annotations

import hashlib
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from digestly.content import transcribe
from digestly.content.ingest import add_source, free_slug
from digestly.content.management.editor import editor_named
from digestly.content.models import Episode, Source
from digestly.content.outside import client
from digestly.content.walk import draft_all, walk
from digestly.fetch.errors import Failure


class Command(BaseCommand):
    help = (
        "Add feeds and walk their newest episodes to digests in review, in the foreground. A known feed goes on "
        "where it stopped. A local transcript needs --title."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("places", nargs="+", metavar="URL-or-file")
        parser.add_argument("--publish", action="store_true", help="approve each digest, in the name of --by")
        parser.add_argument("--by", metavar="EMAIL", help="the editor who approves")
        parser.add_argument("--title", help="title of the recording, for a transcript file")
        parser.add_argument("--source", default="Uploads", help="source that a transcript file belongs to")
        parser.add_argument("--language", default="", help="language of a transcript file")

    def handle(self, *args: Any, places: list[str], publish: bool, by: str | None, **options: Any) -> None:
        publish_by = editor_named(by) if publish else None
        failed = 0
        for place in places:
            try:
                ready = self._bring(place, publish_by, options)
                failed += not ready
                self.stdout.write(f"{place}: {ready} {'published' if publish_by else 'in review'}")
            except Failure as failure:
                failed += 1
                self.stderr.write(f"{place}: {failure.message} ({failure.code})")
        if failed == len(places):
            raise CommandError("Nothing is ready for review. What went wrong is said above, and kept with each source.")

    def _bring(self, place: str, publish_by: User | None, options: dict[str, Any]) -> int:
        if "://" in place:
            source, made = add_source(place)
            self.stdout.write(f"{place}: {'added' if made else 'known, going on'}")
            return walk(source, client(), say=self.stdout.write, publish_by=publish_by)
        return self._bring_file(Path(place), publish_by, options)

    def _bring_file(self, file: Path, publish_by: User | None, options: dict[str, Any]) -> int:
        try:
            body = file.read_bytes()
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}. Give a feed's address or a transcript file.") from error
        source = Source.objects.filter(title=options["source"]).first() or Source.objects.create(
            kind=Source.Kind.UPLOAD,
            title=options["source"][:300],
            slug=free_slug(options["source"]),
            language=options["language"],
            status=Source.Status.ACTIVE,
            next_fetch_at=None,
        )
        episode, made = source.episodes.get_or_create(
            identity="upload:" + hashlib.sha256(body).hexdigest(),
            defaults={
                "title": (options["title"] or file.stem)[:500],
                "state": Episode.State.WAITING_TRANSCRIPT,
            },
        )
        try:
            if episode.state == Episode.State.WAITING_TRANSCRIPT:
                transcribe.accept(episode, body, name=file.name, by=publish_by)
        except Failure:
            if made:
                episode.delete()  # nothing was stored that anybody could go on with
            raise
        return draft_all(source, say=self.stdout.write, publish_by=publish_by)
