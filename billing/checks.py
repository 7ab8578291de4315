"""Checks: keys that do not fit together are errors, whoever set them and however."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import Error, Tags, register

from . import keys


@register(Tags.security)
def stripe_keys(**told: Any) -> list[Error]:
    wrong = keys.problems(
        key=settings.STRIPE_SECRET_KEY,
        secrets=settings.STRIPE_WEBHOOK_SECRETS,
        base=settings.STRIPE_API_BASE,
        try_out=settings.TRY_OUT,
    )
    return [Error(problem, id="billing.E001") for problem in wrong]
