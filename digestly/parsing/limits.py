"""What reading one document may cost. An honest feed of the largest size stays well below all of it."""

from __future__ import annotations

CPU_SECONDS = 10
WALL_SECONDS = 15.0  # longer than the processor's time, for a machine that is busy elsewhere
DATA_BYTES = 320 * 2**20
ANSWER_BYTES = 40_000_000

# A reader is replaced when it has read this much, or has grown beyond this: memory leaks and fragments.
MOST_DOCUMENTS = 500
STAYING_BYTES = 120 * 2**20
