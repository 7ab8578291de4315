"""Checks: keys that do not fit together are errors, whoever set them and however; and so are prices that are missing,
where a deploy check may ask the database (`check --deploy --database default`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import Error, Tags, register
from django.db import DatabaseError

from . import keys, readiness


@register(Tags.security)
def stripe_keys(**told: Any) -> list[Error]:
    wrong = keys.problems(
        key=settings.STRIPE_SECRET_KEY,
        secrets=settings.STRIPE_WEBHOOK_SECRETS,
        base=settings.STRIPE_API_BASE,
        try_out=settings.TRY_OUT,
    )
    return [Error(problem, id="billing.E001") for problem in wrong]


@register(Tags.database, deploy=True)
def prices(databases: Sequence[str] | None = None, **told: Any) -> list[Error]:
    if not databases:
        return []
    try:
        return [Error(problem, id="billing.E002") for problem in readiness.problems_here()]
    except DatabaseError as error:
        return [Error(f"Prices could not be read: {type(error).__name__}", id="billing.E003")]
