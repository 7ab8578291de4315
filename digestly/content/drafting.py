"""Station 4: write the digest. The engine works with no transaction open; its result is fenced by the lease.

A language model may need longer than a worker may take. Its answers are kept as they come, so that a draft goes on
where it stopped: in the next shift, after a crash, or when an editor tries again.
"""

from __future__ import annotations

import time
from dataclasses import asdict
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from digestly.engine import Draft, EngineError, Options, make_outline
from digestly.engine.llm.ledger import Interrupted
from digestly.engine.llm.writer import Writer
from digestly.engine.make import NeedsModel
from digestly.work.wake import wake

from . import spending
from .models import Digest, Revision, Transcript
from .models.digest import facts_of
from .models.transition import claim, finish
from .spending import DigestLedger

LEASE = timedelta(minutes=15)
SHIFT = timedelta(minutes=4)  # and the answers under way at its end must fit into a task's time as well
NO_TRANSCRIPT = "There is no transcript to write from. Bring one to the episode first."


def draft(digest: Digest, *, shift: timedelta | None = None) -> bool:
    """Write the outline of a pending digest; True if it is now in review. A failure is stored with its reason."""
    token = claim(digest, Digest.State.RUNNING, waiting=(Digest.State.PENDING,), lasting=LEASE)
    if not token:
        return False
    # The words may have been replaced between loading and claiming; from here on they stay.
    digest.refresh_from_db(fields=["transcript", "version", "engine_wanted"])
    transcript = digest.transcript
    if transcript is None:
        return fail(digest, token, "transcript_bad", NO_TRANSCRIPT)
    ledger = ledger_of(digest, token, shift)
    begun = time.monotonic()
    try:
        if ledger is None and transcript.language != digest.language:
            raise NeedsModel(foreign(transcript.language, digest.language))
        written = make_outline(transcript.spoken(), options_for(digest, transcript, ledger))
    except Interrupted:
        return rest(digest, token)
    except EngineError as problem:
        return fail(digest, token, problem.code, problem.message)
    report = report_of(written, ledger, seconds=time.monotonic() - begun)
    return store(digest, token, written, report)


def foreign(spoken: str, wanted: str) -> str:
    return f"The recording is in “{spoken}”; a digest in “{wanted}” needs a language model."


def ledger_of(digest: Digest, token: UUID, shift: timedelta | None) -> DigestLedger | None:
    """Where a model is to write; None where the extractive engine is."""
    if settings.LLM is None or digest.engine_wanted == "extractive":
        return None
    return DigestLedger(digest, token, settings.LLM, lease=LEASE, shift=shift)


def options_for(digest: Digest, transcript: Transcript, ledger: DigestLedger | None) -> Options:
    episode = digest.episode
    marks = [(float(start), str(title)) for start, title in episode.chapter_marks]
    about: dict[str, Any] = {"language": transcript.language, "title": episode.title, "chapters": marks}
    if ledger is None:
        return Options(**about)
    source = episode.source
    writer = Writer(
        ledger.model, ledger, glossary=source.glossary, instructions=source.instructions,
        keep_unsupported=settings.LLM_KEEP_UNSUPPORTED, reads_twice=settings.LLM_READS_TWICE,
    )  # fmt: skip
    into = None if digest.language == transcript.language else digest.language
    return Options("llm", into=into, writer=writer, fall_back=True, **about)


def report_of(written: Draft, ledger: DigestLedger | None, *, seconds: float) -> dict[str, Any]:
    """The engine's report as stored, with what it took."""
    report = asdict(written.report)
    del report["engine"]
    return report | (asdict(ledger.bill()) if ledger else {}) | {"seconds": round(seconds, 1)}


def store(digest: Digest, token: UUID, written: Draft, report: dict[str, Any]) -> bool:
    """The outline as the next version, and the state, in one transaction."""
    version = digest.version + 1
    facts = facts_of(written.outline)
    engine = written.report.engine[:50]
    with transaction.atomic():
        if not finish(
            digest, token, Digest.State.IN_REVIEW, why=reservation(digest), version=version, engine=engine,
            report=report, error_code="", error_text="", attempts=0, **facts,
        ):  # fmt: skip
            return False
        Revision.objects.create(digest=digest, version=version, outline=facts["outline"], note=engine)
        if not written.report.fallback:
            spending.forget_answers(digest)
    return True


def reservation(digest: Digest) -> str:
    """What already stands against its publication."""
    has_locale = digest.language in dict(settings.LANGUAGES)
    return "" if has_locale else f"no locale “{digest.language}”: it can be reviewed, not published"


def rest(digest: Digest, token: UUID) -> bool:
    """Back in line: the next worker goes on. Always False: it is what `draft` answers then."""
    from .tasks import draft_digest

    with transaction.atomic():
        if finish(digest, token, Digest.State.PENDING, why="shift over", attempts=0):
            wake(draft_digest, digest.pk)
    return False


def fail(digest: Digest, token: UUID, code: str, message: str) -> bool:
    """Store why there is no outline. Always False: it is what `draft` answers then."""
    finish(
        digest, token, Digest.State.FAILED, why=code, attempts=0, error_code=code, error_text=message[:500]
    )
    return False
