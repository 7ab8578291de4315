"""Does the work grow with the size, and no faster? Asked in ratios of CPU time, never in seconds."""

from __future__ import annotations

import time
from collections.abc import Callable

TIMES = 16


def grows_linearly(work: Callable[[int], object], *, size: int = 2_000) -> bool:
    """Whether `work` on a thing 16 times `size` takes under 64 times the CPU of `size`; squared it would be 256."""

    def taken(size: int) -> float:
        began = time.process_time()
        work(size)
        return time.process_time() - began

    work(size // 20 or 1)  # what is done once, such as compiling patterns, is done
    return taken(TIMES * size) < 64 * max(taken(size), 0.002)
