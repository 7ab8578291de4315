"""The walk by hand: feeds, or a transcript file, to digests in review."""

from __future__ import annotations

import hashlib
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from digestly.content import arrivals, transcribe
from digestly.content.ingest import add_source, source_named
from digestly.content.management.editor import editor_named
from digestly.content.models import Episode
from digestly.content.outside import client
from digestly.content.walk import Walked, draft_all, walk, walk_episode
from digestly.feeds import youtube
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
                walked = self.bring(place, publish_by, options)
            except Failure as failure:
                failed += 1
                self.stderr.write(f"{place}: {failure.message} ({failure.code})")
                continue
            failed += walked.has_failed
            published = f"{walked.published} published, " if publish_by else ""
            self.stdout.write(f"{place}: {published}{walked.in_review} in review")
        if failed:
            raise CommandError(
                f"{failed} of {len(places)} failed: see above. The reason is kept with the source, too."
            )

    def bring(self, place: str, publish_by: User | None, options: dict[str, Any]) -> Walked:
        if "://" not in place:
            return self.bring_file(Path(place), publish_by, options)
        if address := youtube.recognise(place):
            return self.bring_from_youtube(place, address, publish_by)
        source, made = add_source(place, by=publish_by)
        self.stdout.write(f"{place}: {'added' if made else 'known, going on'}")
        return walk(source, client(), say=self.stdout.write, publish_by=publish_by)

    def bring_from_youtube(self, place: str, address: youtube.Address, publish_by: User | None) -> Walked:
        """A channel or playlist is walked as a feed is; of a video's channel only that one episode."""
        found = youtube.find(address, client(), home=settings.YOUTUBE_HOME)
        source, episode = arrivals.settle(found, by=publish_by)
        self.stdout.write(f"{place}: {source.url}")
        if found.video is None:
            return walk(source, client(), say=self.stdout.write, publish_by=publish_by)
        return walk_episode(source, episode, client(), say=self.stdout.write, publish_by=publish_by)

    def bring_file(self, file: Path, publish_by: User | None, options: dict[str, Any]) -> Walked:
        try:
            body = file.read_bytes()
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "no file name"
            raise Failure(f"{reason}. Give a feed's address or a transcript file.", code="bad_url") from error
        source = source_named(options["source"], language=options["language"])
        episode, made = source.episodes.get_or_create(
            identity="upload:" + hashlib.sha256(body).hexdigest(),
            defaults={
                "title": (options["title"] or file.stem)[:500],
                "state": Episode.State.WAITING_TRANSCRIPT,
            },
        )
        try:
            if episode.state == Episode.State.WAITING_TRANSCRIPT:
                transcribe.accept(episode, body, name=file.name, language=options["language"], by=publish_by)
        except Failure:
            if made:
                episode.delete()  # nothing was stored that anybody could go on with
            raise
        return draft_all(source, say=self.stdout.write, publish_by=publish_by)
