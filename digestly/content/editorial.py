"""Station 6: from a draft to a published digest in an edition. Every step names who took it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.text import slugify

from accounts.models import User
from digestly.outline.lint import Finding, lint
from digestly.outline.types import Outline
from digestly.work.wake import wake

from .ingest import numbered
from .models import Digest, Edition, EditionEntry, RetiredSlug, Revision, SearchText, Source
from .models.digest import facts_of
from .models.transition import move

WITHDRAWN = "Its source is withdrawn: nothing of it is published."
EDITABLE = (Digest.State.IN_REVIEW, Digest.State.APPROVED, Digest.State.PUBLISHED)


class Stale(Exception):
    """Somebody else saved the digest, or moved it on, since it was loaded."""


class Unpublishable(Exception):
    """Lint errors stand against it: `findings`."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__(" ".join(finding.message for finding in findings))
        self.findings = findings


def findings(digest: Digest, outline: Outline | None = None) -> list[Finding]:
    """What lint says of the digest, or of an outline it might get, and whether its source may be shown at all."""
    found = lint(
        digest.content if outline is None else outline,
        language=digest.language,
        locales=[code for code, _ in settings.LANGUAGES],
        policy=digest.policy_at(timezone.now()),
    )
    if digest.episode.source.status == Source.Status.WITHDRAWN:
        found = [Finding("error", "source_withdrawn", WITHDRAWN), *found]
    return found


def errors_in(digest: Digest, outline: Outline | None = None) -> list[Finding]:
    """The findings that forbid publication."""
    return [finding for finding in findings(digest, outline) if finding.level == "error"]


def save(
    digest: Digest, outline: Outline, *, by: User | None, version: int, note: str = "", **terms: object
) -> None:
    """Store an edited outline as the next version, kept as a revision; `terms` are columns that editors set.

    Raises `Stale` if `version` is not the last, and `Unpublishable` for errors in what has left review.
    """
    errors = errors_in(digest, outline)
    open_states = (Digest.State.IN_REVIEW,) if errors else EDITABLE
    facts = facts_of(outline)
    with transaction.atomic():
        rows = Digest.objects.filter(pk=digest.pk, version=version, state__in=open_states)
        if not rows.update(version=version + 1, **facts, **terms):
            raise Unpublishable(errors) if errors and digest.state in EDITABLE[1:] else Stale
        Revision.objects.create(
            digest=digest, version=version + 1, outline=facts["outline"], by=by, note=note
        )
        tell_search(digest)
    digest.refresh_from_db()


def approve(digest: Digest, *, by: User, publish_at: datetime | None = None) -> None:
    """Sign the digest with an editor's name, and publish it now or at a time.

    Raises `Unpublishable` for lint errors and `Stale` if it is no longer in review, or no longer the version
    that the editor has seen.
    """
    if errors := errors_in(digest):
        raise Unpublishable(errors)
    with transaction.atomic():
        seen = (
            Digest.objects.select_for_update().filter(pk=digest.pk, version=digest.version).values_list("pk")
        )
        if not seen.first() or digest.state != Digest.State.IN_REVIEW or not move(
            digest, Digest.State.APPROVED, by=by, reviewed_by=by, reviewed_at=timezone.now(), publish_at=publish_at
        ):  # fmt: skip
            raise Stale
    if publish_at is None or publish_at <= timezone.now():
        publish(digest)


def publish(digest: Digest, *, by: User | None = None, now: datetime | None = None) -> bool:
    """Give an approved digest its place in an edition; False if somebody else has moved it.

    State, edition and entry in one transaction: a reader sees all of it or nothing. `by` is nobody when its
    time has come; then whoever approved it stands for it.
    """
    now = now or timezone.now()
    with transaction.atomic():
        # Held until it is done: whoever withdraws the whole source at this moment takes this digest along.
        source = Source.objects.select_for_update().only("status").get(episodes=digest.episode_id)
        if source.status == Source.Status.WITHDRAWN:
            return False
        if digest.state != Digest.State.APPROVED or not move(
            digest, Digest.State.PUBLISHED, by=by or digest.reviewed_by, published_at=now
        ):
            return False
        tell_search(digest)
        if EditionEntry.objects.filter(digest=digest).exists():  # withdrawn once, and back at its old place
            return True
        edition = edition_for(digest, now)
        EditionEntry.objects.create(
            edition=edition,
            digest=digest,
            position=(edition.entries.aggregate(last=Max("position"))["last"] or 0) + 1,
            slug=free_slug(edition, digest.title),
        )
    return True


def tell_search(digest: Digest) -> None:
    """What can be found of a published digest follows what it says. Until then search finds nothing of it."""
    from .tasks import write_down_for_search

    if digest.state == Digest.State.PUBLISHED:
        wake(write_down_for_search, digest.pk)


def edition_for(digest: Digest, now: datetime) -> Edition:
    """The day the editor chose, whatever its state; else the first that is still open. Held until it is stored.

    Whoever holds an edition takes its next position alone, and nobody closes it meanwhile.
    """
    day = digest.edition_date or edition_day(now)
    while True:
        Edition.objects.get_or_create(date=day, language=digest.language)
        edition = Edition.objects.select_for_update().get(date=day, language=digest.language)
        if digest.edition_date or edition.state == Edition.State.OPEN:
            return edition
        day += timedelta(days=1)


