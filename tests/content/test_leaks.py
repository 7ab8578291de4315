"""No locked word leaves the server for someone without Plus, by any address, method or mishap.

Every bullet, insight, analysis and transcript segment carries a canary of its own. The walker asks every URL of the
project, so a new surface joins by existing; one whose parameters it cannot fill fails the test.
"""

from __future__ import annotations

import itertools
import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from accounts.models import User
from billing import gateway
from billing.models import BillingCustomer, PlanPrice, Subscription
from digestly.content import editorial
from digestly.content.models import Digest, Source
from digestly.outline.types import Outline, Point, Section
from digestly.transcripts.types import Segment
from tests.addresses import addresses
from tests.conftest import DAY

CANARY = re.compile(r"canary[a-z]+\d+x")
ODD_HEADERS: list[dict[str, str]] = [
    {"Accept": "application/json"},
    {"Accept": "text/markdown, text/plain;q=0.9"},
    {"Accept": "*/*;q=0", "Accept-Language": "ko"},
    {"If-None-Match": "*"},
    {"If-None-Match": '"0"', "If-Modified-Since": "Sun, 01 Mar 2026 00:00:00 GMT"},
    {"Range": "bytes=0-"},
    {"X-Requested-With": "XMLHttpRequest", "HX-Request": "true"},
]


ROLES = ["guest", "free", "lapsed", "past_due", "plus", "subscriber"]


class Aviary:
    """Hands out canaries, and remembers which are open to everyone, to Plus, or to nobody."""

    def __init__(self) -> None:
        self.numbers = itertools.count(1)
        self.open: set[str] = set()
        self.locked: set[str] = set()
        self.hidden: set[str] = set()

    def __call__(self, cage: set[str], kind: str) -> str:
        canary = f"canary{kind}{next(self.numbers)}x"
        cage.add(canary)
        return f"A sentence with {canary} in it."

    def point(self, cage: set[str], kind: str = "bullet") -> Point:
        return Point(self(cage, kind), start=12.0, speaker="Robin")


def subscribed(role: str, status: str, **facts: Any) -> User:
    """A reader whose subscription is in that state."""
    user = User.objects.create_user(f"{role}@reader.example", "a-long-password")
    customer = BillingCustomer.objects.create(user=user, stripe_customer_id=f"cus_{role}")
    now = timezone.now()
    usual = {"current_period_start": now - timedelta(days=8), "current_period_end": now + timedelta(days=22)}
    Subscription.objects.create(
        customer=customer, stripe_subscription_id=f"sub_{role}", status=status, is_plus=True, fetched_at=now,
        **{**usual, **facts},
    )  # fmt: skip
    return user


