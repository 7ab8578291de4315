"""Loaded by pytest before the settings are read: tests run as a trial does, however pytest was started."""

from __future__ import annotations

import os

os.environ.setdefault("DEBUG", "1")
