"""The web's way in."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

import digestly.celery  # noqa: F401 - a web process enqueues, and must reach the configured broker

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "digestly.settings")

application = get_wsgi_application()

from billing import readiness  # noqa: E402 - rows are known once Django is set up

readiness.ensure_prices()
