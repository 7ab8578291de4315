"""Run the suite. Whatever follows `test` is pytest's, and so are the closing line and the exit code.

With nothing following, that is everything, and every core takes its share.
"""

from __future__ import annotations

import os
import sys

import pytest
from django.conf import settings
from django.core.management.base import BaseCommand

# A third of the time a test waits for a process, a browser or a lease: half as many more than there are cores.
WORKERS = (os.cpu_count() or 1) * 3 // 2
EVERYTHING = ["--numprocesses", str(WORKERS), "--dist", "worksteal"]


class Command(BaseCommand):
    help = "Run the test suite; arguments go to pytest, and paths are relative to the checkout."

    def run_from_argv(self, argv: list[str]) -> None:
        os.chdir(settings.HOME)
        sys.exit(pytest.main(argv[2:] or EVERYTHING))
