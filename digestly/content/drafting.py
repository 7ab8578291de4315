"""Station 4: write the digest. The engine works with no transaction open; its result is fenced by the lease."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction

from digestly.engine import Options, TooShort, make_outline

from .models import Digest, Revision
from .models.digest import facts_of
from .models.transition import claim, finish

LEASE = timedelta(minutes=15)


def draft(digest: Digest) -> bool:
    """Write the outline of a pending digest; True if it is now in review. A failure is stored with its reason."""
    token = claim(digest, Digest.State.RUNNING, waiting=(Digest.State.PENDING,), lasting=LEASE)
    if not token:
        return False
    transcript = digest.transcript
    if transcript is None or transcript.language != digest.language:
        spoken = transcript.language if transcript else "?"
        return fail(digest, token, "needs_llm", f"The recording is in “{spoken}”; a digest in “{digest.language}” needs a language model.")
    try:
        options = Options(language=digest.language, title=digest.episode.title)
        written = make_outline(transcript.spoken(), options)
    except TooShort as problem:
        return fail(digest, token, problem.code, problem.message)
    why = "" if is_readable(digest.language) else f"no locale “{digest.language}”: it can be reviewed, not published"
    version = digest.version + 1
    with transaction.atomic():
        facts = facts_of(written.outline)
        if not finish(
            digest, token, Digest.State.IN_REVIEW, why=why, version=version, attempts=0, error_code="", error_text="",
            engine=written.report.engine, report={"warnings": list(written.report.warnings)}, **facts,
        ):  # fmt: skip
            return False
        Revision.objects.create(digest=digest, version=version, outline=facts["outline"], note=written.report.engine)
    return True


def fail(digest: Digest, token: object, code: str, message: str) -> bool:
    finish(digest, token, Digest.State.FAILED, why=code, error_code=code, error_text=message[:500])  # type: ignore[arg-type]
    return False


def is_readable(language: str) -> bool:
    """Has the interface this language?"""
    return language in dict(settings.LANGUAGES)
