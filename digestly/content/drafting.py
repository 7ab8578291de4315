"""Station 4: write the digest. The engine works with no transaction open; its result is fenced by the lease."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from digestly.engine import Draft, EngineError, Options, make_outline

from .models import Digest, Revision
from .models.digest import facts_of
from .models.transition import claim, finish

LEASE = timedelta(minutes=15)
NO_TRANSCRIPT = "There is no transcript to write from. Bring one to the episode first."


def draft(digest: Digest) -> bool:
    """Write the outline of a pending digest; True if it is now in review. A failure is stored with its reason."""
    token = claim(digest, Digest.State.RUNNING, waiting=(Digest.State.PENDING,), lasting=LEASE)
    if not token:
        return False
    # The words may have been replaced between loading and claiming; from here on they stay.
    digest.refresh_from_db(fields=["transcript", "version"])
    transcript = digest.transcript
    if transcript is None:
        return fail(digest, token, "transcript_bad", NO_TRANSCRIPT)
    if transcript.language != digest.language:
        return fail(digest, token, "needs_llm", foreign(transcript.language, digest.language))
    options = Options(language=digest.language, title=digest.episode.title)
    try:
        written = make_outline(transcript.spoken(), options)
    except EngineError as problem:
        return fail(digest, token, problem.code, problem.message)
    return store(digest, token, written)


def foreign(spoken: str, wanted: str) -> str:
    return f"The recording is in “{spoken}”; a digest in “{wanted}” needs a language model."


def store(digest: Digest, token: UUID, written: Draft) -> bool:
    """The outline as the next version, and the state, in one transaction."""
    version = digest.version + 1
    facts = facts_of(written.outline)
    engine = written.report.engine[:50]
    report = {"warnings": list(written.report.warnings)}
    with transaction.atomic():
        if not finish(
            digest, token, Digest.State.IN_REVIEW, why=reservation(digest), version=version, engine=engine,
            report=report, error_code="", error_text="", attempts=0, **facts,
        ):  # fmt: skip
            return False
        Revision.objects.create(digest=digest, version=version, outline=facts["outline"], note=engine)
    return True


def reservation(digest: Digest) -> str:
    """What already stands against its publication."""
    has_locale = digest.language in dict(settings.LANGUAGES)
    return "" if has_locale else f"no locale “{digest.language}”: it can be reviewed, not published"


def fail(digest: Digest, token: UUID, code: str, message: str) -> bool:
    """Store why there is no outline. Always False: it is what `draft` answers then."""
    finish(
        digest, token, Digest.State.FAILED, why=code, attempts=0, error_code=code, error_text=message[:500]
    )
    return False
