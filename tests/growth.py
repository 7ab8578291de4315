"""Does the work grow with the size, and no faster? Asked in ratios of CPU time, never in seconds."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

TIMES = 16


def grows_linearly(work: Callable[[int], object], *, size: int = 2_000) -> bool:
    """Whether `work` on a thing 16 times `size` takes under 64 times the CPU of `size`; squared it would be 256.

    Asked a second time where it seems not to be so: a busy machine stumbles, and what is squared stays squared.
    """

    def taken(size: int) -> float:
        began = time.process_time()
        work(size)
        return time.process_time() - began

    work(size // 20 or 1)  # what is done once, such as compiling patterns, is done
    gc.freeze()  # the collector's rounds through all that earlier tests left are no part of the work
    try:
        return any(taken(TIMES * size) < 64 * max(taken(size), 0.002) for _ in range(2))
    finally:
        gc.unfreeze()
