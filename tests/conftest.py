"""The cast: one reader of each kind, an editor, and a published digest that they read."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import translation

from accounts.models import User
from billing.models import AccessGrant, PlanPrice
from digestly.content import editorial
from digestly.content.models import Digest, Episode, Revision, Source, Transcript
from digestly.content.models.digest import facts_of
from digestly.outline import document
from digestly.outline.types import Outline
from digestly.transcripts.types import Segment
from tests.browser.chromium import FLAGS, chromium
from tests.crashes import Nursery

DATA = Path(__file__).parent / "data"
SAMPLES = Path(__file__).parent.parent / "digestly" / "content" / "samples" / "data"
DAY = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """allauth's rate limits live in the cache, and one test's logins are not the next one's."""
    cache.clear()


@pytest.fixture(autouse=True)
def _no_language_left() -> None:
    """A request leaves its language to its thread, and one test's readers are not the next one's."""
    translation.deactivate()


@pytest.fixture
def free(db: None) -> User:
    """Has an account and has never paid."""
    return User.objects.create_user("free@reader.example", "a-long-password")


@pytest.fixture
def plus(db: None) -> User:
    """May read everything."""
    user = User.objects.create_user("plus@reader.example", "a-long-password")
    AccessGrant.objects.create(user=user, kind=AccessGrant.Kind.COMP)
    return user


@pytest.fixture
def lapsed(db: None) -> User:
    """Had Plus until yesterday."""
    user = User.objects.create_user("lapsed@reader.example", "a-long-password")
    now = datetime.now(UTC)
    AccessGrant.objects.create(
        user=user,
        kind=AccessGrant.Kind.GIFT,
        starts_at=now - timedelta(days=31),
        ends_at=now - timedelta(days=1),
    )
    return user


@pytest.fixture
def editor(db: None) -> User:
    """Reviews and publishes."""
    return User.objects.create_superuser("editor@desk.example", "a-long-password", name="Robin Vale")


@pytest.fixture
def price(db: None) -> PlanPrice:
    """Plus at five dollars a month."""
    return PlanPrice.objects.create(lookup_key="plus_monthly", amount=500, currency="usd", interval="month")


@pytest.fixture
def signed_in() -> Callable[[User | None], Client]:
    """A browser for one of the cast; nobody is a guest."""

    def browser(user: User | None) -> Client:
        client = Client()
        if user:
            client.force_login(user)
        return client

    return browser


@pytest.fixture
def source(db: None) -> Source:
    return Source.objects.create(
        url="https://lanternfield.example/feed.xml",
        url_norm="https://lanternfield.example/feed.xml",
        title="Lanternfield Salon",
        slug="lanternfield-salon",
        link="https://lanternfield.example/",
        language="en",
        status=Source.Status.ACTIVE,
    )


@pytest.fixture
def make_digest(source: Source) -> Callable[..., Digest]:
    """Puts a digest in review, made from an outline; facts of the digest may be given by name."""

    def make(
        outline: Outline, *, language: str = "en", segments: tuple[Segment, ...] = (), **facts: Any
    ) -> Digest:
        number = Episode.objects.count() + 1
        episode = Episode.objects.create(
            source=source,
            identity=f"talk-{number}",
            title=f"Talk {number}",
            link=f"https://lanternfield.example/talks/{number}",
            media_url=f"https://lanternfield.example/talks/{number}.mp3",
            duration=3492,
            state=Episode.State.TRANSCRIPT_READY,
        )
        packed = Transcript.packed(segments)
        transcript = Transcript.objects.create(
            episode=episode, sha=Transcript.sha_of(packed), origin=Transcript.Origin.FEED, format="vtt",
            language=language, segments=packed, words=len(segments),
        )  # fmt: skip
        facts = {"state": Digest.State.IN_REVIEW, "engine": "extractive", **facts}
        digest = Digest.objects.create(
            episode=episode, language=language, transcript=transcript, version=1, **facts_of(outline), **facts
        )
        Revision.objects.create(digest=digest, version=1, outline=digest.outline, note="extractive")
        return digest

    return make


@pytest.fixture
def publish(editor: User) -> Callable[[Digest], Digest]:
    """Has the editor approve a digest, and loads it as a page does."""

    def approve(digest: Digest) -> Digest:
        editorial.approve(digest, by=editor)
        return Digest.objects.for_reading().get(pk=digest.pk)

    return approve


@pytest.fixture
def talk() -> Outline:
    """An outline in the full shape: nine sections, five of them with sub-sections, insights and an analysis."""
    return document.load(json.loads((SAMPLES / "telling-the-truth-en.json").read_text()))


@pytest.fixture
def published(
    talk: Outline, make_digest: Callable[..., Digest], publish: Callable[[Digest], Digest]
) -> Digest:
    """That talk, published in English in the edition of 2 March 2026."""
    return publish(make_digest(talk, edition_date=DAY))


@pytest.fixture
def nursery(home: Path, tmp_path: Path) -> Iterator[Nursery]:
    """Where workers come from that are going to be killed."""
    nursery = Nursery(home, tmp_path)
    yield nursery
    nursery.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium, one for the whole run, since a process can drive only one.

    Where there is none these tests are skipped, unless DIGESTLY_REQUIRE_BROWSER=1.
    """
    path = chromium()
    if not path:
        no_browser = pytest.fail if os.environ.get("DIGESTLY_REQUIRE_BROWSER") == "1" else pytest.skip
        no_browser("no Chromium on this machine: set CHROMIUM_PATH or 'apt-get install chromium'")
    # The driver keeps an event loop in this thread, and Django refuses its ORM beside one.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()