def reject(digest: Digest, *, by: User, why: str) -> None:
    """It will not appear."""
    _step(digest, (Digest.State.IN_REVIEW, Digest.State.FAILED), Digest.State.REJECTED, by=by, why=why)


def back_to_review(digest: Digest, *, by: User, why: str = "") -> None:
    """Take back an approval, a rejection or a withdrawal; or go on with what stood before a failed rewrite."""
    takes_back = [Digest.State.APPROVED, Digest.State.REJECTED, Digest.State.WITHDRAWN]
    if digest.version:
        takes_back.append(Digest.State.FAILED)
    cleared: dict[str, object] = {
        "publish_at": None,
        "withdrawn_because": "",
        "error_code": "",
        "error_text": "",
    }
    cleared |= {"withdrawn_with_source": False}
    _step(digest, tuple(takes_back), Digest.State.IN_REVIEW, by=by, why=why, **cleared)


def withdraw(digest: Digest, *, by: User, why: str) -> None:
    """Take a published digest away. Its address answers 410 with the reason."""
    _step(
        digest, (Digest.State.PUBLISHED,), Digest.State.WITHDRAWN, by=by, why=why, withdrawn_because=why[:300]
    )
    SearchText.objects.filter(digest=digest).delete()


def write_again(digest: Digest, *, by: User, engine: str = "") -> None:
    """Have it written anew, from the newest words, by an engine or by the usual one. The versions so far are kept."""
    from .tasks import draft_digest

    again = (Digest.State.IN_REVIEW, Digest.State.FAILED)
    spoken = digest.episode.transcripts.filter(language=digest.language).order_by("-pk").first()
    fresh = {"transcript": spoken or digest.transcript, "attempts": 0, "error_code": "", "error_text": ""}
    fresh |= {"engine_wanted": engine, "spent": 0}
    with transaction.atomic():
        _step(digest, again, Digest.State.PENDING, by=by, why="written again", **fresh)
        wake(draft_digest, digest.pk)


def _step(
    digest: Digest, out_of: tuple[str, ...], became: str, *, by: User, why: str, **changes: object
) -> None:
    if digest.state not in out_of or not move(digest, became, by=by, why=why, **changes):
        raise Stale


def rename(entry: EditionEntry, slug: str) -> None:
    """Give a digest another address. The old one redirects for good."""
    slug = slug_of(slug)
    if slug == entry.slug:
        return
    with transaction.atomic():
        Edition.objects.select_for_update().get(pk=entry.edition_id)  # one at a time takes a free slug
        RetiredSlug.objects.filter(edition=entry.edition, slug=slug, entry=entry).delete()
        RetiredSlug.objects.update_or_create(
            edition=entry.edition, slug=entry.slug, defaults={"entry": entry}
        )
        entry.slug = free_slug(entry.edition, slug)
        entry.save(update_fields=["slug"])


def arrange(edition: Edition, entries: list[int]) -> None:
    """Put an edition's entries in this order; those that are not named follow, as they stood."""
    with transaction.atomic():
        Edition.objects.select_for_update().get(pk=edition.pk)
        standing = dict(edition.entries.order_by("position").values_list("pk", "position"))
        wanted = list(dict.fromkeys(pk for pk in entries if pk in standing))
        order = wanted + [pk for pk in standing if pk not in wanted]
        if order == list(standing):
            return
        # Past all places first: two entries never share one, not even for a moment.
        beyond = max(*standing.values(), len(standing)) + 1
        edition.entries.update(position=F("position") + beyond)
        for position, pk in enumerate(order, start=1):
            edition.entries.filter(pk=pk).update(position=position)


def publish_due(now: datetime | None = None, *, batch: int = 500) -> int:
    """Publish what was approved for a time that has come."""
    now = now or timezone.now()
    due = Digest.objects.due(now).select_related("reviewed_by").defer("outline", "report").order_by("pk")
    return sum(publish(digest, now=now) for digest in due[:batch])


def close_editions(now: datetime | None = None) -> int:
    """Close the editions whose day is over; what is published later joins the next one."""
    open_until = edition_day(now or timezone.now())
    return Edition.objects.filter(state=Edition.State.OPEN, date__lt=open_until).update(
        state=Edition.State.CLOSED
    )


def edition_day(now: datetime) -> date:
    """The day whose edition is being made: today until the closing hour, in the site's time zone."""
    local = timezone.localtime(now)
    return local.date() + timedelta(days=local.hour >= settings.EDITION_CLOSE_HOUR)


def free_slug(edition: Edition, title: str) -> str:
    """A slug that no digest of the edition has or had."""
    base = slug_of(title)
    taken = set(edition.entries.filter(slug__startswith=base).values_list("slug", flat=True))
    taken |= set(edition.retired_slugs.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(slug for slug in numbered(base) if slug not in taken)


def slug_of(title: str) -> str:
    return slugify(title, allow_unicode=True)[:100].strip("-_") or "digest"
