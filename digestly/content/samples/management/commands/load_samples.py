"""Fill an empty database by the real pipeline: feeds over HTTP, the engine, an editor's approval."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.models import User
from digestly.content import editorial, exchange
from digestly.content.ingest import add_source
from digestly.content.models import Digest, Source
from digestly.content.samples import people, shelf
from digestly.content.walk import walk
from digestly.fetch.addresses import AllowList
from digestly.fetch.client import Client

IMPORTED = ("telling-the-truth-ko.json", "telling-the-truth-en.json")
# Days before today by which each digest stands in an edition: three editions in each language. The newest episode of
# each feed is left for whoever comes to the desk.
EDITIONS = {"slow-deploy-2": 0, "slow-deploy-1": 1, "commute-whiteboard-2": 0, "commute-whiteboard-1": 2}
IMPORTED_EDITIONS = {"ko": 1, "en": 2}


class Command(BaseCommand):
    help = "Load the sample accounts, prices, episodes and digests into an empty database."

    def handle(self, *args: Any, **options: Any) -> None:
        samples = Source.objects.filter(url__regex=shelf.ADDRESS)
        begun = samples.exclude(status=Source.Status.PAUSED)
        if not begun.exists() and Source.objects.exists():
            self.stdout.write("Samples: not needed, there is content.")
            return
        begun.delete()  # an earlier load was interrupted: its half goes, and is made whole
        people.welcome()
        editor = User.objects.get(email=people.EDITOR)
        with shelf.served() as base:
            self._walk_feeds(base, editor)
        self._import_digests(editor)
        samples.update(status=Source.Status.PAUSED)  # the shelf is not served any more
        published, waiting = Digest.objects.published(), Digest.objects.awaiting_review()
        self.stdout.write(
            f"Samples: {published.count()} digests published, {waiting.count()} for you to review."
        )

    def _walk_feeds(self, base: str, editor: User) -> None:
        """Only this client may reach the sample server; nobody else's may reach loopback at all."""
        allow = AllowList.parse(f"127.0.0.1/32:{base.rsplit(':', 1)[1]}")
        client = Client(user_agent=f"Digestly/1 (+{settings.BASE_URL})", allow=allow)
        for feed in shelf.FEEDS:
            source, _ = add_source(f"{base}/{feed}", allow=allow)
            walk(source, client, say=self.stdout.write)
        drafts = Digest.objects.awaiting_review().select_related("episode")
        for digest in drafts.filter(episode__guid__in=EDITIONS).order_by("episode__published_at"):
            self._publish(digest, ago(EDITIONS[digest.episode.guid]), editor)

    def _import_digests(self, editor: User) -> None:
        for name in IMPORTED:
            language = name.removesuffix(".json")[-2:]
            day = ago(IMPORTED_EDITIONS[language])
            digest = exchange.bring_in(json.loads(shelf.filled(name, date=day.isoformat())), by=editor)
            if digest.state == Digest.State.IN_REVIEW:
                self._publish(digest, day, editor)

    def _publish(self, digest: Digest, day: date, editor: User) -> None:
        Digest.objects.filter(pk=digest.pk).update(edition_date=day)
        digest.refresh_from_db()
        editorial.approve(digest, by=editor)
        self.stdout.write(f"  published: {digest.title}")


def ago(days: int) -> date:
    return timezone.localdate() - timedelta(days=days)
