"""What an editor can decide about a digest: save it, or move it on. Each decision is the editor's by name.

A decision takes what is typed with it: text and step are stored together, or neither is. Nothing typed is
ever lost: whatever was refused comes back in the form.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from digestly.content import editorial
from digestly.content.models import Digest

from .history import clock, last_step, who
from .review_form import ReviewForm

State = Digest.State


@dataclass(frozen=True)
class Step:
    """A way out of some states. `take` does it; `needs` names the field without which it cannot be done."""

    name: str
    label: Promise
    out_of: tuple[str, ...]
    take: Callable[[Digest, User, dict[str, Any]], object]
    done: Promise
    needs: str = ""
    needed: Promise | str = ""
    publishes: bool = False

    def is_open_to(self, digest: Digest) -> bool:
        """Can it be taken now? Back to review goes what has a text, written again what has words to write from."""
        has_what_it_takes = {
            "back": lambda: digest.version > 0,
            "again": lambda: bool(digest.transcript_id) or digest.episode.transcripts.exists(),
            "extract": lambda: is_extractable(digest),
        }.get(self.name, lambda: True)
        return digest.state in self.out_of and has_what_it_takes()


def is_extractable(digest: Digest) -> bool:
    """It was, or was to be, written by a model, and in the language that is spoken."""
    spoken = digest.transcript.language if digest.transcript else ""
    by_model = digest.engine.startswith("llm") if digest.version else settings.LLM is not None
    return by_model and spoken == digest.language


def publish_now(digest: Digest, by: User, said: dict[str, Any]) -> None:
    if not editorial.publish(digest, by=by):
        raise editorial.Stale


STEPS = {
    step.name: step
    for step in (
        Step(
            "approve", gettext_lazy("Approve and publish now"), (State.IN_REVIEW,),
            lambda digest, by, said: editorial.approve(digest, by=by),
            gettext_lazy("Approved and published."), publishes=True,
        ),
        Step(
            "schedule", gettext_lazy("Approve and publish then"), (State.IN_REVIEW,),
            lambda digest, by, said: editorial.approve(digest, by=by, publish_at=said["publish_at"]),
            gettext_lazy("Approved. It will be published at its time."), publishes=True,
            needs="publish_at", needed=gettext_lazy("Say when."),
        ),
        Step(
            "publish", gettext_lazy("Publish now"), (State.APPROVED,), publish_now,
            gettext_lazy("Published."), publishes=True,
        ),
        Step(
            "back", gettext_lazy("Back to review"), (State.APPROVED, State.REJECTED, State.WITHDRAWN, State.FAILED),
            lambda digest, by, said: editorial.back_to_review(digest, by=by, why=said["why"]),
            gettext_lazy("It is in review again."),
        ),
        Step(
            "again", gettext_lazy("Have it written again"), (State.IN_REVIEW, State.FAILED),
            lambda digest, by, said: editorial.write_again(digest, by=by),
            gettext_lazy("It will be written again. The versions so far are kept."),
        ),
        Step(
            "extract", gettext_lazy("Draft with the extractive engine instead"), (State.IN_REVIEW, State.FAILED),
            lambda digest, by, said: editorial.write_again(digest, by=by, engine="extractive"),
            gettext_lazy("It will be drafted from the recording's own sentences. The versions so far are kept."),
        ),
        Step(
            "reject", gettext_lazy("Reject"), (State.IN_REVIEW, State.FAILED),
            lambda digest, by, said: editorial.reject(digest, by=by, why=said["why"]),
            gettext_lazy("Rejected. It will not appear."),
            needs="why", needed=gettext_lazy("Say why, for those who look at it later."),
        ),
        Step(
            "withdraw", gettext_lazy("Withdraw"), (State.PUBLISHED,),
            lambda digest, by, said: editorial.withdraw(digest, by=by, why=said["why"]),
            gettext_lazy("Withdrawn. Its page says so, with the reason."),
            needs="why", needed=gettext_lazy("Say why: readers will see it."),
        ),
    )
}  # fmt: skip


class Refused(Exception):
    """Nothing was done; the message says why. The typed text goes back to the editor."""


class Overtaken(Refused):
    """Somebody else was quicker."""


def decide(form: ReviewForm, act: str, *, by: User, over: int | None = None) -> str:
    """Do what the editor asked for, and say what was done. Raises `Refused`, and then nothing was.

    `over` is the version that the editor knowingly replaces.
    """
    digest, step = form.digest, STEPS.get(act)
    if step:
        prepare(form, step)
    elif not form.differs:
        return _("Nothing has changed: version %(version)d stands.") % {"version": digest.version}
    version = over if over is not None else form.typed_version
    try:
        with transaction.atomic():
            if form.differs and form.outline is not None:
                editorial.save(digest, form.outline, by=by, version=version, note=note_of(form), **form.terms)
            if step:
                step.take(digest, by, form.cleaned_data)
    except editorial.Unpublishable as refusal:
        digest.refresh_from_db()  # what was written in between is undone
        reason = (
            _("Readers would get this: mend the errors first.") if not step else _("Errors stand against it.")
        )
        raise Refused(f"{reason} {refusal}") from refusal
    except editorial.Stale as stale:
        digest.refresh_from_db()
        raise Overtaken(overtaken(digest, version)) from stale
    return str(step.done) if step else _("Saved as version %(version)d.") % {"version": digest.version}


def prepare(form: ReviewForm, step: Step) -> None:
    """Refuse a step that cannot be taken, before anything is written."""
    if not step.is_open_to(form.digest):
        raise Overtaken(overtaken(form.digest))
    said = form.cleaned_data.get(step.needs)
    if step.needs and not said:
        form.add_error(step.needs, str(step.needed))
        raise Refused(_("Nothing was done. %(missing)s") % {"missing": step.needed})
    if isinstance(said, datetime) and said <= timezone.now():
        form.add_error("publish_at", _("This time is past."))
        raise Refused(_("Nothing was done. This time is past."))


def note_of(form: ReviewForm) -> str:
    """Which terms changed, for the list of versions."""
    return ", ".join(f"{name}: {value or '–'}" for name, value in form.terms.items())[:200]


def overtaken(digest: Digest, version: int | None = None) -> str:
    """Where the digest stands, and who moved it there."""
    if version not in (None, digest.version):
        return _("Nothing was saved: there is a newer version. Look at both below.")
    step = last_step(digest, State)
    told = {
        "state": digest.get_state_display(),
        "who": who(step.by if step else ""),
        "at": clock(step.at) if step else "",
    }
    if not step:
        return _("Nothing was done: it is “%(state)s” already.") % told
    return _("Nothing was done: it is “%(state)s” already (%(who)s, %(at)s).") % told
