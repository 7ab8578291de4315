"""B60, B26: keys that do not fit together stop the start, and the message names the variable."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import pytest
from django.core.checks import run_checks

from billing import keys

GOOD = {"key": "sk_test_x", "secrets": ["whsec_x"], "base": "", "try_out": True}
WRONG = [
    ({"secrets": []}, "STRIPE_WEBHOOK_SECRET is not set"),
    ({"key": ""}, "STRIPE_SECRET_KEY is not set"),
    ({"key": "pk_test_x"}, "STRIPE_SECRET_KEY must be"),
    ({"secrets": ["secret"]}, "STRIPE_WEBHOOK_SECRET must be"),
    ({"secrets": [""]}, "STRIPE_WEBHOOK_SECRET must be"),
    ({"key": "sk_live_x"}, "STRIPE_SECRET_KEY is a live key"),
    ({"key": "rk_live_x"}, "STRIPE_SECRET_KEY is a live key"),
    ({"try_out": False}, "STRIPE_SECRET_KEY is a test key"),
    ({"base": "https://api.stripe.example"}, "STRIPE_API_BASE may point only"),
    ({"base": "http://127.0.0.1.evil.example"}, "STRIPE_API_BASE may point only"),
    ({"base": "http://127.0.0.1:99", "key": "sk_live_x", "try_out": False}, "STRIPE_API_BASE is set"),
]


@pytest.mark.parametrize(("wrong", "told"), WRONG)
def test_b60_what_does_not_fit_together_is_named(wrong: dict[str, Any], told: str) -> None:
    problems = list(keys.problems(**{**GOOD, **wrong}))  # type: ignore[arg-type]

    assert any(problem.startswith(told) for problem in problems)
    assert not any("_x" in problem for problem in problems), "a message never holds a secret"


@pytest.mark.parametrize(
    "right",
    [
        {},
        {"base": "http://127.0.0.1:8001"},
        {"base": "http://[::1]:8001"},
        {"base": "http://localhost:8001"},
        {"secrets": ["whsec_x", "whsec_y"]},
        {"key": "sk_live_x", "try_out": False},
        {"key": "", "secrets": [], "try_out": False},
    ],
)
def test_what_fits_together_passes(right: dict[str, Any]) -> None:
    assert not list(keys.problems(**{**GOOD, **right}))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("environment", "name"),
    [
        ({"STRIPE_SECRET_KEY": "sk_test_x"}, "STRIPE_WEBHOOK_SECRET"),
        ({"STRIPE_WEBHOOK_SECRET": "whsec_x"}, "STRIPE_SECRET_KEY"),
        ({"STRIPE_SECRET_KEY": "sk_live_x", "STRIPE_WEBHOOK_SECRET": "whsec_x"}, "STRIPE_SECRET_KEY"),
    ],
)
def test_b60_a_process_does_not_start_with_half_a_key(environment: dict[str, str], name: str) -> None:
    started = subprocess.run(
        [sys.executable, "-c", "import digestly.wsgi"],
        env={**os.environ, "DEBUG": "1", "DJANGO_SETTINGS_MODULE": "digestly.settings", **environment},
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert started.returncode != 0
    assert f"ImproperlyConfigured: {name}" in started.stderr
    assert "sk_" not in started.stderr.splitlines()[-1] or "sk_live_x" not in started.stderr


def test_b26_a_blank_webhook_secret_is_a_check_error(settings: Any) -> None:
    settings.STRIPE_WEBHOOK_SECRETS = []

    assert any(error.id == "billing.E001" and "STRIPE_WEBHOOK_SECRET" in error.msg for error in run_checks())
