"""Where Chromium is on this machine, and how it is started for tests."""

from __future__ import annotations

import os
from shutil import which

FLAGS = [
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-default-apps",
    *(["--no-sandbox"] if os.geteuid() == 0 else []),  # Chromium's sandbox refuses to run as root
]


def chromium() -> str | None:
    """The path of a Chromium that can be started, if there is one."""
    named = (
        os.environ.get("CHROMIUM_PATH"),
        which("chromium"),
        which("chromium-browser"),
        which("google-chrome"),
    )
    return next((path for path in named if path and os.access(path, os.X_OK)), None)
