"""A source that was well until now, an editor who watches it, and what must hold whatever happens to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import unescape

import pytest
from django.test import Client

from accounts.models import User
from digestly.content.models import Episode, FetchAttempt, HostState, Source
from tests.content.world import Show, item, look, transcribe
from tests.fetch.loopback import Answer, Site


@dataclass
class Patient:
    """A source with one episode, fetched well once."""

    show: Show
    source: Source
    desk: Client

    def gets(self, answer: Answer) -> FetchAttempt:
        """What comes of this answer at its feed address, once its host may be asked."""
        HostState.objects.update(blocked_until=None)
        self.show.answers("/feed.xml", answer)
        return look(self.source)

    def lists(self, *items: str, more: str = "") -> FetchAttempt:
        self.show.lists(*items, more=more)
        HostState.objects.update(blocked_until=None)
        return look(self.source)

    def suffers(self, answer: Answer, *codes: str) -> None:
        """The answer is stored as one of these faults, an editor reads of it, nothing is lost, and it gets well."""
        known = list(self.source.episodes.values_list("identity", "title"))
        was = Source.objects.values("etag", "last_modified", "content_sha").get(pk=self.source.pk)
        attempt = self.gets(answer)
        assert attempt.outcome in codes, (attempt.outcome, attempt.message)
        assert self.source.error_code == attempt.outcome
        assert self.source.error_text == attempt.message
        assert self.source.error_text in self.read()
        assert self.source.lease_token is None
        assert list(self.source.episodes.values_list("identity", "title")) == known
        assert Source.objects.values("etag", "last_modified", "content_sha").get(pk=self.source.pk) == was
        self.recovers()

    def recovers(self) -> None:
        number = self.source.episodes.count() + 1
        assert self.lists(item(number), item(1)).new == 1
        assert (self.source.status, self.source.error_code) == (Source.Status.ACTIVE, "")

    def read(self) -> str:
        """What the editor sees at the source, in letters as they are read."""
        return unescape(self.desk.get(f"/admin/content/source/{self.source.pk}/change/").content.decode())

    def transcribed(self, *links: str, number: int = 2) -> Episode:
        """The episode with these transcript tags, after a worker went for its words."""
        self.lists(item(number, *links), item(1))
        return transcribe(self.source.episodes.get(guid=f"harbour-{number}"))


@pytest.fixture
def patient(show: Show, harbour: Source, editor: User) -> Patient:
    desk = Client()
    desk.force_login(editor)
    patient = Patient(show, harbour, desk)
    patient.lists(item(1))
    return patient


@pytest.fixture
def elsewhere() -> Iterator[Callable[[], Site]]:
    """A site on this machine that nobody was allowed to reach."""
    sites: list[Site] = []

    def forbidden() -> Site:
        sites.append(Site())
        return sites[-1]

    yield forbidden
    for site in sites:
        site.close()
