"""The sweeper: re-drives what a dead worker or a deaf broker left lying.

Apps register their sweeps in a module named `sweeps`. Each takes nothing, does at most a batch, says how many
rows it moved, and is safe to run twice at once.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.utils.module_loading import autodiscover_modules

log = logging.getLogger(__name__)

BATCH = 500  # rows a sweep takes at a time, so that one sweep never starves another

Sweep = Callable[[], int]
_sweeps: dict[str, Sweep] = {}


def sweeps(what: str) -> Callable[[Sweep], Sweep]:
    """Register a sweep under the words that `manage.py sweep` prints."""

    def register(sweep: Sweep) -> Sweep:
        _sweeps[what] = sweep
        return sweep

    return register


def sweep_all() -> dict[str, int]:
    """Run every sweep once. One that fails is logged and does not stop the others."""
    autodiscover_modules("sweeps")
    moved = {}
    for what, sweep in _sweeps.items():
        try:
            moved[what] = sweep()
        except Exception:
            log.exception("Sweep failed: %s", what)
    return moved
