"""Other processes on the test's database and its stand-in, for what a thread cannot show: that one can be killed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.conf import settings

from tests.crashes import database_url

HOME = Path(__file__).parent.parent.parent

# The stand-in is named by settings, not by the environment, because only a trial may have one.
PREAMBLE = """
import json, os, sys
import digestly.celery, django
from django.conf import settings
told = json.loads(os.environ["TOLD_TO_PROCESS"])
settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRETS = told["key"], told["secrets"]
settings.STRIPE_API_BASE, settings.BASE_URL = told["api"], told["site"]
settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", told["smtp"]
settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
settings.ALLOWED_HOSTS = ["*"]
django.setup()
"""


def spawn(script: str, *arguments: Any, smtp: int = 1, **environment: str) -> subprocess.Popen[str]:
    """A process that runs `script` with Django set up; `arguments` are JSON in sys.argv[1]."""
    import json

    told = {
        "key": settings.STRIPE_SECRET_KEY, "secrets": list(settings.STRIPE_WEBHOOK_SECRETS),
        "api": settings.STRIPE_API_BASE, "site": settings.BASE_URL, "smtp": smtp,
    }  # fmt: skip
    return subprocess.Popen(
        [sys.executable, "-c", PREAMBLE + script, json.dumps(arguments)],
        cwd=HOME,
        env={
            **os.environ, "DEBUG": "1", "DATABASE_URL": database_url(), "TOLD_TO_PROCESS": json.dumps(told),
            "CELERY_BROKER_URL": "redis://127.0.0.1:1/0", **environment,
        },
        text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def run(script: str, *arguments: Any, **environment: str) -> str:
    """The same, to its end; what it printed."""
    process = spawn(script, *arguments, **environment)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err[-3000:]
    return out