@pytest.fixture
def members(db: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who pays, who did, and who ought to; and Stripe, whom pages must not need, out of reach."""
    now = timezone.now()
    subscribed("subscriber", "active")
    subscribed("past_due", "past_due", past_due_since=now - timedelta(days=8))
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    monkeypatch.setattr(gateway, "RETRIES", 0)


@dataclass
class Stage:
    """Everything the walker needs: digests in every state, and the canaries in them."""

    birds: Aviary
    published: list[Digest]
    values: dict[str, list[Any]]


@pytest.fixture
def stage(
    make_digest: Callable[..., Digest], publish: Callable[[Digest], Digest], price: PlanPrice, source: Source,
    editor: User, free: User, plus: User, lapsed: User, members: None,
) -> Stage:  # fmt: skip
    birds = Aviary()
    transcript = tuple(Segment(float(n), n + 1.0, None, birds(birds.hidden, "segment")) for n in range(5))

    def digest(outline: Outline, **facts: Any) -> Digest:
        return make_digest(outline, segments=transcript, **{"edition_date": DAY, **facts})

    published = [publish(digest(nested(birds), language=language)) for language in ("en", "ko")] + [
        publish(digest(flat(birds))),
        publish(digest(all_locked(birds), policy="all_locked")),
        publish(digest(nested(birds, open_below=True), free_until=timezone.now() + timedelta(hours=1))),
        publish(digest(nested(birds), free_until=timezone.now() - timedelta(hours=1))),
    ]
    unpublished = Aviary()
    unpublished.numbers = birds.numbers
    digest(nested(unpublished))
    scheduled = digest(nested(unpublished))
    editorial.approve(scheduled, by=editor, publish_at=timezone.now() + timedelta(days=1))
    gone = digest(nested(unpublished))
    publish(gone)
    editorial.withdraw(Digest.objects.get(pk=gone.pk), by=editor, why="The speaker asked us to.")
    birds.hidden |= unpublished.open | unpublished.locked
    slugs = [one.entry.slug for one in Digest.objects.exclude(entry=None).select_related("entry")]
    return Stage(
        birds,
        published,
        {
            "day": [DAY],
            "slug": [*slugs, source.slug],
            "form": ["rss", "atom", "json"],
            "object_id": [published[0].pk],
            "pk": [published[0].pk],
            "id": [editor.pk],
            "digest_id": [published[0].pk],
            "kind": ["terms"],
            "language": ["en"],
            "revision": [1],
            "version": [1],
            "transcript": [published[0].transcript_id],
            "app_label": ["content", "billing", "accounts"],
            "content_type_id": [1],
            "url": ["content/digest"],
            "key": ["0-0"],
            "uidb36": ["1"],
            "token": ["none"],
            "code": ["none"],
        },
    )


def nested(birds: Aviary, *, open_below: bool = False) -> Outline:
    below = birds.open if open_below else birds.locked
    mixed = Section(
        "c",
        "A mixed section",
        bullets=(birds.point(birds.open),),
        sections=(
            Section("c1", "Closed below", bullets=(birds.point(below), birds.point(below))),
            Section("c2", "Marked free", access="free", bullets=(birds.point(birds.open),)),
        ),
    )
    return Outline(
        title=f"A talk {next(birds.numbers)}",
        summary=birds(birds.open, "summary"),
        key_points=(birds.point(birds.open, "keypoint"),),
        sections=(
            Section("a", "An open section", emoji="🎈", bullets=(birds.point(birds.open),)),
            Section("b", "A marked section", access="plus", bullets=(birds.point(birds.locked),)),
            mixed,
        ),
        insights=(birds.point(below, "insight"),),
        analysis=birds(below, "analysis"),
    )


def flat(birds: Aviary) -> Outline:
    opened = tuple(
        Section(f"f{n}", f"Section {n}", bullets=(birds.point(birds.open), birds.point(birds.open)))
        for n in (1, 2)
    )
    last = Section("f3", "The last section", bullets=(birds.point(birds.locked), birds.point(birds.locked)))
    return Outline(title="A flat talk", summary=birds(birds.open, "summary"), sections=(*opened, last))


def all_locked(birds: Aviary) -> Outline:
    return Outline(
        title="A closed talk",
        summary=birds(birds.open, "summary"),
        key_points=(birds.point(birds.open, "keypoint"),),
        sections=(Section("z", "Closed", bullets=(birds.point(birds.locked),)),),
    )


def said(response: HttpResponse) -> str:
    body = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
    headers = " ".join(f"{name}: {value}" for name, value in response.items())
    return f"{headers} {response.cookies} {body.decode(errors='replace')}"


def asked_in_odd_ways(browser: Client, path: str, turn: int) -> Iterator[str]:
    """Plainly, and in all odd ways for what belongs to a day, for digests live there; elsewhere in one, by turns.

    Of the desk, where the same door stands before every address, every third is asked oddly.
    """
    yield said(browser.get(path))
    ways: list[Callable[[], HttpResponse]] = [
        lambda: browser.head(path),
        lambda: browser.post(path, {"q": "x"}),
        *(partial(browser.get, path, headers=headers) for headers in ODD_HEADERS),
    ]
    if f"/{DAY:%Y/%m/%d}/" not in path:
        ways = [] if path.startswith("/admin/") and turn % 3 else [ways[turn // 3 % len(ways)]]
    for way in ways:
        yield said(way())


@pytest.mark.parametrize("role", ROLES)
def test_nobody_gets_more_than_is_theirs(
    role: str, stage: Stage, signed_in: Callable[[User | None], Client], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    user = User.objects.filter(email__startswith=role).first()
    assert (user is None) == (role == "guest")
    allowed = stage.birds.open | (stage.birds.locked if role in ("plus", "subscriber") else set())
    seen: set[str] = set()
    paths = addresses(stage.values)

    nowhere = ["/nowhere/", "/ko/nowhere", f"/en/{DAY:%Y/%m/%d}/no-such-digest/"]
    for turn, path in enumerate([*paths, *nowhere], start=ROLES.index(role)):
        browser = signed_in(user)
        browser.raise_request_exception = False
        for heard in asked_in_odd_ways(browser, path, turn):
            birds = set(CANARY.findall(heard))
            assert birds <= allowed, f"{role} got {birds - allowed} from {path}"
            seen |= birds
    letters = " ".join(f"{letter.subject} {letter.body}" for letter in mail.outbox)
    kept = repr(getattr(cache, "_cache", {}))
    assert not CANARY.findall(letters + kept + caplog.text), "mail, cache and logs hold no text of digests"
    assert seen == allowed, f"{role} misses {allowed - seen}"
    assert any("/admin/" in path for path in paths)
    assert any("feed.rss" in path for path in paths)


@pytest.mark.parametrize("suffix", ["/", ".md", ".json"])
@pytest.mark.parametrize("role", ["guest", "free", "lapsed", "past_due"])
def test_a_broken_page_says_nothing(
    role: str, suffix: str, stage: Stage, signed_in: Callable[[User | None], Client],
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    digest = stage.published[0]
    broken = {
        **digest.outline,
        "sections": [{"id": "q", "heading": 7, "bullets": digest.outline["sections"]}],
    }
    Digest.objects.filter(pk=digest.pk).update(
        outline=broken, version=99
    )  # no kept rendering is of version 99
    browser = signed_in(User.objects.filter(email__startswith=role).first())
    browser.raise_request_exception = False

    response = browser.get(digest.get_absolute_url().rstrip("/") + suffix)

    assert response.status_code == 500
    assert not set(CANARY.findall(said(response) + caplog.text)) & (stage.birds.locked | stage.birds.hidden)
    assert "Traceback" not in response.content.decode()


def test_plus_reads_the_whole_digest_in_every_form(
    published: Digest, plus: User, signed_in: Callable[[User | None], Client]
) -> None:
    path = published.get_absolute_url()
    texts = [bullet.text for section in published.content.walk() for bullet in section.bullets]
    browser = signed_in(plus)

    for form in (path, path.rstrip("/") + ".json"):
        answer = browser.get(form)
        told = answer.json() if form.endswith(".json") else answer.content.decode()
        whole = repr(told) if isinstance(told, dict) else told
        missing = [text for text in texts if text.replace("'", "&#x27;") not in whole and text not in whole
                   and repr(text)[1:-1] not in whole]  # fmt: skip
        assert not missing


def test_the_gate_opens_and_closes_with_the_grant(
    published: Digest, free: User, editor: User, signed_in: Callable[[User | None], Client]
) -> None:
    from billing.models import AccessGrant

    browser, path = signed_in(free), published.get_absolute_url()
    locked = published.content.insights[0].text.split("'")[0][:40]
    assert locked not in browser.get(path).content.decode()
    grant = AccessGrant.objects.create(user=free, granted_by=editor)
    assert locked in browser.get(path).content.decode()
    AccessGrant.objects.filter(pk=grant.pk).update(revoked_at=timezone.now())
    assert locked not in browser.get(path).content.decode()
